#include "server/tls_stream.h"

#include <sys/socket.h>

#include <cerrno>
#include <cstdint>

#include "server/openssl.h"

namespace redouble {
namespace {

// OpenSSL's own way to a descriptor writes without MSG_NOSIGNAL: a client that has gone would end the whole
// process, somebody's test program, by SIGPIPE.
int descriptor_of(BIO* bio) {
  return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio)));
}

bool is_to_be_tried_again() {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

int receive(BIO* bio, char* at, std::size_t room, std::size_t* n) {
  BIO_clear_retry_flags(bio);
  const auto got = ::recv(descriptor_of(bio), at, room, 0);
  if (got < 0 && is_to_be_tried_again()) BIO_set_retry_read(bio);
  if (got == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
  if (got <= 0) return 0;
  *n = static_cast<std::size_t>(got);
  return 1;
}

int transmit(BIO* bio, const char* bytes, std::size_t size, std::size_t* n) {
  BIO_clear_retry_flags(bio);
  const auto sent = ::send(descriptor_of(bio), bytes, size, MSG_NOSIGNAL);
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
    : context_(context), stream_(SSL_new(context.get())) {
  BIO* const bio = stream_ != nullptr ? BIO_new(socket_method()) : nullptr;
  if (bio == nullptr) {
    failure_ = take_openssl_error();
    stream_.reset();
    return;
  }
  BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(descriptor)));
  BIO_set_init(bio, 1);
  SSL_set_bio(stream_.get(), bio, bio);
  role == Role::server ? SSL_set_accept_state(stream_.get()) : SSL_set_connect_state(stream_.get());
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
  std::size_t total = 0;
  while (total < room) {
    std::size_t n = 0;
    const int result = SSL_read_ex(stream_.get(), at + total, room - total, &n);
    if (result == 1) {
      total += n;
    } else {
      const auto state = state_after(result);
      if (total == 0) return {state};
      break;  // an end that comes behind what was read is met again
    }
  }
  return {Transfer::State::some, total};
}

Transfer TlsStream::write(const char* bytes, std::size_t size) {
  if (stream_ == nullptr) return {Transfer::State::closed};
  std::size_t n = 0;
  const int result = SSL_write_ex(stream_.get(), bytes, size, &n);
  if (result == 1) return {Transfer::State::some, n};
  return {state_after(result)};
}

bool TlsStream::has_buffered() const {
  return stream_ != nullptr && SSL_has_pending(stream_.get()) == 1 && SSL_is_init_finished(stream_.get());
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
