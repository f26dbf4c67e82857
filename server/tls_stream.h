// TLS over one socket. It reads and writes the descriptor itself and never waits: who calls waits for the
// descriptor and calls again. The handshake happens inside the first reads.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "server/transfer.h"

struct ssl_st;
struct ssl_ctx_st;

namespace redouble {

/// Certificates and rules of a server: counted, the same for all its connections, used by any thread.
using TlsContext = std::shared_ptr<ssl_ctx_st>;

/// The descriptor as OpenSSL's side sees it.
struct TlsLine {
  int descriptor;
  std::size_t may_receive;  // bytes that the present call may still take from it
  bool drained = false;     // the present call took all that there was
};

class TlsStream {
 public:
  enum class Role : std::uint8_t { server, client };
  /// `descriptor` stays the caller's and is not blocking.
  TlsStream(const TlsContext& context, int descriptor, Role role = Role::server);
  ~TlsStream();
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;

  /// Reads until `room` is full or nothing more has come.
  Transfer read(char* at, std::size_t room);
  Transfer write(const char* bytes, std::size_t size);
  /// Whether the last read may have left something that the descriptor does not tell of.
  bool has_buffered() const { return has_more_; }
  /// Whether the last read took all that the descriptor had.
  bool drained() const { return line_.drained; }
  bool handshake_done() const;
  /// Says goodbye to the client, if that can be done at once.
  void shut_down();
  /// Why the stream is closed; empty when the client went.
  const std::string& failure() const { return failure_; }

 private:
  Transfer::State state_after(int result);

  struct Free {
    void operator()(ssl_st* stream) const;
  };
  TlsContext context_;
  TlsLine line_;
  std::unique_ptr<ssl_st, Free> stream_;
  std::string failure_;
  bool has_more_ = false;
};

}  // namespace redouble
