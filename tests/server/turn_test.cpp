// Clients whose requests are noticed in the same turn of the loop: they are read from first and executed
// then, and nobody may see that. A script keeps the loop busy while they send; where it ended too early they
// are served one by one, which looks the same.
#include <catch2/catch.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "redouble/server.h"
#include "tests/support/socket_client.h"

using redouble::request;
using redouble::Server;
using redouble::SocketClient;

namespace {

constexpr std::string_view kWorking = "EVAL \"for i = 1, 1e6 do end return 1\" 0\r\n";

// `busy` makes the server busy; clients that are there already come to its notice together.
struct Crowd {
  explicit Crowd(std::size_t n, const redouble::Options& options = {})
      : server(options), busy(server.port()) {
    for (std::size_t i = 0; i < n; ++i) {
      clients.push_back(std::make_unique<SocketClient>(server.port()));
      CHECK(clients.back()->ask("PING\r\n", "+PONG\r\n") == "+PONG\r\n");
    }
  }
  void begin() { busy.send(kWorking); }
  SocketClient& operator[](std::size_t i) { return *clients[i]; }

  Server server;
  SocketClient busy;
  std::vector<std::unique_ptr<SocketClient>> clients;
};

}  // namespace

TEST_CASE("turn: clients are executed in the order in which they came", "[turn][server]") {
  Crowd crowd(60);
  crowd.begin();
  for (std::size_t i = 0; i < 60; ++i) {
    // Short ones, long ones, a pipeline, words on a line: what is put off and what is not.
    const std::string n = std::to_string(i), push = request({"RPUSH", "order", n});
    const std::string other = i % 5 == 1   ? request({"SET", "k" + n, std::string(1000, 'v')})
                              : i % 5 == 2 ? request({"GET", "k"}) + request({"GET", "k"})
                              : i % 5 == 3 ? "GET k\r\n"
                                           : "";
    crowd[i].send(i % 5 == 4 ? "RPUSH order " + n + "\r\n" : push + other);
  }
  for (std::size_t i = 0; i < 60; ++i) {
    const std::string reply = ":" + std::to_string(i + 1) + "\r\n";
    REQUIRE(crowd[i].read(reply.size()) == reply);
  }
}

TEST_CASE("turn: who is closed by one before it is not executed", "[turn][server]") {
  Crowd crowd(3);
  const std::string id = crowd[2].ask("CLIENT ID\r\n", ":0\r\n").substr(1, 1);
  crowd.begin();
  crowd[0].send(request({"SET", "a", "1"}));
  crowd[1].send(request({"CLIENT", "KILL", "ID", id}));
  crowd[2].send(request({"SET", "c", "1"}));
  CHECK(crowd[1].read(4) == ":1\r\n");
  CHECK(crowd[2].at_end());
  CHECK(crowd.server.call({"EXISTS", "a", "c"}).integer() == 1);
}

TEST_CASE("turn: half a request is completed, a transaction and a pause hold", "[turn][server]") {
  Crowd crowd(4);
  const std::string set = request({"SET", "a", "1"});
  crowd.begin();
  crowd[0].send(set.substr(0, 20));
  crowd[1].send(request({"MULTI"}) + request({"INCR", "a"}) + request({"EXEC"}));
  crowd[2].send(request({"CLIENT", "PAUSE", "100000", "WRITE"}));
  crowd[3].send(request({"INCR", "a"}));
  const std::string done = "+OK\r\n+QUEUED\r\n*1\r\n:1\r\n";
  CHECK(crowd[1].read(done.size()) == done);
  CHECK(crowd[2].read(5) == "+OK\r\n");
  crowd[0].send(set.substr(20));
  CHECK(crowd[2].ask("GET a\r\n", "$1\r\n1\r\n") == "$1\r\n1\r\n");
  CHECK(crowd[3].is_silent());
  crowd[2].send("CLIENT UNPAUSE\r\n");
  CHECK(crowd[3].read(4) == ":2\r\n");
  CHECK(crowd[0].read(5) == "+OK\r\n");
}

