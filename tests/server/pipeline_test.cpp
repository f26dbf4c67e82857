// Pipelines over a socket: requests are read ahead of their execution, and nobody may see that.
#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "redouble/server.h"
#include "tests/support/socket_client.h"

using redouble::Options;
using redouble::request;
using redouble::Server;
using redouble::SocketClient;

TEST_CASE("pipeline: hundreds of requests are answered in their order", "[pipeline][server]") {
  Server server;
  SocketClient client(server.port());
  std::string bytes, replies;
  for (int i = 0; i < 300; ++i) {
    const std::string value = "v" + std::to_string(i);
    bytes += request({"SET", "k", value}) + request({"GET", "k"});
    replies += "+OK\r\n$" + std::to_string(value.size()) + "\r\n" + value + "\r\n";
  }
  CHECK(client.ask(bytes, replies) == replies);
}

TEST_CASE("pipeline: inline requests and long ones stand between others", "[pipeline][server]") {
  Server server;
  SocketClient client(server.port());
  std::vector<std::string> exists(1001, "k");
  exists[0] = "EXISTS";
  const std::string bytes = request({"SET", "k", "1"}) + "GET k\r\n" + request({"GET", "k"}) +
                            request(exists) + "\r\nSET k 2\r\nGET k\r\n*0\r\n" + request({"GET", "k"});
  const std::string replies = "+OK\r\n$1\r\n1\r\n$1\r\n1\r\n:1000\r\n+OK\r\n$1\r\n2\r\n$1\r\n2\r\n";
  CHECK(client.ask(bytes, replies) == replies);
}

TEST_CASE("pipeline: what comes before a protocol error is answered first", "[pipeline][server]") {
  Server server;
  SocketClient client(server.port());
  const std::string replies = "+OK\r\n$1\r\n1\r\n-ERR Protocol error: invalid multibulk length\r\n";
  CHECK(client.ask(request({"SET", "k", "1"}) + request({"GET", "k"}) + "*x\r\n", replies) == replies);
  CHECK(client.at_end());
}

TEST_CASE("pipeline: without AUTH the limits are those of strangers", "[pipeline][server]") {
  Options options;
  options.password = "secret";
  Server server(options);
  SocketClient client(server.port());
  const std::string replies =
      "-NOAUTH Authentication required.\r\n-ERR Protocol error: unauthenticated multibulk length\r\n";
  CHECK(client.ask(request({"GET", "k"}) + "*11\r\n", replies) == replies);
  CHECK(client.at_end());
}

TEST_CASE("pipeline: a request split anywhere behind whole ones is completed", "[pipeline][server]") {
  Server server;
  const std::string whole = request({"SET", "k", "value"}) + request({"GET", "k"});
  const std::string last = request({"GET", "k"});
  for (std::size_t cut = 1; cut < last.size(); ++cut) {
    SocketClient client(server.port());
    const std::string first_replies = "+OK\r\n$5\r\nvalue\r\n";
    REQUIRE(client.ask(whole + last.substr(0, cut), first_replies) == first_replies);
    REQUIRE(client.ask(last.substr(cut), "$5\r\nvalue\r\n") == "$5\r\nvalue\r\n");
  }
}

TEST_CASE("pipeline: what stands behind a command that waits runs when that is served",
          "[pipeline][blocking][server]") {
  Server server;
  SocketClient waiting(server.port()), pushing(server.port());
  const std::string pong = "+PONG\r\n";
  CHECK(waiting.ask(request({"PING"}) + request({"BLPOP", "k", "0"}) + request({"RPUSH", "j", "1"}) +
                        request({"BLPOP", "k", "0.01"}) + request({"ECHO", "end"}),
                    pong) == pong);
  // In process there is no waiting either.
  CHECK(server.call({"BLPOP", "k", "0"}).is_null());
  CHECK(server.call({"EXISTS", "j"}).integer() == 0);
  CHECK(pushing.ask(request({"RPUSH", "k", "x"}), ":1\r\n") == ":1\r\n");
  const std::string replies = "*2\r\n$1\r\nk\r\n$1\r\nx\r\n:1\r\n*-1\r\n$3\r\nend\r\n";
  CHECK(waiting.read(replies.size()) == replies);
}

TEST_CASE("pipeline: a call in process serves who waits on a socket", "[pipeline][blocking][server]") {
  Server server;
  SocketClient waiting(server.port());
  const std::string pong = "+PONG\r\n", served = "*2\r\n$1\r\nk\r\n$1\r\nx\r\n";
  CHECK(waiting.ask(request({"PING"}) + request({"BLPOP", "k", "0"}), pong) == pong);
  server.call({"RPUSH", "k", "x"});
  CHECK(waiting.read(served.size()) == served);
}
