// From settings to what OpenSSL needs for a TLS server: certificates, who may connect, which protocols. The
// texts of failures are redis-server 7.0.15's.
#pragma once

#include <string>

#include "engine/config.h"
#include "server/tls_stream.h"

namespace redouble {

struct TlsAttempt {
  TlsContext context;   // null when it failed
  std::string failure;  // what to log: "No tls-cert-file configured!"
};

/// For a client that trusts any server: a probe asks who is alive, not who is genuine.
TlsContext make_trusting_client_context();

/// Reads the files that the settings name, or makes certificates when redouble-tls is `auto`.
TlsAttempt make_tls_context(const Config& config);

}  // namespace redouble
