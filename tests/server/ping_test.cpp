// The probe against a server of its own.
#include "server/ping.h"

#include <redouble/server.h>
#include <catch2/catch.hpp>

using redouble::ping;

TEST_CASE("ping: a server that answers is alive", "[options]") {
  redouble::Server server;
  const std::string port = std::to_string(server.port());
  for (const std::string host : {"127.0.0.1:", "localhost:"}) {
    const auto result = ping("redis://" + host + port + "/2?timeout=1");
    CHECK(result.message == host + port + " answers PONG");
    CHECK(result.alive);
  }
}

TEST_CASE("ping: a closed port is not", "[options]") {
  redouble::Server server;
  const std::string uri = server.uri();
  const std::string address = "127.0.0.1:" + std::to_string(server.port());
  server.stop();
  const auto result = ping(uri);
  CHECK_FALSE(result.alive);
  CHECK(result.message == "cannot connect to " + address + ": Connection refused");
}

TEST_CASE("ping: other URLs are refused", "[options]") {
  for (const auto* url : {"", "http://127.0.0.1", "127.0.0.1:6379"}) {
    CHECK_FALSE(ping(url).alive);
    CHECK(ping(url).message ==
          "not a URL to ping: it is redis://[:password@]host:port, rediss:// with TLS, or unix://path");
  }
  CHECK(ping("unix:///nonexist/s").message == "cannot connect to /nonexist/s: No such file or directory");
}
