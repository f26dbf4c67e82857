// Certificates that the server makes for itself (`--tls auto`): a private authority, a server's certificate
// by it and a client's, good or wrong in one of the ways that an application's client must refuse. The keys
// are made once per process, so that a thousand servers start quickly; nothing is written anywhere. Any
// thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "server/openssl.h"

namespace redouble {

/// What the server shows to its clients. Values of the setting redouble-tls-present, in its order.
enum class Presentation : std::uint8_t {
  valid,
  expired,
  not_yet_valid,
  other_host,
  unknown_ca,
  self_signed,
  missing_link,  // signed by an authority between, which is not sent along
  old_protocol,  // valid, over TLS 1.1 at most
  drop,          // valid, and the connection is cut in the middle of the handshake
};

struct ServerIdentity {
  CertificatePtr certificate;
  KeyPtr key;
};

/// A certificate for localhost, 127.0.0.1, ::1, this machine's name and `names` (host names or addresses).
/// Throws std::runtime_error when OpenSSL cannot.
ServerIdentity make_server_identity(Presentation presentation, const std::vector<std::string>& names);

/// The authority's certificate: what a client has to trust. The same for the whole process.
const std::string& authority_pem();
/// The same for OpenSSL's own hands. Lives as long as the process.
X509* authority();

class Host;

/// Writes what clients need, ca.pem, client.pem and client.key, into a directory. What failed, or nothing.
std::string write_certificates(Host& host, const std::string& directory);

/// A certificate and key with which a client can prove itself to a server that asks (tls-auth-clients).
struct ClientIdentity {
  std::string certificate_pem;
  std::string key_pem;
};
const ClientIdentity& client_identity();

}  // namespace redouble
