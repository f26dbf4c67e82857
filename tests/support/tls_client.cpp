#include "tests/support/tls_client.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/openssl.h"

namespace redouble {

struct TlsClient::Impl {
  ~Impl() {
    SSL_free(stream);
    SSL_CTX_free(context);
    if (descriptor >= 0) ::close(descriptor);
  }

  int descriptor = -1;
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  SSL* stream = nullptr;
};

namespace {

BioPtr reader_of(const std::string& pem) {
  return BioPtr(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

void use(SSL_CTX* context, const TlsClient::Trust& trust) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_verify(context, trust.verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  if (!trust.ca_pem.empty()) {
    const BioPtr pem = reader_of(trust.ca_pem);
    const CertificatePtr ca(PEM_read_bio_X509(pem.get(), nullptr, nullptr, nullptr));
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), ca.get());
  }
  if (!trust.certificate_pem.empty()) {
    const BioPtr pem = reader_of(trust.certificate_pem), key_pem = reader_of(trust.key_pem);
    const CertificatePtr certificate(PEM_read_bio_X509(pem.get(), nullptr, nullptr, nullptr));
    const KeyPtr key(PEM_read_bio_PrivateKey(key_pem.get(), nullptr, nullptr, nullptr));
    SSL_CTX_use_certificate(context, certificate.get());
    SSL_CTX_use_PrivateKey(context, key.get());
  }
  if (trust.max_version != 0) SSL_CTX_set_max_proto_version(context, trust.max_version);
}

}  // namespace

TlsClient::TlsClient(int port, const Trust& trust) : impl_(std::make_unique<Impl>()) {
  ERR_clear_error();
  use(impl_->context, trust);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  impl_->descriptor = ::socket(AF_INET, SOCK_STREAM, 0);
  const timeval limit{10, 0};
  ::setsockopt(impl_->descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  if (::connect(impl_->descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    failure_ = "cannot connect";
    return;
  }
  impl_->stream = SSL_new(impl_->context);
  SSL_set_fd(impl_->stream, impl_->descriptor);
  // An address is compared with the certificate's addresses, a name with its names.
  if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(impl_->stream), trust.host.c_str()) != 1) {
    ERR_clear_error();
    SSL_set_tlsext_host_name(impl_->stream, trust.host.c_str());
    SSL_set1_host(impl_->stream, trust.host.c_str());
  }
  if (SSL_connect(impl_->stream) == 1) return;
  const long verdict = SSL_get_verify_result(impl_->stream);
  failure_ = verdict != X509_V_OK ? X509_verify_cert_error_string(verdict) : take_openssl_error();
}

TlsClient::~TlsClient() = default;

std::string TlsClient::protocol() const {
  return SSL_get_version(impl_->stream);
}

std::string TlsClient::ask(std::string_view bytes, std::string_view expected) {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const int n = SSL_write(impl_->stream, bytes.data() + sent, static_cast<int>(bytes.size() - sent));
    if (n <= 0) return "cannot send: " + take_openssl_error();
    sent += static_cast<std::size_t>(n);
  }
  std::string reply(expected.size(), '\0');
  std::size_t got = 0;
  while (got < reply.size()) {
    const int n = SSL_read(impl_->stream, reply.data() + got, static_cast<int>(reply.size() - got));
    if (n <= 0) break;
    got += static_cast<std::size_t>(n);
  }
  reply.resize(got);
  return got > 0 || expected.empty() ? reply : "closed: " + take_openssl_error();
}

}  // namespace redouble
