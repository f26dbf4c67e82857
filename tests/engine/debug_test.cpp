#include <catch2/catch.hpp>

#include "tests/support/engine_fixture.h"

using redouble::EngineFixture;

namespace {

struct DebugFixture : EngineFixture {
  DebugFixture() : EngineFixture(Settings{{"enable-debug-command", "yes"}}) {}
};

}  // namespace

TEST_CASE("DEBUG: refused unless enable-debug-command allows it", "[debug]") {
  EngineFixture f;
  CHECK(f.send("DEBUG", "DIGEST") ==
        "-ERR DEBUG command not allowed. If the enable-debug-command option is set to \"local\", you can run "
        "it "
        "from a local connection, otherwise you need to set this option in the configuration file, and then "
        "restart the server.\r\n");
}

TEST_CASE("DEBUG SLEEP: answers when the time has come, and nobody is served before", "[debug]") {
  DebugFixture f;
  CHECK(f.send("DEBUG", "SLEEP", "1.5").empty());
  CHECK(f.engine.asleep());
  f.advance_ms(1499);
  CHECK(EngineFixture::received(f.client).empty());
  f.advance_ms(1);
  CHECK(EngineFixture::received(f.client) == "+OK\r\n");
  CHECK_FALSE(f.engine.asleep());
  CHECK(f.send("DEBUG", "SLEEP", "0") == "+OK\r\n");
  CHECK(f.send("DEBUG", "SLEEP", "x") == "+OK\r\n");
}

TEST_CASE("DEBUG SLEEP: a client that leaves meanwhile is not answered", "[debug]") {
  DebugFixture f;
  auto& guest = f.engine.connect();
  CHECK(f.send_as(guest, "DEBUG", "SLEEP", "1").empty());
  f.engine.disconnect(guest);
  f.advance_ms(2000);
  CHECK(f.send("PING") == "+PONG\r\n");
}

TEST_CASE("DEBUG SET-ACTIVE-EXPIRE: due keys stay until they are looked up", "[debug]") {
  DebugFixture f;
  f.send("SET", "k", "v", "PX", "10");
  CHECK(f.send("DEBUG", "SET-ACTIVE-EXPIRE", "0") == "+OK\r\n");
  f.advance_ms(20);
  CHECK(f.engine.db(0).keys().size() == 1);
  CHECK(f.send("GET", "k") == "$-1\r\n");
  CHECK(f.engine.db(0).keys().size() == 0);
}

TEST_CASE("DEBUG DIGEST: equal to redis-server's", "[debug]") {
  DebugFixture f;
  CHECK(f.send("DEBUG", "DIGEST") == "+0000000000000000000000000000000000000000\r\n");
  f.send("SET", "k", "v");
  CHECK(f.send("DEBUG", "DIGEST") == "+264ccf65edec66bccfa7cc659414ccca432057d2\r\n");
  f.send("SET", "k2", "12", "EX", "100");
  CHECK(f.send("DEBUG", "DIGEST") == "+6b30e993367f2a78f6493773d19053a68bb30b44\r\n");
  CHECK(f.send("DEBUG", "DIGEST-VALUE", "k", "k2", "missing") ==
        "*3\r\n+d79ee9fe5d5ad902d7f6620efc3b07b75ddd742f\r\n+83df3a94c43338a2db2a05ddb5dbb794b842c619\r\n"
        "+0000000000000000000000000000000000000000\r\n");
}

TEST_CASE("DEBUG POPULATE: names, values and sizes", "[debug]") {
  DebugFixture f;
  f.send("SET", "key:1", "kept");
  CHECK(f.send("DEBUG", "POPULATE", "3") == "+OK\r\n");
  CHECK(f.send("GET", "key:1") == "$4\r\nkept\r\n");
  CHECK(f.send("GET", "key:2") == "$7\r\nvalue:2\r\n");
  CHECK(f.send("DEBUG", "POPULATE", "2", "p", "9") == "+OK\r\n");
  CHECK(f.send("GET", "p:1") == std::string("$9\r\nvalue:1\0\0\r\n", 15));
  CHECK(f.send("DEBUG", "POPULATE", "2", "q", "3") == "+OK\r\n");
  CHECK(f.send("GET", "q:0") == "$3\r\nval\r\n");
  CHECK(f.send("DEBUG", "POPULATE", "x") == "-ERR value is out of range, must be positive\r\n");
}

TEST_CASE("DEBUG PROTOCOL: a sample of each type", "[debug]") {
  DebugFixture f;
  CHECK(f.send("DEBUG", "PROTOCOL", "map") == "*6\r\n:0\r\n:0\r\n:1\r\n:1\r\n:2\r\n:0\r\n");
  CHECK(f.send("DEBUG", "PROTOCOL", "push") == "-ERR RESP2 is not supported by this command\r\n");
  CHECK(f.send("DEBUG", "PROTOCOL", "double") == "$5\r\n3.141\r\n");
  f.client.reply.set_protocol(3);
  CHECK(f.send("DEBUG", "PROTOCOL", "map") == "%3\r\n:0\r\n#f\r\n:1\r\n#t\r\n:2\r\n#f\r\n");
  CHECK(f.send("DEBUG", "PROTOCOL", "push") ==
        ">2\r\n$16\r\nserver-cpu-usage\r\n:42\r\n$40\r\nSome real reply following the push reply\r\n");
  CHECK(f.send("DEBUG", "PROTOCOL", "verbatim") == "=29\r\ntxt:This is a verbatim\nstring\r\n");
  CHECK(f.send("DEBUG", "PROTOCOL", "bignum") == "(1234567999999999999999999999999999999\r\n");
  CHECK(f.send("DEBUG", "PROTOCOL", "attrib") ==
        "|1\r\n$14\r\nkey-popularity\r\n*2\r\n$7\r\nkey:123\r\n:90\r\n"
        "$39\r\nSome real reply following the attribute\r\n");
}

TEST_CASE("DEBUG OBJECT, SDSLEN: how a value is kept", "[debug]") {
  DebugFixture f;
  f.send("SET", "k", "abc");
  f.advance_ms(7000);
  CHECK(f.send("DEBUG", "OBJECT", "k") ==
        "+Value at:0x7f0000000000 refcount:1 encoding:embstr serializedlength:4 lru:14407808 "
        "lru_seconds_idle:7\r\n");
  CHECK(f.send("DEBUG", "OBJECT", "missing") == "-ERR no such key\r\n");
  CHECK(
      f.send("DEBUG", "SDSLEN", "k") ==
      "+key_sds_len:1, key_sds_avail:0, key_zmalloc: 8, val_sds_len:3, val_sds_avail:0, val_zmalloc: 16\r\n");
  f.send("APPEND", "k", "d");
  CHECK(
      f.send("DEBUG", "SDSLEN", "k") ==
      "+key_sds_len:1, key_sds_avail:0, key_zmalloc: 8, val_sds_len:4, val_sds_avail:8, val_zmalloc: 16\r\n");
}

TEST_CASE("DEBUG: what is not there says so", "[debug]") {
  DebugFixture f;
  CHECK(f.send("DEBUG", "SEGFAULT") == "-ERR DEBUG SEGFAULT is not available in redouble\r\n");
  CHECK(f.send("DEBUG", "JMAP") ==
        "-ERR unknown subcommand or wrong number of arguments for 'JMAP'. Try DEBUG HELP.\r\n");
  CHECK(f.send("DEBUG", "ERROR", "CODE text") == "-CODE text\r\n");
}