TEST_CASE("turn: who comes together with an endless script is told that the server is busy",
          "[turn][server]") {
  redouble::Options options;
  options.settings = {{"busy-reply-threshold", "1000"}};
  Crowd crowd(6, options);
  const std::string set = request({"SET", "a", "1"});
  crowd[1].send(set.substr(0, 20));
  CHECK(crowd[5].ask("PING\r\n", "+PONG\r\n") == "+PONG\r\n");
  crowd.begin();
  crowd[0].send("EVAL \"while true do end\" 0\r\n");
  crowd[1].send(set.substr(20));
  crowd[2].send("PING\r\n");
  crowd[3].send(request({"SET", "b", std::string(1000, 'b')}));
  crowd[4].send(request({"GET", "a"}));
  const std::string busy =
      "-BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.\r\n";
  for (std::size_t i = 1; i < 5; ++i) {
    INFO(i);
    CHECK(crowd[i].read(busy.size()) == busy);
  }
  CHECK(crowd[5].ask("SCRIPT KILL\r\n", "+OK\r\n") == "+OK\r\n");
  CHECK(crowd[0].read(4) == "-ERR");
  CHECK(crowd.server.call({"EXISTS", "a", "b"}).integer() == 0);
}

TEST_CASE("turn: who leaves does so behind those who came before", "[turn][server]") {
  Crowd crowd(3);
  const std::string subscribed = "*3\r\n$9\r\nsubscribe\r\n$7\r\nchannel\r\n:1\r\n";
  CHECK(crowd[1].ask("SUBSCRIBE channel\r\n", subscribed) == subscribed);
  crowd.begin();
  crowd[0].send(request({"PUBLISH", "channel", "message"}));
  crowd[2].send(request({"GET", "k"}));
  crowd.clients[1].reset();
  CHECK(crowd[0].read(4) == ":1\r\n");
}

TEST_CASE("turn: nothing of a client runs inside its own script", "[turn][server]") {
  redouble::Options options;
  options.settings = {{"busy-reply-threshold", "1000"}};
  Crowd crowd(3, options);
  crowd[2].send("CLIENT PAUSE 100000 WRITE\r\n");
  CHECK(crowd[2].read(5) == "+OK\r\n");
  crowd[0].send("EVAL \"while redis.call('GET', 'stop') ~= 'x' do end return 'script'\" 0\r\n");
  CHECK(crowd[2].ask("PING\r\n", "+PONG\r\n") == "+PONG\r\n");
  crowd.busy.send("EVAL_RO \"for i = 1, 1e6 do end return 1\" 0\r\n");
  crowd[1].send(request({"CLIENT", "UNPAUSE"}));
  crowd[0].send(request({"GET", "k"}));
  const std::string busy =
      "-BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.\r\n";
  CHECK(crowd[2].ask("GET k\r\n", busy) == busy);
  CHECK(crowd[0].is_silent());
  CHECK(crowd[1].is_silent());
  CHECK(crowd[2].ask("SCRIPT KILL\r\n", "+OK\r\n") == "+OK\r\n");
  CHECK(crowd[0].read(4) == "-ERR");
  CHECK(crowd[1].read(5) == "+OK\r\n");
}

TEST_CASE("turn: many send more together than is read at once, whole requests and halves", "[turn][server]") {
  Crowd crowd(60);
  const auto set = [](std::size_t i) { return request({"SET", std::to_string(i), std::string(1900, 'v')}); };
  for (const bool halves : {false, true}) {
    crowd.begin();
    for (std::size_t i = 0; i < 60; ++i) crowd[i].send(halves ? set(i).substr(0, 1500) : set(i));
    CHECK(crowd.busy.read(4) == ":1\r\n");
    for (std::size_t i = 0; i < 60; ++i) {
      if (halves) crowd[i].send(set(i).substr(1500));
      REQUIRE(crowd[i].read(5) == "+OK\r\n");
    }
  }
}

TEST_CASE("turn: a stranger sends much behind many others", "[turn][server]") {
  redouble::Options options;
  options.password = "secret";
  Server server(options);
  std::vector<std::unique_ptr<SocketClient>> clients;
  for (std::size_t i = 0; i < 35; ++i) {
    clients.push_back(std::make_unique<SocketClient>(server.port()));
    CHECK(clients.back()->ask("AUTH secret\r\n", "+OK\r\n") == "+OK\r\n");
  }
  SocketClient stranger(server.port());
  stranger.send("PING\r\n");
  CHECK(stranger.read(35).starts_with("-NOAUTH"));
  clients[0]->send(kWorking);
  for (std::size_t i = 1; i < 35; ++i) clients[i]->send(request({"SET", "k", std::string(1900, 'v')}));
  stranger.send(std::string(16 * 1024, 'A'));
  for (std::size_t i = 1; i < 35; ++i) REQUIRE(clients[i]->read(5) == "+OK\r\n");
  CHECK(server.call({"STRLEN", "k"}).integer() == 1900);
}

