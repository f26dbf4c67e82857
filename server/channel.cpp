#include "server/channel.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace redouble {
namespace {

// How many bytes, or the negative of an errno.
template <class Call>
ssize_t uninterrupted(Call&& call) {
  while (true)
    if (const ssize_t n = call(); n >= 0 || errno != EINTR) return n < 0 ? -errno : n;
}

Transfer some(ssize_t bytes) {
  return {Transfer::State::some, static_cast<std::size_t>(bytes)};
}

// What a call that moved no byte has to say of it.
Transfer none(ssize_t result, Transfer::State when_it_would_wait) {
  const bool again = result == -EAGAIN || result == -EWOULDBLOCK;
  return {again ? when_it_would_wait : Transfer::State::closed};
}

// The peer has ended what it sends when there are no bytes.
Transfer read_result(ssize_t n) {
  return n > 0 ? some(n) : none(n, Transfer::State::wait_read);
}

Transfer write_result(ssize_t n) {
  return n >= 0 ? some(n) : none(n, Transfer::State::wait_write);
}

}  // namespace

Transfer Socket::read(char* at, std::size_t room) {
  return read_result(uninterrupted([&] { return ::recv(descriptor_, at, room, 0); }));
}

Transfer Socket::write(const char* bytes, std::size_t size) {
  return write_result(uninterrupted([&] { return ::send(descriptor_, bytes, size, MSG_NOSIGNAL); }));
}

void Socket::close() {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

Channel::Channel(Socket socket, const TlsContext& tls) : socket_(std::move(socket)) {
  if (tls) tls_ = std::make_unique<TlsStream>(tls, socket_.descriptor());
}

Transfer Channel::read_raw(char* at, std::size_t room) {
  const Transfer got = socket_.read(at, room);
  drained_ = got.bytes < room;
  return got;
}

Transfer Channel::was_read(std::int32_t result, std::size_t room) {
  const Transfer got = read_result(result);
  drained_ = got.bytes < room;
  return got;
}

Transfer Channel::read_tls(char* at, std::size_t room) {
  const Transfer got = tls_->read(at, room);
  drained_ = tls_->drained();
  return got;
}

// A TLS client begins with a record of kind 22 (handshake) and version 3.x; no request of ours begins so. Its
// first byte alone is enough: the second one would not be looked at any more.
Channel::Mistake Channel::mistake() {
  unsigned char first[2] = {};
  const auto n = ::recv(descriptor(), first, sizeof first, MSG_PEEK);
  if (n <= 0) return Mistake::none;
  const bool hello = first[0] == 0x16 && (n == 1 || first[1] == 0x03);
  if (tls_) return hello ? Mistake::none : Mistake::plain_on_tls;
  return hello ? Mistake::tls_on_plain : Mistake::none;
}

void Channel::send_plainly(std::string_view text) {
  char forgotten[4096];
  for (int i = 0; i < 16 && socket_.read(forgotten, sizeof forgotten).state == Transfer::State::some; ++i) {
  }
  static_cast<void>(socket_.write(text.data(), text.size()));
  tls_.reset();
}

void Channel::abort() {
  tls_.reset();
  const linger at_once{1, 0};
  ::setsockopt(descriptor(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  socket_.close();
}

void Channel::close() {
  if (tls_) tls_->shut_down();
  socket_.close();
}

}  // namespace redouble
