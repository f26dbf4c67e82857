// AUTH, HELLO, SELECT, RESET, QUIT, WAIT: bytes and the order of checks, as observed on redis-server 7.0.15.
#include <catch2/catch.hpp>

#include "tests/support/engine_fixture.h"

using namespace redouble;

namespace {
const std::string kNoHello =
    "-NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO AUTH <user> "
    "<pass> option can be used to authenticate the client and select the RESP protocol version at the same "
    "time\r\n";
const std::string kWrongPass = "-WRONGPASS invalid username-password pair or user is disabled.\r\n";
}  // namespace

TEST_CASE("AUTH: with a password, without one, for users that there are not", "[auth]") {
  EngineFixture open;
  CHECK(open.send("AUTH", "x").starts_with("-ERR AUTH <password> called without any password"));
  CHECK(open.send("AUTH", "default", "anything") == "+OK\r\n");
  CHECK(open.send("AUTH", "bob", "x") == kWrongPass);
  CHECK(open.send("AUTH", "a", "b", "c") == "-ERR syntax error\r\n");

  EngineFixture f(std::vector<Config::Pair>{{"requirepass", "sesame"}});
  CHECK(f.send("PING") == "-NOAUTH Authentication required.\r\n");
  CHECK(f.send("GET") == "-ERR wrong number of arguments for 'get' command\r\n");
  CHECK(f.send("AUTH", "sesam") == kWrongPass);
  CHECK(f.send("AUTH", "sesamE") == kWrongPass);
  CHECK(f.send("AUTH", "bob", "sesame") == kWrongPass);
  CHECK(f.send("AUTH", "sesame") == "+OK\r\n");
  CHECK(f.send("RESET") == "+RESET\r\n");
  CHECK(f.send("PING") == "-NOAUTH Authentication required.\r\n");
}

TEST_CASE("AUTH: nobody has to once the password is taken away", "[auth]") {
  EngineFixture f(std::vector<Config::Pair>{{"requirepass", "sesame"}});
  Session& other = f.engine.connect();
  f.send("AUTH", "sesame");
  f.send("CONFIG", "SET", "requirepass", "");
  CHECK(f.send_as(other, "PING") == "+PONG\r\n");
}

TEST_CASE("HELLO: each option takes effect as it is read", "[hello]") {
  EngineFixture f(std::vector<Config::Pair>{{"requirepass", "sesame"}});
  CHECK(f.send("HELLO") == kNoHello);
  CHECK(f.send("HELLO", "9") == "-NOPROTO unsupported protocol version\r\n");
  CHECK(f.send("HELLO", "x") == "-ERR Protocol version is not an integer or out of range\r\n");
  CHECK(f.send("HELLO", "3", "FOO") == "-ERR Syntax error in HELLO option 'FOO'\r\n");
  CHECK(f.send("HELLO", "3", "AUTH", "default", "wrong", "FOO") == kWrongPass);
  CHECK(f.send("HELLO", "3", "SETNAME", "a") == kNoHello);
  CHECK(f.send("HELLO", "3", "SETNAME", "b", "AUTH", "default", "wrong") == kWrongPass);
  CHECK(f.client.name == "b");
  CHECK(f.send("HELLO", "3", "AUTH", "default", "sesame", "SETNAME", "a b") ==
        "-ERR Client names cannot contain spaces, newlines or special characters.\r\n");
  CHECK(f.client.protocol() == 2);
  CHECK(f.send("HELLO", "3", "SETNAME", "a").starts_with("%7\r\n$6\r\nserver\r\n$5\r\nredis\r\n"));
  CHECK(f.send("CLIENT", "GETNAME") == "$1\r\na\r\n");
}

TEST_CASE("HELLO: the protocol changes in the midst of EXEC", "[hello]") {
  EngineFixture f;
  f.send("MULTI");
  f.send("HELLO", "3");
  f.send("GET", "k");
  const std::string reply = f.send("EXEC");
  CHECK(reply.starts_with("*2\r\n%7\r\n"));
  CHECK(reply.ends_with("*0\r\n_\r\n"));
}

TEST_CASE("SELECT: what is no database", "[select]") {
  EngineFixture f;
  CHECK(f.send("SELECT", "a") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("SELECT", "-1") == "-ERR DB index is out of range\r\n");
  CHECK(f.send("SELECT", "16") == "-ERR DB index is out of range\r\n");
  CHECK(f.send("SELECT", "99999999999") ==
        "-ERR value is out of range, value must between -2147483648 and 2147483647\r\n");
  CHECK(f.send("SELECT", "15") == "+OK\r\n");
}

TEST_CASE("RESET: everything but NO-EVICT is as new", "[reset]") {
  EngineFixture f;
  f.send("HELLO", "3", "SETNAME", "a");
  f.send("SELECT", "2");
  f.send("CLIENT", "NO-EVICT", "ON");
  f.send("SUBSCRIBE", "c");
  f.send("WATCH", "k");
  f.send("MULTI");
  f.send("CLIENT", "REPLY", "OFF");
  CHECK(f.send("RESET") == "+RESET\r\n");
  CHECK(f.client.protocol() == 2);
  CHECK(f.client.db == 0);
  CHECK(f.client.name.empty());
  CHECK(f.client.no_evict);
  CHECK_FALSE(f.client.subscribed());
  CHECK_FALSE(f.client.transaction.open);
  CHECK(f.engine.watches.empty());
}

TEST_CASE("QUIT: answers and closes, with any arguments", "[quit]") {
  EngineFixture f(std::vector<Config::Pair>{{"requirepass", "sesame"}});
  CHECK(f.send("QUIT", "a", "b") == "+OK\r\n");
  CHECK(f.client.close_after_reply);
}

TEST_CASE("WAIT: ends when its time is over, at once inside MULTI", "[wait]") {
  EngineFixture f;
  CHECK(f.send("WAIT", "a", "b") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("WAIT", "1", "b") == "-ERR timeout is not an integer or out of range\r\n");
  CHECK(f.send("WAIT", "1", "-1") == "-ERR timeout is negative\r\n");
  CHECK(f.send("WAIT", "0", "0") == ":0\r\n");
  CHECK(f.send("WAIT", "1", "50").empty());
  f.advance_ms(49);
  CHECK(EngineFixture::received(f.client).empty());
  CHECK(f.engine.blocked_clients() == 1);
  f.advance_ms(1);
  CHECK(EngineFixture::received(f.client) == ":0\r\n");
  CHECK(f.engine.blocked_clients() == 0);
  f.send("MULTI");
  f.send("WAIT", "1", "0");
  CHECK(f.send("EXEC") == "*1\r\n:0\r\n");
}

TEST_CASE("WAIT: a time past all numbers is forever", "[wait]") {
  EngineFixture f;
  Session& other = f.engine.connect();
  CHECK(f.send("WAIT", "1", "9223372036854775807").empty());
  f.advance_ms(1'000'000'000);
  CHECK(EngineFixture::received(f.client).empty());
  CHECK(f.send_as(other, "CLIENT", "UNBLOCK", std::to_string(f.client.id), "ERROR") == ":1\r\n");
  CHECK(EngineFixture::received(f.client) == "-UNBLOCKED client unblocked via CLIENT UNBLOCK\r\n");
  CHECK(f.send_as(other, "CLIENT", "UNBLOCK", std::to_string(f.client.id)) == ":0\r\n");
}
