// Clients that wait for lists: who is served when, and how a wait ends. On a manual clock.
#include <catch2/catch.hpp>

#include <memory>

#include "engine/commands/client_line.h"
#include "protocol/value_builder.h"
#include "tests/support/engine_fixture.h"

using namespace redouble;

namespace {

struct Waiting : EngineFixture {
  Session& b = engine.connect();
  Session& c = engine.connect();

  std::string stats(std::string_view name) {
    const std::string all = send("INFO", "commandstats");
    const auto at = all.find("cmdstat_" + std::string(name) + ":");
    return at == std::string::npos ? "" : all.substr(at, all.find("\r\n", at) - at);
  }
};

}  // namespace

TEST_CASE("BLPOP: a push serves who waits, first come first served", "[blpop][blocking]") {
  Waiting f;
  CHECK(f.send_as(f.b, "BLPOP", "j", "k", "0").empty());
  CHECK(f.send_as(f.c, "BRPOP", "k", "0").empty());
  CHECK(f.engine.blocked_clients() == 2);
  CHECK(f.send("RPUSH", "k", "1", "2", "3") == ":3\r\n");
  CHECK(f.received(f.b) == "*2\r\n$1\r\nk\r\n$1\r\n1\r\n");
  CHECK(f.received(f.c) == "*2\r\n$1\r\nk\r\n$1\r\n3\r\n");
  CHECK(f.engine.blocked_clients() == 0);
  CHECK(f.engine.waiters.empty());
  CHECK(f.send("LRANGE", "k", "0", "-1") == "*1\r\n$1\r\n2\r\n");
}

TEST_CASE("BLPOP: times out on the engine's clock, to the millisecond", "[blpop][blocking]") {
  Waiting f;
  f.send_as(f.b, "BLPOP", "k", "0.1");
  f.send_as(f.c, "BLMOVE", "k", "j", "LEFT", "LEFT", "0.2");
  f.advance_ms(99);
  CHECK(f.received(f.b).empty());
  f.advance_ms(1);
  CHECK(f.received(f.b) == "*-1\r\n");
  f.advance_ms(100);
  CHECK(f.received(f.c) == "*-1\r\n");
  CHECK(f.engine.blocked_clients() == 0);

  f.send_as(f.b, "HELLO", "3");
  f.send_as(f.b, "BLPOP", "k", "0.0001");
  f.advance_ms(1);
  CHECK(f.received(f.b) == "_\r\n");
}

TEST_CASE("BLPOP: timeouts that are refused, and those that never come", "[blpop][blocking]") {
  Waiting f;
  for (const char* negative : {"-1", "-inf", "inf", "1e400", "9223372036854776"})
    CHECK(f.send_as(f.b, "BLPOP", "k", negative) == "-ERR timeout is negative\r\n");
  for (const char* other : {"abc", "nan", "", " 1"})
    CHECK(f.send_as(f.b, "BLPOP", "k", other) == "-ERR timeout is not a float or out of range\r\n");
  f.send_as(f.b, "BLPOP", "k", "9223372036854775");
  f.send_as(f.c, "BLPOP", "k", "-0.0001");
  f.advance_ms(1'000'000'000'000);
  CHECK(f.engine.blocked_clients() == 2);
}

TEST_CASE("BLMOVE: inside MULTI the reply is null, after a timeout a null array", "[blmove][blocking]") {
  Waiting f;
  f.send("MULTI");
  f.send("BLPOP", "k", "0");
  f.send("BLMOVE", "k", "j", "LEFT", "LEFT", "0");
  f.send("BRPOPLPUSH", "k", "j", "0");
  CHECK(f.send("EXEC") == "*3\r\n*-1\r\n$-1\r\n$-1\r\n");
  f.send_as(f.b, "BRPOPLPUSH", "k", "j", "0.01");
  f.advance_ms(10);
  CHECK(f.received(f.b) == "*-1\r\n");
}

TEST_CASE("BLMOVE: chains are followed to their end", "[blmove][blocking]") {
  Waiting f;
  f.send_as(f.b, "BLMOVE", "k1", "k2", "LEFT", "LEFT", "0");
  f.send_as(f.c, "BLMOVE", "k2", "k3", "LEFT", "LEFT", "0");
  f.send("RPUSH", "k1", "x");
  CHECK(f.received(f.b) == "$1\r\nx\r\n");
  CHECK(f.received(f.c) == "$1\r\nx\r\n");
  CHECK(f.send("LRANGE", "k3", "0", "-1") == "*1\r\n$1\r\nx\r\n");
  CHECK(f.send("EXISTS", "k1", "k2") == ":0\r\n");
}

