#include "server/channel.h"

#include <sys/socket.h>

#include <asio/buffer.hpp>
#include <asio/error.hpp>
#include <asio/socket_base.hpp>

namespace redouble {

Channel::Channel(Socket socket, const TlsContext& tls) : socket_(std::move(socket)) {
  if (tls) tls_ = std::make_unique<TlsStream>(tls, socket_.native_handle());
}

Transfer Channel::read_plain(char* at, std::size_t room) {
  asio::error_code error;
  const std::size_t n = socket_.read_some(asio::buffer(at, room), error);
  if (error == asio::error::would_block) return {Transfer::State::wait_read};
  if (error || n == 0) return {Transfer::State::closed};
  return {Transfer::State::some, n};
}

Transfer Channel::write_plain(const char* bytes, std::size_t size) {
  asio::error_code error;
  const std::size_t n = socket_.write_some(asio::buffer(bytes, size), error);
  if (error == asio::error::would_block) return {Transfer::State::wait_write};
  if (error) return {Transfer::State::closed};
  return {Transfer::State::some, n};
}

// A TLS client begins with a record of kind 22 (handshake) and version 3.x; no request of ours begins so. Its
// first byte alone is enough: the second one would not be looked at any more.
Channel::Mistake Channel::mistake() {
  unsigned char first[2] = {};
  const auto n = ::recv(socket_.native_handle(), first, sizeof first, MSG_PEEK | MSG_DONTWAIT);
  if (n <= 0) return Mistake::none;
  const bool hello = first[0] == 0x16 && (n == 1 || first[1] == 0x03);
  if (tls_) return hello ? Mistake::none : Mistake::plain_on_tls;
  return hello ? Mistake::tls_on_plain : Mistake::none;
}

void Channel::send_plainly(std::string_view text) {
  char forgotten[4096];
  for (int i = 0; i < 16 && read_plain(forgotten, sizeof forgotten).state == Transfer::State::some; ++i) {
  }
  static_cast<void>(write_plain(text.data(), text.size()));
  tls_.reset();
}

void Channel::abort() {
  tls_.reset();
  asio::error_code ignored;
  socket_.set_option(asio::socket_base::linger(true, 0), ignored);
  socket_.close(ignored);
}

void Channel::close() {
  if (tls_) tls_->shut_down();
  asio::error_code ignored;
  socket_.close(ignored);
}

}  // namespace redouble
