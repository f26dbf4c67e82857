// TLS: certificates of the server's own making and of files, what a client has to refuse, the wrong door.
#include <redouble/server.h>

#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>
#include <vector>

#include "server/ping.h"
#include "server/tls_context.h"
#include "server/tls_stream.h"
#include "tests/support/socket_client.h"
#include "tests/support/tls_client.h"

using namespace redouble;

namespace {

constexpr std::string_view kPing = "PING\r\n", kPong = "+PONG\r\n";

Options with_tls() {
  Options options;
  options.tls = true;
  return options;
}

TlsClient::Trust trusting(const Server& server) {
  TlsClient::Trust trust;
  trust.ca_pem = const_cast<Server&>(server).tls().ca_pem();
  return trust;
}

struct Directory {
  Directory() { std::filesystem::create_directories(path); }
  ~Directory() { std::filesystem::remove_all(path); }
  std::string file(const std::string& name) const { return path + "/" + name; }
  std::string path = "/tmp/redouble-tls-test-" + std::to_string(::getpid());
};

}  // namespace

TEST_CASE("TLS: one option, and a client that trusts the authority connects", "[tls][server]") {
  Server server(with_tls());
  CHECK(server.tls().uri() == "rediss://127.0.0.1:" + std::to_string(server.tls().port()));
  CHECK(server.port() != server.tls().port());
  for (const auto* host : {"localhost", "127.0.0.1", "::1"}) {
    auto trust = trusting(server);
    trust.host = host;
    TlsClient client(server.tls().port(), trust);
    REQUIRE(client.failure().empty());
    CHECK(client.protocol() == "TLSv1.3");
    CHECK(client.ask(kPing, kPong) == kPong);
  }
  CHECK(SocketClient(server.port()).ask(kPing, kPong) == kPong);
}

TEST_CASE("TLS: alone, without a plain port", "[tls][server]") {
  auto options = with_tls();
  options.port = -1;
  options.password = "secret";
  options.tls_names = {"redis.test", "10.0.0.7"};
  Server server(options);
  CHECK(server.port() == 0);
  CHECK(server.uri(3) == "rediss://:secret@127.0.0.1:" + std::to_string(server.tls().port()) + "/3");
  auto trust = trusting(server);
  trust.host = "redis.test";
  TlsClient client(server.tls().port(), trust);
  REQUIRE(client.failure().empty());
  CHECK(client.ask("AUTH secret\r\n", "+OK\r\n") == "+OK\r\n");
  trust.host = "10.0.0.7";
  CHECK(TlsClient(server.tls().port(), trust).failure().empty());
  trust.host = "10.0.0.8";
  CHECK(TlsClient(server.tls().port(), trust).failure() == "IP address mismatch");
  trust.host = "other.test";
  CHECK(TlsClient(server.tls().port(), trust).failure() == "hostname mismatch");
}

TEST_CASE("TLS: what a client has to refuse", "[tls][server]") {
  Server server(with_tls());
  const auto failure = [&](TlsPresentation what, TlsClient::Trust trust) {
    server.tls().present(what);
    return TlsClient(server.tls().port(), trust).failure();
  };
  const auto trust = trusting(server);
  using enum TlsPresentation;
  CHECK(failure(expired, trust) == "certificate has expired");
  CHECK(failure(not_yet_valid, trust) == "certificate is not yet valid");
  CHECK(failure(other_host, trust) == "hostname mismatch");
  CHECK(failure(unknown_ca, trust) == "unable to get local issuer certificate");
  CHECK(failure(missing_link, trust) == "unable to get local issuer certificate");
  CHECK(failure(self_signed, trust) == "self-signed certificate");
  CHECK(failure(old_protocol, trust) == "tlsv1 alert protocol version");
  CHECK_FALSE(failure(drop, trust).empty());
  CHECK(failure(valid, {}) == "unable to get local issuer certificate");
  CHECK(failure(valid, trust).empty());
  auto careless = TlsClient::Trust();
  careless.verify = false;
  for (const auto what : {expired, not_yet_valid, other_host, unknown_ca, missing_link, self_signed})
    CHECK(failure(what, careless).empty());
}

TEST_CASE("TLS: clients that must prove themselves", "[tls][server]") {
  auto options = with_tls();
  options.settings = {{"tls-auth-clients", "yes"}};
  Server server(options);
  auto trust = trusting(server);
  trust.max_version = 0x0303;  // up to TLS 1.2 the client learns in its own handshake that it is refused
  CHECK_FALSE(TlsClient(server.tls().port(), trust).failure().empty());
  trust.certificate_pem = server.tls().client_certificate_pem();
  trust.key_pem = server.tls().client_key_pem();
  TlsClient client(server.tls().port(), trust);
  REQUIRE(client.failure().empty());
  CHECK(client.ask(kPing, kPong) == kPong);
  CHECK(server.call({"CONFIG", "SET", "tls-auth-clients", "no"}).text() == "OK");
  CHECK(TlsClient(server.tls().port(), trusting(server)).failure().empty());
}