TEST_CASE("BLMOVE: a destination of the wrong type ends the wait and leaves the list", "[blmove][blocking]") {
  Waiting f;
  f.send_as(f.b, "BLMOVE", "k", "s", "LEFT", "LEFT", "0");
  f.send("SET", "s", "v");
  f.send("RPUSH", "k", "1");
  CHECK(f.received(f.b) == "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("LLEN", "k") == ":1\r\n");
  CHECK(f.stats("blmove").ends_with("failed_calls=1"));
}

TEST_CASE("BLPOP: a list made and deleted inside MULTI wakes nobody", "[blpop][blocking]") {
  Waiting f;
  f.send_as(f.b, "BLPOP", "k", "0");
  f.send("MULTI");
  f.send("RPUSH", "k", "1");
  f.send("DEL", "k");
  f.send("SET", "k", "v");
  f.send("EXEC");
  CHECK(f.received(f.b).empty());
  f.send("DEL", "k");
  f.send("RPUSH", "k", "2");
  CHECK(f.received(f.b) == "*2\r\n$1\r\nk\r\n$1\r\n2\r\n");
}

TEST_CASE("BLPOP: keys are served in the order in which they became ready", "[blpop][blocking]") {
  Waiting f;
  Session& events = f.engine.connect();
  f.send("CONFIG", "SET", "notify-keyspace-events", "Kl");
  f.send_as(events, "PSUBSCRIBE", "*");
  f.send_as(f.b, "BLPOP", "k", "0");
  f.send_as(f.c, "BLPOP", "j", "0");
  f.send("MULTI");
  f.send("RPUSH", "j", "1");
  f.send("RPUSH", "k", "2");
  f.send("EXEC");
  const std::string seen = f.received(events);
  CHECK(seen.find("rpush") < seen.find("lpop"));
  CHECK(seen.rfind("__keyspace@0__:j") < seen.rfind("__keyspace@0__:k"));
}

TEST_CASE("BLPOP: SWAPDB, RENAME, COPY and MOVE wake", "[blpop][blocking]") {
  Waiting f;
  const auto waits = [&] { f.send_as(f.b, "BLPOP", "k", "0"); };
  const std::string served = "*2\r\n$1\r\nk\r\n$1\r\n1\r\n";
  waits();
  f.send("RPUSH", "j", "1");
  f.send("COPY", "j", "k");
  CHECK(f.received(f.b) == served);
  waits();
  f.send("RENAME", "j", "k");
  CHECK(f.received(f.b) == served);
  waits();
  f.send("SELECT", "1");
  f.send("RPUSH", "k", "1");
  f.send("MOVE", "k", "0");
  CHECK(f.received(f.b) == served);
  waits();
  f.send("RPUSH", "k", "1");
  f.send("SWAPDB", "0", "1");
  CHECK(f.received(f.b) == served);
}

TEST_CASE("BLPOP: the same key twice is one place in line", "[blpop][blocking]") {
  Waiting f;
  f.send_as(f.b, "BLPOP", "k", "j", "k", "k", "0");
  CHECK(f.engine.waiters.keys() == 2);
  f.send("RPUSH", "k", "1", "2");
  CHECK(f.received(f.b) == "*2\r\n$1\r\nk\r\n$1\r\n1\r\n");
  CHECK(f.engine.waiters.empty());
}

TEST_CASE("BLPOP: who is killed or leaves is not served", "[blpop][blocking]") {
  Waiting f;
  f.send_as(f.b, "BLPOP", "k", "0");
  f.send_as(f.c, "BLPOP", "k", "1");
  f.send("CLIENT", "KILL", "ID", std::to_string(f.b.id));
  f.engine.disconnect(f.c);
  CHECK(f.engine.blocked_clients() == 0);
  CHECK(f.engine.next_deadline() == kNever);
  f.send("RPUSH", "k", "1");
  CHECK(f.received(f.b).empty());
  CHECK(f.send("LLEN", "k") == ":1\r\n");
}

TEST_CASE("CLIENT UNBLOCK: ends a wait as a timeout or with an error", "[client][blocking]") {
  Waiting f;
  f.send("CONFIG", "SET", "slowlog-log-slower-than", "0");
  const std::string id = std::to_string(f.b.id);
  f.send_as(f.b, "BLMOVE", "k", "j", "LEFT", "LEFT", "0");
  CHECK(f.send("CLIENT", "UNBLOCK", id) == ":1\r\n");
  CHECK(f.received(f.b) == "*-1\r\n");
  // As in Redis the slow log has lost the arguments.
  f.send_as(f.b, "BLPOP", "k", "0");
  CHECK(f.send("CLIENT", "UNBLOCK", id, "ERROR") == ":1\r\n");
  CHECK(f.engine.slowlog.lines()[1].argv.empty());
  CHECK(f.received(f.b) == "-UNBLOCKED client unblocked via CLIENT UNBLOCK\r\n");
  CHECK(f.send("CLIENT", "UNBLOCK", id) == ":0\r\n");
  CHECK(f.stats("blpop").ends_with("failed_calls=1"));
  CHECK(f.stats("blmove").ends_with("failed_calls=1"));
}

TEST_CASE("BLPOP: calls, failures and slow log of a wait", "[blpop][blocking]") {
  Waiting f;
  f.send("CONFIG", "SET", "slowlog-log-slower-than", "0");
  f.send_as(f.b, "BLPOP", "k", "0.1");
  CHECK(f.engine.slowlog.lines().size() == 1);
  f.advance_ms(100);
  CHECK(f.engine.slowlog.lines().size() == 1);
  f.send_as(f.b, "BLPOP", "k", "0");
  f.advance_ms(5000);
  f.send("RPUSH", "k", "1");
  const auto& line = f.engine.slowlog.lines().front();
  CHECK(line.argv == std::vector<std::string>{"BLPOP", "k", "0"});
  CHECK(line.microseconds == 0);
  CHECK(f.stats("blpop") ==
        "cmdstat_blpop:calls=2,usec=0,usec_per_call=0.00,rejected_calls=0,failed_calls=0");
}

TEST_CASE("BLPOP: what was served counts one change, BLMPOP counts its elements too", "[blpop][blocking]") {
  Waiting f;
  f.send_as(f.b, "BLPOP", "k", "0");
  f.send("RPUSH", "k", "1");
  CHECK(f.engine.changes == 1);
  f.send_as(f.b, "BLMPOP", "0", "1", "k", "LEFT", "COUNT", "2");
  f.send("RPUSH", "k", "1", "2");
  CHECK(f.engine.changes == 5);
  f.send_as(f.b, "BLMOVE", "k", "j", "LEFT", "LEFT", "0");
  f.send("RPUSH", "k", "1");
  CHECK(f.engine.changes == 6);
}

TEST_CASE("BLPOP: shown by CLIENT LIST and INFO", "[blpop][blocking]") {
  Waiting f;
  f.send_as(f.b, "BLPOP", "k", "10");
  const std::string line = describe(f.engine, f.b);
  CHECK(line.find("flags=b ") != std::string::npos);
  CHECK(line.find("cmd=blpop ") != std::string::npos);
  const std::string info = f.send("INFO", "clients");
  CHECK(info.find("blocked_clients:1\r\n") != std::string::npos);
  CHECK(info.find("clients_in_timeout_table:1\r\n") != std::string::npos);
}

TEST_CASE("BLPOP: an in-process caller never waits", "[blpop][blocking]") {
  Waiting f;
  Session& internal = f.engine.connect_internal();
  ValueBuilder value;
  const std::vector<std::string_view> argv{"BLPOP", "k", "0"};
  f.engine.execute(internal, argv, value);
  CHECK(f.engine.blocked_clients() == 0);
  f.send_as(f.b, "BLPOP", "k", "0");
  const std::vector<std::string_view> push{"RPUSH", "k", "1"};
  f.engine.execute(internal, push, value);
  CHECK(f.received(f.b) == "*2\r\n$1\r\nk\r\n$1\r\n1\r\n");
}

TEST_CASE("BLPOP: CLIENT REPLY SKIP skips the reply that comes late", "[blpop][blocking]") {
  Waiting f;
  f.send_as(f.b, "CLIENT", "REPLY", "SKIP");
  f.send_as(f.b, "BLPOP", "k", "0");
  f.send("RPUSH", "k", "1");
  CHECK(f.received(f.b).empty());
  CHECK(f.send_as(f.b, "PING") == "+PONG\r\n");
}

TEST_CASE("CLIENT UNPAUSE: what was held back runs behind the transaction that ends the pause",
          "[client][blocking]") {
  Waiting f;
  f.send("CLIENT", "PAUSE", "100000", "WRITE");
  CHECK(f.send_as(f.b, "RPUSH", "k", "1").empty());
  CHECK(f.send_as(f.c, "BLPOP", "k", "0").empty());
  f.send("MULTI");
  f.send("CLIENT", "UNPAUSE");
  f.send("EXISTS", "k");
  CHECK(f.send("EXEC") == "*2\r\n+OK\r\n:0\r\n");
  CHECK(f.received(f.b) == ":1\r\n");
  CHECK(f.received(f.c) == "*2\r\n$1\r\nk\r\n$1\r\n1\r\n");
}

TEST_CASE("BLPOP: thousands in one line are served in one go", "[blpop][blocking]") {
  Waiting f;
  constexpr int kClients = 5000;
  std::vector<Session*> line;
  for (int i = 0; i < kClients; ++i) f.send_as(*line.emplace_back(&f.engine.connect()), "BLPOP", "k", "0");
  std::vector<std::string> words{"RPUSH", "k"};
  for (int i = 0; i < kClients; ++i) words.push_back(std::to_string(i));
  const std::vector<std::string_view> argv(words.begin(), words.end());
  f.engine.execute(f.client, argv);
  CHECK(f.engine.blocked_clients() == 0);
  CHECK(f.received(*line[4999]) == "*2\r\n$1\r\nk\r\n$4\r\n4999\r\n");
}
