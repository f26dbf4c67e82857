#include "server/tls_stream.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "server/openssl.h"

namespace redouble {
namespace {

constexpr std::size_t kMostAtOnce = 256 * 1024;

// OpenSSL's own way to a descriptor writes without MSG_NOSIGNAL: a client that has gone would end the whole
// process, somebody's test program, by SIGPIPE. And it reads as long as something comes: a client that sends
// nothing but updates of its key would be the only one served.
TlsLine& line_of(BIO* bio) {
  return *static_cast<TlsLine*>(BIO_get_data(bio));
}

bool is_to_be_tried_again() {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

int receive(BIO* bio, char* at, std::size_t room, std::size_t* n) {
  BIO_clear_retry_flags(bio);
  TlsLine& line = line_of(bio);
  if (line.may_receive == 0) {
    BIO_set_retry_read(bio);
    return 0;
  }
  const auto got = ::recv(line.descriptor, at, std::min(room, line.may_receive), 0);
  line.drained = got < 0 && errno != EINTR;
  if (got < 0 && is_to_be_tried_again()) BIO_set_retry_read(bio);
  if (got == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
  if (got <= 0) return 0;
  // Less than there was room for is all that has come: to ask again would cost a system call, in vain.
  const bool is_all = static_cast<std::size_t>(got) < std::min(room, line.may_receive);
  line.drained = is_all;
  line.may_receive = is_all ? 0 : line.may_receive - static_cast<std::size_t>(got);
  *n = static_cast<std::size_t>(got);
  return 1;
}

int transmit(BIO* bio, const char* bytes, std::size_t size, std::size_t* n) {
  BIO_clear_retry_flags(bio);
  ssize_t sent = 0;
  do sent = ::send(line_of(bio).descriptor, bytes, size, MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  if (sent < 0 && is_to_be_tried_again()) BIO_set_retry_write(bio);
  if (sent <= 0) return 0;
  *n = static_cast<std::size_t>(sent);
  return 1;
}

long control(BIO* bio, int command, long, void*) {
  if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

const BIO_METHOD* socket_method() {
  static const BIO_METHOD* const method = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "redouble socket");
    BIO_meth_set_read_ex(made, receive);
    BIO_meth_set_write_ex(made, transmit);
    BIO_meth_set_ctrl(made, control);
    return made;
  }();
  return method;
}

}  // namespace

void TlsStream::Free::operator()(ssl_st* stream) const {
  SSL_free(stream);
}

TlsStream::TlsStream(const TlsContext& context, int descriptor, Role role)
    : context_(context), line_{descriptor, 0}, stream_(SSL_new(context.get())) {
  BIO* const bio = stream_ != nullptr ? BIO_new(socket_method()) : nullptr;
  if (bio == nullptr) {
    failure_ = take_openssl_error();
    stream_.reset();
    return;
  }
  BIO_set_data(bio, &line_);
  BIO_set_init(bio, 1);
  SSL_set_bio(stream_.get(), bio, bio);
  if (role == Role::server)
    SSL_set_accept_state(stream_.get());
  else
    SSL_set_connect_state(stream_.get());
}

TlsStream::~TlsStream() = default;

Transfer::State TlsStream::state_after(int result) {
  switch (SSL_get_error(stream_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return Transfer::State::wait_read;
    case SSL_ERROR_WANT_WRITE:
      return Transfer::State::wait_write;
    case SSL_ERROR_SSL:
      failure_ = take_openssl_error();
      return Transfer::State::closed;
    default:  // the client closed it, with or without a goodbye
      ERR_clear_error();
      return Transfer::State::closed;
  }
}

Transfer TlsStream::read(char* at, std::size_t room) {
  if (stream_ == nullptr) return {Transfer::State::closed};
  line_.may_receive = kMostAtOnce;
  line_.drained = has_more_ = false;
  std::size_t total = 0;
  while (total < room) {
    std::size_t n = 0;
    const int result = SSL_read_ex(stream_.get(), at + total, room - total, &n);
    if (result == 1) {
      total += n;
    } else {
      const auto state = state_after(result);
      if (total == 0) return {state};
      // The end behind what was read is met again, and so is what could not be read for want of a write.
      has_more_ = state != Transfer::State::wait_read;
      return {Transfer::State::some, total};
    }
  }
  has_more_ = true;
  return {Transfer::State::some, total};
}

Transfer TlsStream::write(const char* bytes, std::size_t size) {
  if (stream_ == nullptr) return {Transfer::State::closed};
  line_.may_receive = kMostAtOnce;
  std::size_t n = 0;
  const int result = SSL_write_ex(stream_.get(), bytes, size, &n);
  if (result == 1) return {Transfer::State::some, n};
  return {state_after(result)};
}

bool TlsStream::handshake_done() const {
  return stream_ != nullptr && SSL_is_init_finished(stream_.get());
}

void TlsStream::shut_down() {
  if (!handshake_done() || !failure_.empty()) return;
  SSL_shutdown(stream_.get());
  ERR_clear_error();
}

}  // namespace redouble
