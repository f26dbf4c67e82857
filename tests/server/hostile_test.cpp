// Clients that stay for nothing, and servers that come and go: nothing is left of either. What hostile
// clients do to the binary is in compat/hostile.
#include <malloc.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <string>

#include "redouble/server.h"
#include "tests/support/socket_client.h"
#include "tests/support/tls_client.h"

using namespace std::chrono_literals;
using redouble::Options;
using redouble::Server;
using redouble::SocketClient;
using redouble::TlsClient;

namespace {

std::ptrdiff_t entries(const char* directory) {
  const std::filesystem::directory_iterator all(directory);
  return std::distance(begin(all), end(all));
}

/// Waits until the server has read what was sent to it: `text` stands in CLIENT LIST.
bool comes_to(Server& server, const std::string& text) {
  const auto end = std::chrono::steady_clock::now() + 10s;
  while (std::chrono::steady_clock::now() < end)
    if (server.call({"CLIENT", "LIST"}).text().find(text) != std::string::npos) return true;
  return false;
}

/// One life of a server with a client, and what it leaves of descriptors and threads.
void live(const Options& options) {
  Server server(options);
  if (options.tls) {
    TlsClient::Trust trust;
    trust.ca_pem = server.tls().ca_pem();
    TlsClient client(server.tls().port(), trust);
    CHECK(client.ask("SET k v\r\n", "+OK\r\n") == "+OK\r\n");
  } else {
    SocketClient client(server.port());
    CHECK(client.ask("SET k v\r\n", "+OK\r\n") == "+OK\r\n");
  }
}

void check_that_nothing_stays(const Options& options, int lives) {
  // glibc counts as used what a thread keeps in its cache of freed blocks: some hundred KB, which the many
  // sizes of OpenSSL's blocks fill over some 250 lives.
  for (int i = 0; i < 400; ++i) live(options);
  const auto descriptors = entries("/proc/self/fd");
  const auto threads = entries("/proc/self/task");
  const auto bytes = ::mallinfo2().uordblks;
  for (int i = 0; i < lives; ++i) live(options);
  CHECK(entries("/proc/self/fd") == descriptors);
  CHECK(entries("/proc/self/task") == threads);
#ifndef __SANITIZE_ADDRESS__
  // Under ASan malloc is another one, and its leak check asks the same question.
  CHECK(::mallinfo2().uordblks <= bytes + 64 * 1024);
#else
  static_cast<void>(bytes);
#endif
}

}  // namespace

TEST_CASE("Server: a thousand lives leave no descriptor, thread or memory", "[server][hostile]") {
  check_that_nothing_stays({}, 1000);
}

TEST_CASE("Server: a thousand lives over TLS leave no descriptor, thread or memory",
          "[server][tls][hostile]") {
  Options options;
  options.tls = true;
  check_that_nothing_stays(options, 1000);
}

TEST_CASE("TLS: a handshake that never ends is ended in real time", "[server][tls][hostile]") {
  Options options;
  options.tls = true;
  options.settings = {{"redouble-tls-handshake-ms", "50"}};
  Server server(options);
  server.clock().freeze();
  SocketClient silent(server.tls().port()), stops(server.tls().port());
  stops.send("\x16\x03\x01");
  CHECK(silent.at_end());
  CHECK(stops.at_end());
  CHECK(server.call({"CLIENT", "LIST"}).text().empty());
  // After stop and start, too.
  server.stop();
  server.start();
  CHECK(SocketClient(server.tls().port()).at_end());
}

TEST_CASE("timeout: bytes that trickle in do not keep a client", "[server][hostile]") {
  Options options;
  options.settings = {{"timeout", "300"}};
  Server server(options);
  server.clock().freeze();
  SocketClient slow(server.port());
  slow.send("*1\r\n$100\r\n");
  REQUIRE(comes_to(server, "qbuf=10 "));
  server.advance(200s);
  slow.send("x");
  REQUIRE(comes_to(server, "qbuf=11 "));
  server.advance(99s);
  CHECK_FALSE(server.call({"CLIENT", "LIST"}).text().empty());
  server.advance(1001ms);  // the millisecond that had begun
  CHECK(slow.at_end());
}

TEST_CASE("timeout: a long request that arrives does", "[server][hostile]") {
  Options options;
  options.settings = {{"timeout", "300"}};
  Server server(options);
  server.clock().freeze();
  SocketClient busy(server.port());
  busy.send("*2\r\n$4\r\nECHO\r\n$60000\r\n" + std::string(10'000, 'x'));
  REQUIRE(comes_to(server, "qbuf=10022 "));
  server.advance(200s);
  busy.send(std::string(20'000, 'x'));
  REQUIRE(comes_to(server, "qbuf=30022 "));
  server.advance(299s);
  CHECK_FALSE(server.call({"CLIENT", "LIST"}).text().empty());
  server.advance(1001ms);  // the millisecond that had begun
  CHECK(busy.at_end());
}

TEST_CASE("Server: who has not authenticated is read in pieces, and answered all the same",
          "[server][hostile]") {
  Options options;
  options.password = "secret";
  Server server(options);
  SocketClient client(server.port());
  std::string requests, replies;
  for (int i = 0; i < 2000; ++i) requests += "PING\r\n", replies += "-NOAUTH Authentication required.\r\n";
  requests += "AUTH secret\r\n", replies += "+OK\r\n";
  const std::string value(100'000, 'x');
  requests += "*2\r\n$4\r\nECHO\r\n$100000\r\n" + value + "\r\n", replies += "$100000\r\n" + value + "\r\n";
  CHECK((client.ask(requests, replies) == replies));
}