TEST_CASE("TLS: certificates from files, and settings that do not work", "[tls][server]") {
  const Directory directory;
  Server other(with_tls());
  other.tls().write_to(directory.path);
  using std::filesystem::perms;
  CHECK(std::filesystem::status(directory.file("client.key")).permissions() ==
        (perms::owner_read | perms::owner_write));
  Options options;
  options.settings = {{"tls-port", "6399"}};
  CHECK_THROWS_WITH(Server(options), "No tls-cert-file configured!");
  options.settings.emplace_back("tls-cert-file", directory.file("client.pem"));
  CHECK_THROWS_WITH(Server(options), "No tls-key-file configured!");
  options.settings.emplace_back("tls-key-file", directory.file("client.key"));
  CHECK_THROWS_WITH(Server(options),
                    "Either tls-ca-cert-file or tls-ca-cert-dir must be specified when tls-cluster, "
                    "tls-replication or tls-auth-clients are enabled!");
  options.settings.emplace_back("tls-ca-cert-file", directory.file("nosuch"));
  CHECK_THROWS_WITH(
      Server(options),
      "Failed to configure CA certificate(s) file/directory: error:80000002:system library::No such "
      "file or directory");

  Server server;
  const auto set = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"CONFIG", "SET"});
    return server.call(words).text();
  };
  const std::string refused =
      "ERR CONFIG SET failed (possibly related to argument 'tls-port') - Unable to update TLS configuration. "
      "Check server logs.";
  const auto port = std::to_string(other.tls().port());
  CHECK(set({"tls-port", port}) == refused);
  CHECK(set({"tls-cert-file", directory.file("client.pem"), "tls-key-file", directory.file("client.key"),
             "tls-auth-clients", "no"}) == "OK");
  CHECK(set({"tls-port", port}) ==
        "ERR CONFIG SET failed (possibly related to argument 'tls-port') - Unable to listen on this port. "
        "Check "
        "server logs.");
  other.stop();
  CHECK(set({"tls-port", port}) == "OK");
  auto careless = TlsClient::Trust();
  careless.verify = false;
  TlsClient client(std::stoi(port), careless);
  REQUIRE(client.failure().empty());
  CHECK(client.ask(kPing, kPong) == kPong);
  CHECK(set({"tls-protocols", "TLSv1.2"}) == "OK");
  CHECK(TlsClient(std::stoi(port), careless).protocol() == "TLSv1.2");
  CHECK(set({"tls-protocols", "SSLv2"}) ==
        "ERR CONFIG SET failed (possibly related to argument 'tls-protocols') - Unable to update TLS "
        "configuration. Check server logs.");
  CHECK(set({"tls-ciphers", "nosuch"}).find("argument 'tls-ciphers'") != std::string::npos);
  CHECK(set({"redouble-tls-present", "expired"}).find("argument 'redouble-tls-present'") !=
        std::string::npos);
  CHECK(TlsClient(std::stoi(port), careless).failure().empty());
  CHECK(client.ask(kPing, kPong) == kPong);
  CHECK(set({"tls-port", "0"}) == "OK");
  CHECK(TlsClient(std::stoi(port), careless).failure() == "cannot connect");
}

TEST_CASE("TLS: who comes to the wrong door is told so", "[tls][server]") {
  std::mutex mutex;
  std::string log;
  auto options = with_tls();
  options.on_log = [&](std::string_view line) {
    const std::lock_guard guard(mutex);
    log.append(line).append("\n");
  };
  Server server(options);
  const std::string told = "-ERR this port speaks TLS: use rediss://, or redis:// with the plain port\r\n";
  for (const auto* first : {"PING\r\n", "*1\r\n$4\r\nPING\r\n"}) {
    SocketClient client(server.tls().port());
    CHECK(client.ask(first, told) == told);
    CHECK(client.at_end());
  }
  CHECK(TlsClient(server.port(), trusting(server)).failure() == "wrong version number");
  const std::string plain =
      "-ERR this port does not speak TLS: use redis://, or rediss:// with the TLS port\r\n";
  SocketClient slow(server.port());
  CHECK(slow.ask("\x16", plain) == plain);
  CHECK(slow.at_end());
  server.stop();
  CHECK(log.find("did not speak TLS to the TLS port: use rediss://") != std::string::npos);
  CHECK(log.find("sent a TLS hello to the plain port: use redis://") != std::string::npos);
}

