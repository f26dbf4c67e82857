// hiredis, blocking: cache-aside, the limiter, pipelines, transactions, pub/sub, passwords, reconnecting.
// Each case has a server of its own; to add one, start from TestServer and Client.
#include <catch2/catch.hpp>

#include "client.h"
#include "test_server.h"

namespace clients {
namespace {

const std::string kNotAnInteger = "-ERR value is not an integer or out of range";

TEST_CASE("hiredis: cache-aside loads once and EX 300 holds", "[hiredis][cache]") {
  TestServer server;
  Client redis(server.port());
  int loads = 0;
  const auto product = [&](const std::string& key) {
    const auto hit = redis({"GET", key});
    if (hit != "nil") return hit;
    ++loads;
    REQUIRE(redis({"SET", key, R"({"name":"Kessel „Löwe“"})", "EX", "300"}) == "+OK");
    return std::string(R"(${"name":"Kessel „Löwe“"})");
  };
  const auto first = product("product:7");
  CHECK(product("product:7") == first);
  CHECK(loads == 1);
  const auto ttl = redis({"TTL", "product:7"});
  CHECK((ttl == ":300" || ttl == ":299"));
  CHECK(redis({"TTL", "product:8"}) == ":-2");
  CHECK(redis({"DEL", "product:7", "product:8"}) == ":1");
  product("product:7");
  CHECK(loads == 2);
}

TEST_CASE("hiredis: an entry with PX leaves on time", "[hiredis][cache]") {
  TestServer server;
  Client redis(server.port());
  const auto begun = std::chrono::steady_clock::now();
  REQUIRE(redis({"SET", "k", "v", "PX", "80"}) == "+OK");
  std::string last = "$v";
  REQUIRE(eventually([&] {
    const auto value = redis({"GET", "k"});
    if (value != "nil") last = value;
    return value == "nil";
  }));
  CHECK(std::chrono::steady_clock::now() - begun >= std::chrono::milliseconds(79));
  CHECK(last == "$v");
  CHECK(redis({"PTTL", "k"}) == ":-2");
  CHECK(redis({"DBSIZE"}) == ":0");
}

TEST_CASE("hiredis: bytes come back as they went", "[hiredis]") {
  TestServer server;
  Client redis(server.port());
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes.push_back(static_cast<char>(i));
  REQUIRE(redis({"SET", bytes, bytes}) == "+OK");
  CHECK(redis({"GET", bytes}) == "$" + bytes);
  const std::string large(1'000'000, 'x');
  REQUIRE(redis({"SET", "large", large}) == "+OK");
  CHECK(redis({"GET", "large"}) == "$" + large);
  CHECK(redis({"MSET", "a", "1", "b", ""}) == "+OK");
  CHECK(redis({"MGET", "a", "b", "missing"}) == "[$1 $ nil]");
}

TEST_CASE("hiredis: the limiter counts and its first hit sets EXPIRE", "[hiredis][limiter]") {
  TestServer server;
  Client redis(server.port());
  int allowed = 0;
  for (int i = 1; i <= 7; ++i) {
    const auto count = redis({"INCR", "limit:1"});
    REQUIRE(count == ":" + std::to_string(i));
    if (count == ":1") REQUIRE(redis({"EXPIRE", "limit:1", "60"}) == ":1");
    if (i <= 5) ++allowed;
  }
  CHECK(allowed == 5);
  const auto ttl = redis({"TTL", "limit:1"});
  CHECK((ttl == ":60" || ttl == ":59"));
  CHECK(redis({"EXPIRE", "limit:1", "90", "NX"}) == ":0");
  REQUIRE(redis({"PEXPIRE", "limit:1", "30"}) == ":1");
  REQUIRE(eventually([&] { return redis({"EXISTS", "limit:1"}) == ":0"; }));
  CHECK(redis({"INCR", "limit:1"}) == ":1");
}

TEST_CASE("hiredis: a pipeline answers in order, an error in the middle stops nothing",
          "[hiredis][pipeline]") {
  TestServer server;
  Client redis(server.port());
  redis.append({"SET", "text", "abc"});
  redis.append({"INCR", "text"});
  redis.append({"NOSUCH", "a"});
  redis.append({"GET"});
  redis.append({"GET", "text"});
  CHECK(redis.next() == "+OK");
  CHECK(redis.next() == kNotAnInteger);
  CHECK(redis.next() == "-ERR unknown command 'NOSUCH', with args beginning with: 'a' ");
  CHECK(redis.next() == "-ERR wrong number of arguments for 'get' command");
  CHECK(redis.next() == "$abc");

  constexpr int kDepth = 10'000;
  for (int i = 0; i < kDepth; ++i) redis.append({"INCR", "n"});
  int in_order = 0;
  for (int i = 1; i <= kDepth; ++i) in_order += redis.next() == ":" + std::to_string(i);
  CHECK(in_order == kDepth);
}

TEST_CASE("hiredis: a transaction answers all at once, a refused command aborts it",
          "[hiredis][transaction]") {
  TestServer server;
  Client redis(server.port());
  for (const Words& words : {Words{"MULTI"}, {"SET", "a", "x"}, {"INCR", "a"}, {"GET", "a"}, {"EXEC"}}) {
    redis.append(words);
  }
  CHECK(redis.next() == "+OK");
  for (int i = 0; i < 3; ++i) CHECK(redis.next() == "+QUEUED");
  CHECK(redis.next() == "[+OK " + kNotAnInteger + " $x]");

  CHECK(redis({"MULTI"}) == "+OK");
  CHECK(redis({"SET", "b"}) == "-ERR wrong number of arguments for 'set' command");
  CHECK(redis({"EXEC"}) == "-EXECABORT Transaction discarded because of previous errors.");
  CHECK(redis({"DISCARD"}) == "-ERR DISCARD without MULTI");
}

TEST_CASE("hiredis: a WATCH conflict is nil and the retry wins", "[hiredis][transaction]") {
  TestServer server;
  Client redis(server.port());
  Client rival(server.port());
  redis({"SET", "stock", "10"});
  REQUIRE(redis({"WATCH", "stock"}) == "+OK");
  REQUIRE(rival({"DECR", "stock"}) == ":9");
  redis({"MULTI"});
  redis({"SET", "stock", "9"});
  CHECK(redis({"EXEC"}) == "nil");
  REQUIRE(redis({"WATCH", "stock"}) == "+OK");
  REQUIRE(redis({"GET", "stock"}) == "$9");
  redis({"MULTI"});
  redis({"SET", "stock", "8"});
  CHECK(redis({"EXEC"}) == "[+OK]");
  CHECK(rival({"GET", "stock"}) == "$8");
}

TEST_CASE("hiredis: pub/sub on a blocking context", "[hiredis][pubsub]") {
  TestServer server;
  Client redis(server.port());
  Client subscriber(server.port());
  CHECK(subscriber({"SUBSCRIBE", "news", "sport"}) == "[$subscribe $news :1]");
  CHECK(subscriber.next() == "[$subscribe $sport :2]");
  CHECK(subscriber({"PSUBSCRIBE", "n*"}) == "[$psubscribe $n* :3]");
  CHECK(redis({"PUBLISH", "news", std::string("a\0b", 3)}) == ":2");
  CHECK(subscriber.next() == "[$message $news $" + std::string("a\0b", 3) + "]");
  CHECK(subscriber.next() == "[$pmessage $n* $news $" + std::string("a\0b", 3) + "]");
  CHECK(
      subscriber({"GET", "k"}) ==
      "-ERR Can't execute 'get': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in "
      "this context");
  CHECK(subscriber({"PING"}) == "[$pong $]");
  CHECK(subscriber({"UNSUBSCRIBE", "news"}) == "[$unsubscribe $news :2]");
  CHECK(subscriber({"PUNSUBSCRIBE"}) == "[$punsubscribe $n* :1]");
  CHECK(redis({"PUBLISH", "news", "lost"}) == ":0");
  CHECK(subscriber({"UNSUBSCRIBE"}) == "[$unsubscribe $sport :0]");
  CHECK(subscriber({"UNSUBSCRIBE"}) == "[$unsubscribe nil :0]");
  CHECK(subscriber({"PING"}) == "+PONG");
}

TEST_CASE("hiredis: expired keys are announced", "[hiredis][pubsub]") {
  TestServer server({"--notify-keyspace-events", "Ex"});
  Client redis(server.port());
  Client subscriber(server.port());
  REQUIRE(subscriber({"SUBSCRIBE", "__keyevent@0__:expired"}) == "[$subscribe $__keyevent@0__:expired :1]");
  REQUIRE(redis({"SET", "session", "x", "PX", "30"}) == "+OK");
  CHECK(subscriber.next() == "[$message $__keyevent@0__:expired $session]");
}

TEST_CASE("hiredis: SCAN walks every key", "[hiredis]") {
  TestServer server;
  Client redis(server.port());
  for (int i = 0; i < 200; ++i) redis({"SET", "key:" + std::to_string(i), "v"});
  size_t found = 0;
  std::string cursor = "0";
  do {
    const Words scan{"SCAN", cursor, "MATCH", "key:*", "COUNT", "20"};
    const auto reply = redis(scan);
    const auto cursor_end = reply.find(' ');
    cursor = reply.substr(2, cursor_end - 2);
    for (size_t at = reply.find("$key:", cursor_end); at != std::string::npos;
         at = reply.find("$key:", at + 1)) {
      ++found;
    }
  } while (cursor != "0");
  CHECK(found >= 200);
  CHECK(redis({"DBSIZE"}) == ":200");
}

TEST_CASE("hiredis: passwords, databases and names", "[hiredis][connection]") {
  TestServer server({"--requirepass", "s3cret"});
  Client redis(server.port());
  CHECK(redis({"GET", "k"}) == "-NOAUTH Authentication required.");
  CHECK(redis({"AUTH", "wrong"}) == "-WRONGPASS invalid username-password pair or user is disabled.");
  CHECK(redis({"AUTH", "s3cret"}) == "+OK");
  CHECK(redis({"SELECT", "5"}) == "+OK");
  CHECK(redis({"SELECT", "16"}) == "-ERR DB index is out of range");
  CHECK(redis({"CLIENT", "SETNAME", "checkout"}) == "+OK");
  const auto list = redis({"CLIENT", "LIST"});
  CHECK(list.find(" name=checkout ") != std::string::npos);
  CHECK(list.find(" db=5 ") != std::string::npos);
  CHECK(list.find(" cmd=client|list user=default ") != std::string::npos);
}

TEST_CASE("hiredis: HELLO 2 keeps the protocol and describes the server", "[hiredis][connection]") {
  TestServer server;
  Client redis(server.port());
  const auto hello = redis({"HELLO", "2", "SETNAME", "h"});
  CHECK(hello.rfind("[$server $redis $version $7.0.15 $proto :2 $id :", 0) == 0);
  CHECK(hello.find("$mode $standalone $role $master $modules []]") != std::string::npos);
  CHECK(redis({"HELLO", "4"}) == "-NOPROTO unsupported protocol version");
  CHECK(redis({"CLIENT", "GETNAME"}) == "$h");
}

TEST_CASE("hiredis: QUIT answers OK, then the server hangs up", "[hiredis][connection]") {
  TestServer server;
  Client redis(server.port());
  CHECK(redis({"QUIT"}) == "+OK");
  CHECK_THROWS_WITH(redis.next(), "Server closed the connection");
  REQUIRE(redis.reconnect());
  CHECK(redis({"PING"}) == "+PONG");
}

TEST_CASE("hiredis: a restart on the same port, then redisReconnect", "[hiredis][connection]") {
  TestServer server;
  Client redis(server.port());
  REQUIRE(redis({"SET", "k", "lost"}) == "+OK");
  SECTION("after SIGTERM") {
    CHECK(server.stop() == 0);
  }
  SECTION("after a crash") {
    server.crash();
  }
  CHECK_THROWS(redis({"PING"}));
  CHECK_FALSE(redis.reconnect());
  server.launch();
  REQUIRE(redis.reconnect());
  CHECK(redis({"GET", "k"}) == "nil");
}

}  // namespace
}  // namespace clients
