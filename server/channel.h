// A client's socket, with or without TLS over it: reads and writes that never wait.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "server/tls_stream.h"
#include "server/transfer.h"

namespace redouble {

/// A connected socket that does not block, and is closed with its owner.
class Socket {
 public:
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Socket& operator=(Socket&&) = delete;
  ~Socket() { close(); }

  int descriptor() const { return descriptor_; }
  Transfer read(char* at, std::size_t room);
  Transfer write(const char* bytes, std::size_t size);
  void close();

 private:
  int descriptor_;
};

class Channel {
 public:
  /// What the first bytes tell of a client that knocked at the wrong door.
  enum class Mistake : std::uint8_t { none, tls_on_plain, plain_on_tls };

  /// `tls` null: plain.
  Channel(Socket socket, const TlsContext& tls);

  Transfer read(char* at, std::size_t room) { return tls_ ? read_tls(at, room) : read_raw(at, room); }
  Transfer write(const char* bytes, std::size_t size) {
    return tls_ ? tls_->write(bytes, size) : socket_.write(bytes, size);
  }
  /// Whether reads and writes are the socket's own calls, so that others may make them: see `SocketRing`.
  bool is_plain() const { return tls_ == nullptr; }
  /// What a read that somebody else made of `room` bytes came to: a count of bytes, or the negative of an
  /// errno.
  Transfer was_read(std::int32_t result, std::size_t room);
  /// Whether the last read took all that the socket had: what comes later makes it readable anew.
  bool drained() const { return drained_; }
  /// Whether a read would find something though the socket is not readable.
  bool has_buffered() const { return tls_ && tls_->has_buffered(); }
  bool handshaking() const { return tls_ && !tls_->handshake_done(); }
  /// Looks at bytes that have not been read yet. To be asked once, before the first read.
  Mistake mistake();
  /// Past TLS, and only as much as goes at once: for those who do not speak it. What they sent is read and
  /// forgotten, or closing would reset the connection before they have read this.
  void send_plainly(std::string_view text);
  /// Why TLS ended the connection; empty when it did not.
  std::string failure() const { return tls_ ? tls_->failure() : std::string(); }
  void close();
  /// Without a farewell of any kind: the peer's connection is reset.
  void abort();
  /// Reads past TLS, for a connection that is never to be served: what it gets is to be thrown away.
  Transfer read_raw(char* at, std::size_t room);

  int descriptor() const { return socket_.descriptor(); }

 private:
  Transfer read_tls(char* at, std::size_t room);

  Socket socket_;
  std::unique_ptr<TlsStream> tls_;
  bool drained_ = false;
};

}  // namespace redouble
