#include "server/tls_context.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "engine/config_values.h"
#include "protocol/split_args.h"
#include "server/certificates.h"

namespace redouble {
namespace {

// OpenSSL's own words, as redis-server logs them: "error:0A0000B1:SSL routines::no certificate assigned".
std::string openssl_words() {
  char text[256];
  ERR_error_string_n(ERR_get_error(), text, sizeof text);
  ERR_clear_error();
  return text;
}

class Builder {
 public:
  explicit Builder(const Config& config) : config_(config) {}

  TlsContext build();

 private:
  [[noreturn]] static void fail(std::string text) { throw std::runtime_error(std::move(text)); }
  bool by_itself() const { return config_.word(Setting::redouble_tls) == "auto"; }
  bool makes_certificates() const { return by_itself() && text(Setting::tls_cert_file).empty(); }
  bool asks_clients() const { return config_.word(Setting::tls_auth_clients) != "no"; }
  std::string text(Setting setting) const { return std::string(config_.text(setting)); }

  void check();
  void choose_protocols();
  void load_files();
  void make_certificates();
  void trust();
  void choose_ciphers();
  void load_dh_params();
  void choose_session_cache();

  const Config& config_;
  TlsContext context_;
  SSL_CTX* ssl() const { return context_.get(); }
};

void Builder::check() {
  if (makes_certificates()) return;
  if (config_.word(Setting::redouble_tls_present) != "valid")
    fail(
        "What redouble-tls-present asks for takes certificates of our own: --tls auto, without "
        "tls-cert-file");
  if (text(Setting::tls_cert_file).empty()) fail("No tls-cert-file configured!");
  if (text(Setting::tls_key_file).empty()) fail("No tls-key-file configured!");
  if (by_itself()) return;  // it trusts its own authority
  const bool needs_ca =
      asks_clients() || config_.flag(Setting::tls_cluster) || config_.flag(Setting::tls_replication);
  if (needs_ca && text(Setting::tls_ca_cert_file).empty() && text(Setting::tls_ca_cert_dir).empty())
    fail(
        "Either tls-ca-cert-file or tls-ca-cert-dir must be specified when tls-cluster, tls-replication or "
        "tls-auth-clients are enabled!");
}

void Builder::choose_protocols() {
  struct Protocol {
    std::string_view name;
    std::uint64_t without;
    bool wanted;
  };
  Protocol protocols[] = {{"TLSv1", SSL_OP_NO_TLSv1, false},
                          {"TLSv1.1", SSL_OP_NO_TLSv1_1, false},
                          {"TLSv1.2", SSL_OP_NO_TLSv1_2, true},
                          {"TLSv1.3", SSL_OP_NO_TLSv1_3, true}};
  if (const auto words = text(Setting::tls_protocols); !words.empty()) {
    for (Protocol& protocol : protocols) protocol.wanted = false;
    for (const auto& word : split_args(words).value_or(std::vector<std::string>{"?"})) {
      bool known = false;
      for (Protocol& protocol : protocols) {
        if (!equal_ignoring_case(word, protocol.name)) continue;
        known = protocol.wanted = true;
      }
      if (!known)
        fail(
            "Invalid tls-protocols specified. Use a combination of 'TLSv1', 'TLSv1.1', 'TLSv1.2' and "
            "'TLSv1.3'.");
    }
  }
  SSL_CTX_set_min_proto_version(ssl(), 0);
  SSL_CTX_set_options(ssl(), SSL_OP_NO_SSLv3);
  for (const Protocol& protocol : protocols)
    if (!protocol.wanted) SSL_CTX_set_options(ssl(), protocol.without);
}

void Builder::load_files() {
  const auto certificate = text(Setting::tls_cert_file), key = text(Setting::tls_key_file);
  std::string password = text(Setting::tls_key_file_pass);
  SSL_CTX_set_default_passwd_cb_userdata(ssl(), &password);
  // Without a password the answer is "none": nobody is asked on the terminal.
  SSL_CTX_set_default_passwd_cb(ssl(), [](char* at, int room, int, void* user) {
    const auto& word = *static_cast<const std::string*>(user);
    if (word.empty() || word.size() > static_cast<std::size_t>(room)) return -1;
    std::memcpy(at, word.data(), word.size());
    return static_cast<int>(word.size());
  });
  if (SSL_CTX_use_certificate_chain_file(ssl(), certificate.c_str()) != 1)
    fail(fmt::format("Failed to load certificate: {}: {}", certificate, openssl_words()));
  if (SSL_CTX_use_PrivateKey_file(ssl(), key.c_str(), SSL_FILETYPE_PEM) != 1)
    fail(fmt::format("Failed to load private key: {}: {}", key, openssl_words()));
  SSL_CTX_set_default_passwd_cb(ssl(), nullptr);
  SSL_CTX_set_default_passwd_cb_userdata(ssl(), nullptr);
}

void Builder::make_certificates() {
  const auto presentation = static_cast<Presentation>(config_.number(Setting::redouble_tls_present));
  const auto names = split_args(config_.text(Setting::redouble_tls_names));
  if (!names) fail("Unbalanced quotes in redouble-tls-names");
  const ServerIdentity identity = make_server_identity(presentation, *names);
  if (SSL_CTX_use_certificate(ssl(), identity.certificate.get()) != 1 ||
      SSL_CTX_use_PrivateKey(ssl(), identity.key.get()) != 1)
    fail(fmt::format("Failed to use a certificate of our own: {}", openssl_words()));
  SSL_CTX_set_mode(ssl(), SSL_MODE_NO_AUTO_CHAIN);  // the authority is the client's to know
  if (presentation != Presentation::old_protocol) return;
  // OpenSSL's present level of security refuses what TLS 1.1 signs with.
  SSL_CTX_set_security_level(ssl(), 0);
  SSL_CTX_clear_options(ssl(), SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1);
  SSL_CTX_set_max_proto_version(ssl(), TLS1_1_VERSION);
}

void Builder::trust() {
  const auto file = text(Setting::tls_ca_cert_file), directory = text(Setting::tls_ca_cert_dir);
  if (by_itself()) X509_STORE_add_cert(SSL_CTX_get_cert_store(ssl()), authority());
  if (!file.empty() || !directory.empty())
    if (SSL_CTX_load_verify_locations(ssl(), file.empty() ? nullptr : file.c_str(),
                                      directory.empty() ? nullptr : directory.c_str()) != 1)
      fail(fmt::format("Failed to configure CA certificate(s) file/directory: {}", openssl_words()));
  int mode = SSL_VERIFY_NONE;
  if (asks_clients()) mode |= SSL_VERIFY_PEER;
  if (config_.word(Setting::tls_auth_clients) == "yes") mode |= SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
  SSL_CTX_set_verify(ssl(), mode, nullptr);
}

void Builder::choose_ciphers() {
  const auto ciphers = text(Setting::tls_ciphers), suites = text(Setting::tls_ciphersuites);
  if (!ciphers.empty() && SSL_CTX_set_cipher_list(ssl(), ciphers.c_str()) != 1)
    fail(fmt::format("Failed to configure ciphers: {}", ciphers));
  if (!suites.empty() && SSL_CTX_set_ciphersuites(ssl(), suites.c_str()) != 1)
    fail(fmt::format("Failed to configure ciphersuites: {}", suites));
  if (config_.flag(Setting::tls_prefer_server_ciphers))
    SSL_CTX_set_options(ssl(), SSL_OP_CIPHER_SERVER_PREFERENCE);
}

void Builder::load_dh_params() {
  const auto path = text(Setting::tls_dh_params_file);
  if (path.empty()) return;
  const BioPtr file(BIO_new_file(path.c_str(), "r"));
  if (file == nullptr) fail(fmt::format("Failed to load {}: {}", path, std::strerror(errno)));
  EVP_PKEY* parameters = PEM_read_bio_Parameters(file.get(), nullptr);
  if (parameters == nullptr) fail(fmt::format("{}: failed to read DH params.", path));
  if (SSL_CTX_set0_tmp_dh_pkey(ssl(), parameters) != 1) {
    EVP_PKEY_free(parameters);
    fail(fmt::format("Failed to load DH params file: {}: {}", path, openssl_words()));
  }
}

void Builder::choose_session_cache() {
  static constexpr unsigned char kName[] = "redouble";
  SSL_CTX_set_session_id_context(ssl(), kName, sizeof kName - 1);
  if (!config_.flag(Setting::tls_session_caching)) {
    SSL_CTX_set_session_cache_mode(ssl(), SSL_SESS_CACHE_OFF);
    return;
  }
  SSL_CTX_set_session_cache_mode(ssl(), SSL_SESS_CACHE_SERVER);
  SSL_CTX_sess_set_cache_size(ssl(), config_.number(Setting::tls_session_cache_size));
  SSL_CTX_set_timeout(ssl(), config_.number(Setting::tls_session_cache_timeout));
}

TlsContext Builder::build() {
  ERR_clear_error();
  check();
  context_ = TlsContext(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (context_ == nullptr) fail(fmt::format("Failed to set up TLS: {}", openssl_words()));
  SSL_CTX_set_mode(
      ssl(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_options(ssl(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_read_ahead(ssl(), 1);
  choose_protocols();
  if (makes_certificates())
    make_certificates();
  else
    load_files();
  trust();
  choose_ciphers();
  load_dh_params();
  choose_session_cache();
  return std::move(context_);
}

}  // namespace

TlsContext make_trusting_client_context() {
  return TlsContext(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
}

TlsAttempt make_tls_context(const Config& config) {
  try {
    return {Builder(config).build(), {}};
  } catch (const std::runtime_error& failure) {
    ERR_clear_error();
    return {nullptr, failure.what()};
  }
}

}  // namespace redouble
