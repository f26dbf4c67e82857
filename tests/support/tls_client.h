// A plain blocking TLS client, for tests of the server: trusts what it is told to, and says why it does not.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace redouble {

class TlsClient {
 public:
  struct Trust {
    std::string ca_pem;              ///< empty: nobody is trusted
    bool verify = true;              ///< false: any certificate will do
    std::string host = "localhost";  ///< whom the certificate has to name
    std::string certificate_pem;     ///< what this client proves itself with; empty: nothing
    std::string key_pem;
    int max_version = 0;  ///< of the protocol, as OpenSSL numbers it; 0: any
  };
  /// Connects to 127.0.0.1:port; never throws.
  TlsClient(int port, const Trust& trust);
  ~TlsClient();
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;

  /// Empty when the handshake worked; else why not, in OpenSSL's words.
  const std::string& failure() const { return failure_; }
  /// "TLSv1.3"
  std::string protocol() const;
  /// Sends, then reads as many bytes as `expected` has, or what came until the server closed.
  std::string ask(std::string_view bytes, std::string_view expected);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  std::string failure_;
};

}  // namespace redouble