TEST_CASE("turn: who is killed before an endless script had many words", "[turn][server]") {
  redouble::Options options;
  options.settings = {{"busy-reply-threshold", "100000"}};
  Crowd crowd(3, options);
  const std::string id = crowd[1].ask("CLIENT ID\r\n", ":0\r\n").substr(1, 1);
  std::string pipeline = request({"CONFIG", "SET", "busy-reply-threshold", "1"}) +
                         request({"CLIENT", "KILL", "ID", id}) + request({"EVAL", "while true do end", "0"});
  for (int i = 0; i < 40; ++i) pipeline += request({"HGET", "hash", "field"});
  std::vector<std::string> words(2000);  // more than a batch has room for
  words[0] = "HGET";
  const std::string many_words = request(words);
  CHECK(crowd.server.call({"HSET", "hash", "field", "value"}).integer() == 1);
  crowd.busy.send("EVAL \"for i = 1, 2e7 do end return 1\" 0\r\n");
  std::this_thread::sleep_for(std::chrono::milliseconds(10));  // it has begun
  crowd[0].send(pipeline);
  crowd[1].send(many_words);
  CHECK(crowd[1].at_end());
  CHECK(crowd[2].ask("SCRIPT KILL\r\n", "+OK\r\n") == "+OK\r\n");
  CHECK(crowd.busy.read(4) == ":1\r\n");
  // Replies before a script that is past its time are sent with its own.
  const std::string begun = "+OK\r\n:1\r\n-ERR";
  CHECK(crowd[0].read(begun.size()) == begun);
}

TEST_CASE("turn: who sent little before sends much together with others", "[turn][server]") {
  Crowd crowd(20);
  std::string pipeline, replies;
  for (int i = 0; i < 40; ++i) {
    pipeline += request({"RPUSH", "list", std::string(200, 'v')});
    replies += "+PONG\r\n";
    pipeline += "PING\r\n";
  }
  crowd.begin();
  for (std::size_t i = 0; i < 20; ++i) crowd[i].send(pipeline);
  for (std::size_t i = 0; i < 20; ++i) {
    std::string lengths, pongs;
    for (int line = 0; line < 40; ++line) {
      std::string digits;
      while (!digits.ends_with("\r\n")) digits += crowd[i].read(1);
      lengths += digits;
      pongs += crowd[i].read(7);
    }
    CHECK(pongs == replies);
  }
  CHECK(crowd.server.call({"LLEN", "list"}).integer() == 800);
}

TEST_CASE("turn: one of those who are answered has gone, and lets a script run", "[turn][server]") {
  redouble::Options options;
  options.settings = {{"busy-reply-threshold", "100000"}};
  Crowd crowd(12, options);
  CHECK(crowd[0].ask("REDOUBLE GATE ADD gate COMMAND EVAL KEY k UNTIL DISCONNECT\r\n", "+OK\r\n") ==
        "+OK\r\n");
  crowd[1].send("EVAL \"while true do end\" 1 k\r\n");
  CHECK(crowd[2].ask("PING\r\n", "+PONG\r\n") == "+PONG\r\n");
  crowd.busy.send("EVAL \"for i = 1, 2e7 do end return 1\" 0\r\n");
  std::this_thread::sleep_for(std::chrono::milliseconds(10));  // it has begun
  for (const std::size_t i : {0, 2, 3, 4, 5, 6, 7, 8, 9}) crowd[i].send("PING\r\n");
  crowd[10].send("EVAL \"for i = 1, 5e7 do end return 1\" 0\r\n");
  crowd[11].send("CONFIG SET busy-reply-threshold 1\r\n");
  CHECK(crowd.busy.read(4) == ":1\r\n");
  // The others have been read from, and nobody is answered before the second script has ended.
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  crowd.clients[0]->reset();
  for (std::size_t i = 2; i < 10; ++i) CHECK(crowd[i].read(7) == "+PONG\r\n");
  CHECK(crowd[10].read(4) == ":1\r\n");
  CHECK(crowd[11].read(5) == "+OK\r\n");
  CHECK(crowd[11].ask("SCRIPT KILL\r\n", "+OK\r\n") == "+OK\r\n");
  CHECK(crowd[1].read(4) == "-ERR");
  for (std::size_t i = 2; i < 12; ++i) {
    CHECK(crowd[i].is_silent());
    CHECK(crowd[i].ask("PING\r\n", "+PONG\r\n") == "+PONG\r\n");
  }
}