TEST_CASE("TLS: large requests and replies, and pipelines", "[tls][server]") {
  Server server(with_tls());
  TlsClient client(server.tls().port(), trusting(server));
  REQUIRE(client.failure().empty());
  const std::string value(3'000'000, 'x');
  const std::string set = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$3000000\r\n" + value + "\r\n";
  CHECK(client.ask(set, "+OK\r\n") == "+OK\r\n");
  const std::string reply = "$3000000\r\n" + value + "\r\n";
  CHECK(client.ask("GET k\r\n", reply) == reply);
  std::string pings, pongs;
  for (int i = 0; i < 20'000; ++i) pings += kPing, pongs += kPong;
  CHECK(client.ask(pings, pongs) == pongs);
}

TEST_CASE("TLS: a thousand starts leave nothing behind", "[tls][server]") {
  const auto descriptors = [] {
    const std::filesystem::directory_iterator all("/proc/self/fd");
    return std::distance(begin(all), end(all));
  };
  const auto thread = std::make_shared<LoopThread>();
  Options plain;
  plain.thread = thread;
  const Server other(plain);  // what a loop opens at its first use stays open
  const auto before = descriptors();
  for (int i = 0; i < 1000; ++i) {
    auto options = with_tls();
    options.thread = thread;
    Server server(options);
    if (i % 100 == 0) CHECK(TlsClient(server.tls().port(), trusting(server)).failure().empty());
  }
  CHECK(descriptors() == before);
}

TEST_CASE("TLS: names that cannot stand in a certificate", "[tls][server]") {
  auto options = with_tls();
  options.tls_names = {"good.test", "bad,IP:1.2.3.4"};
  CHECK_THROWS_WITH(Server(options), "'bad,IP:1.2.3.4' is neither a host name nor an address");
  options.tls_names = {"\"open"};
  CHECK_THROWS_WITH(Server(options), "Unbalanced quotes in redouble-tls-names");
}

TEST_CASE("ping: rediss:// asks over TLS whoever is there", "[tls][ping]") {
  auto options = with_tls();
  options.password = "secret";
  Server server(options);
  const auto at = "127.0.0.1:" + std::to_string(server.tls().port());
  CHECK(ping("rediss://:secret@" + at).message == at + " answers PONG");
  CHECK(ping("redis://:secret@" + at).message ==
        at + " answers AUTH with: -ERR this port speaks TLS: use rediss://, or redis:// with the plain port");
  const auto plain = "127.0.0.1:" + std::to_string(server.port());
  CHECK(ping("rediss://:secret@" + plain).message == plain + " does not answer: wrong version number");
}

TEST_CASE("TlsStream: the beginning of a record is nothing to read", "[tls]") {
  int ends[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) == 0);
  Config config;
  REQUIRE_FALSE(config.load(Setting::redouble_tls, std::vector<std::string>{"auto"}));
  TlsStream stream(make_tls_context(config).context, ends[0]);
  REQUIRE(::write(ends[1], "\x16\x03\x01\x02\x00\x01", 6) == 6);
  char room[64];
  CHECK(stream.read(room, sizeof room).state == Transfer::State::wait_read);
  CHECK_FALSE(stream.has_buffered());
  ::close(ends[1]);
  CHECK(stream.read(room, sizeof room).state == Transfer::State::closed);
  ::close(ends[0]);
}

TEST_CASE("TLS: reset goes back to the ports of the start", "[tls][server]") {
  Server server(with_tls());
  const int plain = server.port(), tls = server.tls().port();
  CHECK(server.call({"CONFIG", "SET", "tls-port", "0"}).text() == "OK");
  CHECK(server.tls().port() == 0);
  server.reset();
  CHECK(server.port() == plain);
  CHECK(server.tls().port() == tls);
  TlsClient client(tls, trusting(server));
  REQUIRE(client.failure().empty());
  CHECK(client.ask(kPing, kPong) == kPong);
  CHECK(server.call({"CONFIG", "SET", "port", "0"}).text() == "OK");
  server.reset();
  CHECK(SocketClient(plain).ask(kPing, kPong) == kPong);
}

TEST_CASE("TLS: what is to be presented takes certificates of the server's own", "[tls][server]") {
  const Directory directory;
  Server other(with_tls());
  other.tls().write_to(directory.path);
  auto options = with_tls();
  options.settings = {{"tls-cert-file", directory.file("client.pem")},
                      {"tls-key-file", directory.file("client.key")}};
  Server server(options);
  CHECK_THROWS_WITH(server.tls().present(TlsPresentation::expired),
                    Catch::Contains("argument 'redouble-tls-present'"));
}
