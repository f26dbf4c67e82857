// CLIENT: KILL, LIST, REPLY, and `timeout`.
#include <catch2/catch.hpp>

#include "tests/support/engine_fixture.h"

using namespace redouble;

TEST_CASE("CLIENT REPLY: OFF until ON, SKIP for one command", "[client]") {
  EngineFixture f;
  CHECK(f.send("CLIENT", "REPLY", "OFF").empty());
  CHECK(f.send("PING").empty());
  CHECK(f.send("NOSUCH").empty());
  CHECK(f.send("CLIENT", "REPLY", "SKIP").empty());
  CHECK(f.send("PING").empty());
  CHECK(f.send("CLIENT", "REPLY", "ON") == "+OK\r\n");
  CHECK(f.send("CLIENT", "REPLY", "SKIP").empty());
  CHECK(f.send("PING").empty());
  CHECK(f.send("PING") == "+PONG\r\n");
  CHECK(f.send("CLIENT", "REPLY", "SKIP").empty());
  CHECK(f.send("CLIENT", "REPLY", "SKIP").empty());
  CHECK(f.send("PING").empty());
  CHECK(f.send("PING") == "+PONG\r\n");
  CHECK(f.send("CLIENT", "REPLY", "maybe") == "-ERR syntax error\r\n");
}

TEST_CASE("CLIENT REPLY: SKIP holds for a command that waits", "[client]") {
  EngineFixture f;
  f.send("CLIENT", "REPLY", "SKIP");
  CHECK(f.send("WAIT", "1", "50").empty());
  f.advance_ms(50);
  CHECK(EngineFixture::received(f.client).empty());
  CHECK(f.send("PING") == "+PONG\r\n");
}

TEST_CASE("CLIENT REPLY: messages come all the same, and OFF inside EXEC cuts its reply", "[client]") {
  EngineFixture f;
  Session& other = f.engine.connect();
  f.send("HELLO", "3");
  f.send("SUBSCRIBE", "a");
  CHECK(f.send("CLIENT", "REPLY", "OFF").empty());
  f.send_as(other, "PUBLISH", "a", "m");
  CHECK(EngineFixture::received(f.client) == ">3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\nm\r\n");

  f.send_as(other, "MULTI");
  f.send_as(other, "PING");
  f.send_as(other, "CLIENT", "REPLY", "OFF");
  f.send_as(other, "PING");
  CHECK(f.send_as(other, "EXEC") == "*3\r\n+PONG\r\n");
}

TEST_CASE("CLIENT KILL: by id, by filters, oneself last", "[client]") {
  EngineFixture f;
  Session& other = f.engine.connect();
  other.address = "1.2.3.4:5";
  f.send_as(other, "SUBSCRIBE", "c");
  CHECK(f.send("CLIENT", "KILL", "1.1.1.1:1") == "-ERR No such client\r\n");
  CHECK(f.send("CLIENT", "KILL", "a", "b") == "-ERR syntax error\r\n");
  CHECK(f.send("CLIENT", "KILL", "ID", "0") == "-ERR client-id should be greater than 0\r\n");
  CHECK(f.send("CLIENT", "KILL", "TYPE", "x") == "-ERR Unknown client type 'x'\r\n");
  CHECK(f.send("CLIENT", "KILL", "USER", "x") == "-ERR No such user 'x'\r\n");
  CHECK(f.send("CLIENT", "KILL", "TYPE", "normal") == ":0\r\n");
  CHECK(f.send("CLIENT", "KILL", "TYPE", "pubsub", "ADDR", "1.2.3.4:5") == ":1\r\n");
  CHECK(other.close_now);
  // Gone for everybody, though the connection is not closed yet.
  CHECK(f.send("PUBLISH", "c", "m") == ":0\r\n");
  CHECK(f.send("CLIENT", "LIST", "TYPE", "pubsub") == "$0\r\n\r\n");
  CHECK(f.send("CLIENT", "KILL", "SKIPME", "no") == ":1\r\n");
  CHECK(f.client.close_after_reply);
}

TEST_CASE("CLIENT LIST: flags and the last command", "[client]") {
  EngineFixture f;
  Session& other = f.engine.connect();
  f.send_as(other, "SET", "k", "v");
  f.send_as(other, "WATCH", "k");
  f.send("SET", "k", "v");
  f.send_as(other, "MULTI");
  f.send_as(other, "SET", "abc", "defgh");
  const std::string id = std::to_string(other.id);
  const std::string line = f.send("CLIENT", "LIST", "ID", id);
  CHECK(line.find(" flags=xd db=0 sub=0 psub=0 ssub=0 multi=") != std::string::npos);
  CHECK(line.find(" cmd=set user=default redir=-1 resp=2\n") != std::string::npos);
  f.send_as(other, "NOSUCH");
  CHECK(f.send("CLIENT", "LIST", "ID", id).find(" cmd=NULL ") != std::string::npos);
  CHECK(f.send("CLIENT", "LIST").find(" cmd=client|list ") != std::string::npos);
}

TEST_CASE("timeout: idle clients are closed on time, subscribers and the blocked are not", "[client]") {
  EngineFixture f;
  Session& subscriber = f.engine.connect();
  Session& blocked = f.engine.connect();
  f.send("CONFIG", "SET", "timeout", "10");
  f.send_as(subscriber, "SUBSCRIBE", "c");
  f.send_as(blocked, "WAIT", "1", "0");
  f.advance_ms(6000);
  f.send("PING");
  f.advance_ms(9999);
  CHECK_FALSE(f.client.close_now);
  f.advance_ms(1);
  CHECK(f.client.close_now);
  CHECK_FALSE(subscriber.close_now);
  CHECK_FALSE(blocked.close_now);
  Session& late = f.engine.connect();
  f.advance_ms(10'000);
  CHECK(late.close_now);
}
