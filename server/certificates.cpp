#include "server/certificates.h"

#include <arpa/inet.h>
#include <openssl/rand.h>
#include <unistd.h>

#include <ctime>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include "engine/host.h"

namespace redouble {
namespace {

constexpr long kDay = 24 * 60 * 60;

[[noreturn]] void fail(std::string_view what) {
  throw std::runtime_error("cannot make " + std::string(what) + ": " + take_openssl_error());
}

void require(bool worked, std::string_view what) {
  if (!worked) fail(what);
}

KeyPtr make_key() {
  KeyPtr key(EVP_EC_gen("P-256"));
  require(key != nullptr, "a key");
  return key;
}

KeyPtr share(const KeyPtr& key) {
  require(EVP_PKEY_up_ref(key.get()) == 1, "a key");
  return KeyPtr(key.get());
}

struct Request {
  std::string subject;
  std::string names = {};              // "DNS:localhost,IP:127.0.0.1"; empty: none
  std::string usage = {};              // serverAuth, clientAuth; empty: an authority
  long from = -kDay, to = 365 * kDay;  // seconds from now
};

struct Issuer {
  X509* certificate;  // null: the new certificate signs itself
  EVP_PKEY* key;
};

void add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  require(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1, "a certificate");
}

CertificatePtr make_certificate(const Request& request, EVP_PKEY* key, Issuer issuer) {
  CertificatePtr made(X509_new());
  X509* const certificate = made.get();
  require(certificate != nullptr, "a certificate");
  std::uint64_t serial = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1 | 1);
  X509_set_version(certificate, X509_VERSION_3);
  X509_gmtime_adj(X509_getm_notBefore(certificate), request.from);
  X509_gmtime_adj(X509_getm_notAfter(certificate), request.to);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(request.subject.c_str()), -1, -1, 0);
  X509_set_pubkey(certificate, key);
  X509* const by = issuer.certificate != nullptr ? issuer.certificate : certificate;
  X509_set_issuer_name(certificate, X509_get_subject_name(by));
  const bool is_authority = request.usage.empty();
  add_extension(certificate, by, NID_basic_constraints,
                is_authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
  add_extension(certificate, by, NID_key_usage,
                is_authority ? "critical,keyCertSign,cRLSign" : "critical,digitalSignature");
  add_extension(certificate, by, NID_subject_key_identifier, "hash");
  add_extension(certificate, by, NID_authority_key_identifier, "keyid");
  if (!request.usage.empty()) add_extension(certificate, by, NID_ext_key_usage, request.usage);
  if (!request.names.empty()) add_extension(certificate, by, NID_subject_alt_name, request.names);
  require(X509_sign(certificate, issuer.key, EVP_sha256()) > 0, "a certificate");
  return made;
}

std::string text_of(const BioPtr& bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<std::size_t>(size));
}

std::string pem(X509* certificate) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  require(PEM_write_bio_X509(bio.get(), certificate) == 1, "a certificate");
  return text_of(bio);
}

std::string pem(EVP_PKEY* key) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  require(PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1, "a key");
  return text_of(bio);
}

// What all servers of the process share.
struct Workshop {
  KeyPtr authority_key = make_key();
  KeyPtr server_key = make_key();
  CertificatePtr authority = make_certificate({.subject = "redouble test authority", .to = 3650 * kDay},
                                              authority_key.get(), {nullptr, authority_key.get()});
  std::string authority_pem = pem(authority.get());
};

const Workshop& workshop() {
  static const Workshop made;
  return made;
}

// "DNS:" and "IP:" entries. What is neither a name nor an address would end the list or begin another entry.
std::string alternative_names(const std::vector<std::string>& names) {
  std::string list;
  const auto add = [&](const std::string& name) {
    unsigned char address[sizeof(in6_addr)];
    const bool numeric =
        ::inet_pton(AF_INET, name.c_str(), address) == 1 || ::inet_pton(AF_INET6, name.c_str(), address) == 1;
    if (name.empty() || name.find_first_of(",;: \t\r\n") != std::string::npos)
      if (!numeric) throw std::runtime_error("'" + name + "' is neither a host name nor an address");
    list += (list.empty() ? "" : ",") + std::string(numeric ? "IP:" : "DNS:") + name;
  };
  for (const std::string& name : names) add(name);
  return list;
}

std::vector<std::string> usual_names() {
  std::vector<std::string> names = {"localhost", "127.0.0.1", "::1"};
  char host[256] = {};
  if (::gethostname(host, sizeof host - 1) == 0 && *host != '\0') names.emplace_back(host);
  return names;
}

}  // namespace

ServerIdentity make_server_identity(Presentation presentation, const std::vector<std::string>& names) {
  const Workshop& shop = workshop();
  std::vector<std::string> all = usual_names();
  all.insert(all.end(), names.begin(), names.end());
  Request request{.subject = "redouble", .names = alternative_names(all), .usage = "serverAuth"};
  EVP_PKEY* const key = shop.server_key.get();
  Issuer issuer{shop.authority.get(), shop.authority_key.get()};
  CertificatePtr between;  // another authority, where there is one
  const KeyPtr between_key =
      presentation == Presentation::unknown_ca || presentation == Presentation::missing_link ? make_key()
                                                                                             : nullptr;
  switch (presentation) {
    case Presentation::expired:
      request.from = -2 * 365 * kDay;
      request.to = -kDay;
      break;
    case Presentation::not_yet_valid:
      request.from = 365 * kDay;
      request.to = 2 * 365 * kDay;
      break;
    case Presentation::other_host:
      request.names = "DNS:other-host.invalid";
      break;
    case Presentation::unknown_ca:
      between = make_certificate({.subject = "another test authority"}, between_key.get(),
                                 {nullptr, between_key.get()});
      issuer = {between.get(), between_key.get()};
      break;
    case Presentation::missing_link:
      between = make_certificate({.subject = "redouble authority between"}, between_key.get(), issuer);
      issuer = {between.get(), between_key.get()};
      break;
    case Presentation::self_signed:
      issuer = {nullptr, key};
      break;
    case Presentation::valid:
    case Presentation::old_protocol:
    case Presentation::drop:
      break;
  }
  return {make_certificate(request, key, issuer), share(shop.server_key)};
}

const std::string& authority_pem() {
  return workshop().authority_pem;
}

X509* authority() {
  return workshop().authority.get();
}

std::string write_certificates(Host& host, const std::string& directory) {
  const ClientIdentity& client = client_identity();
  std::error_code ignored;  // what is wrong with the directory, the first file tells
  std::filesystem::create_directories(directory, ignored);
  const std::pair<const char*, const std::string&> files[] = {
      {"ca.pem", authority_pem()}, {"client.pem", client.certificate_pem}, {"client.key", client.key_pem}};
  for (const auto& [name, content] : files) {
    const std::string path = directory + '/' + name;
    if (const auto reason = host.write_file(path, content); !reason.empty())
      return "cannot write '" + path + "': " + reason;
    // A key is its owner's alone; certificates are for everybody.
    using std::filesystem::perms;
    if (path.ends_with(".key"))
      std::filesystem::permissions(path, perms::owner_read | perms::owner_write, ignored);
  }
  return {};
}

const ClientIdentity& client_identity() {
  static const ClientIdentity made = [] {
    const Workshop& shop = workshop();
    const KeyPtr key = make_key();
    const auto certificate = make_certificate({.subject = "redouble test client", .usage = "clientAuth"},
                                              key.get(), {shop.authority.get(), shop.authority_key.get()});
    return ClientIdentity{pem(certificate.get()), pem(key.get())};
  }();
  return made;
}

}  // namespace redouble
