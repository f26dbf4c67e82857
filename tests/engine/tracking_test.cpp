// Client-side caching: who is pushed what, and in which place among replies.
#include <catch2/catch.hpp>

#include "tests/support/engine_fixture.h"

using namespace redouble;

namespace {

constexpr std::string_view kAboutK = ">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nk\r\n";
constexpr std::string_view kAboutAll = ">2\r\n$10\r\ninvalidate\r\n_\r\n";

struct TrackingFixture : EngineFixture {
  explicit TrackingFixture(Settings settings = {}) : EngineFixture(std::move(settings)) {
    client.reply.set_protocol(3);
    other.reply.set_protocol(3);
  }
  // What is pushed when the loop has come round.
  std::string pushed(Session& session) {
    static_cast<void>(engine.take_dirty());
    return received(session);
  }
  Session& other = engine.connect();
};

}  // namespace

TEST_CASE("CLIENT TRACKING: a key that was read is told of once", "[tracking]") {
  TrackingFixture f;
  CHECK(f.send("CLIENT", "TRACKING", "ON") == "+OK\r\n");
  f.send("GET", "k");
  f.send_as(f.other, "SET", "k", "1");
  CHECK(f.pushed(f.client) == kAboutK);
  f.send_as(f.other, "SET", "k", "2");
  CHECK(f.pushed(f.client).empty());
  f.send("GET", "k");
  CHECK(f.send("SET", "k", "3") == "+OK\r\n" + std::string(kAboutK));
}

TEST_CASE("CLIENT TRACKING: a transaction's own changes come behind EXEC", "[tracking]") {
  TrackingFixture f;
  f.send("CLIENT", "TRACKING", "ON");
  f.send("GET", "k");
  f.send("MULTI");
  f.send("SET", "k", "1");
  f.send("GET", "k");
  CHECK(f.send("EXEC") == "*2\r\n+OK\r\n$1\r\n1\r\n" + std::string(kAboutK));
  f.send_as(f.other, "DEL", "k");
  CHECK(f.pushed(f.client) == kAboutK);
}

TEST_CASE("CLIENT TRACKING: expiry and FLUSHALL", "[tracking]") {
  TrackingFixture f;
  f.send("CLIENT", "TRACKING", "ON", "NOLOOP");
  f.send("SET", "k", "1", "PX", "10");
  f.send("GET", "k");
  f.advance_ms(10);
  CHECK(f.pushed(f.client) == kAboutK);
  CHECK(f.send("FLUSHALL") == "+OK\r\n" + std::string(kAboutAll));
  f.send_as(f.other, "FLUSHDB");
  CHECK(f.pushed(f.client) == kAboutAll);
}

TEST_CASE("CLIENT TRACKING BCAST: all changes with a prefix, when the loop comes round", "[tracking]") {
  TrackingFixture f;
  f.send("CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", "user:", "PREFIX", "item:");
  f.send_as(f.other, "SET", "user:2", "x");
  f.send_as(f.other, "SET", "other", "x");
  f.send_as(f.other, "SET", "user:1", "x");
  f.send_as(f.other, "SET", "item:1", "x");
  CHECK(f.received(f.client).empty());
  CHECK(f.engine.has_dirty());
  CHECK(f.pushed(f.client) ==
        ">2\r\n$10\r\ninvalidate\r\n*1\r\n$6\r\nitem:1\r\n"
        ">2\r\n$10\r\ninvalidate\r\n*2\r\n$6\r\nuser:1\r\n$6\r\nuser:2\r\n");
  CHECK(
      f.send("CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", "user:9") ==
      "-ERR Prefix 'user:9' overlaps with an existing prefix 'user:'. Prefixes for a single client must not "
      "overlap.\r\n");
}

TEST_CASE("CLIENT TRACKING BCAST: three prefixes of which the last two overlap are refused as a whole",
          "[tracking]") {
  TrackingFixture f;
  CHECK(f.send("CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", "a", "PREFIX", "b", "PREFIX", "b1") ==
        "-ERR Prefix 'b' overlaps with another provided prefix 'b1'. Prefixes for a single client must not "
        "overlap.\r\n");
  CHECK(f.send("CLIENT", "GETREDIR") == ":-1\r\n");
}

TEST_CASE("CLIENT TRACKING REDIRECT: a message on RESP2", "[tracking]") {
  TrackingFixture f;
  f.client.reply.set_protocol(2);
  f.other.reply.set_protocol(2);
  f.send_as(f.other, "SUBSCRIBE", "__redis__:invalidate");
  f.send("CLIENT", "TRACKING", "ON", "REDIRECT", std::to_string(f.other.id));
  f.send("GET", "k");
  CHECK(f.send("SET", "k", "1") == "+OK\r\n");
  CHECK(f.pushed(f.other) == "*3\r\n$7\r\nmessage\r\n$20\r\n__redis__:invalidate\r\n*1\r\n$1\r\nk\r\n");
  f.send("FLUSHALL");
  CHECK(f.pushed(f.other) == "*3\r\n$7\r\nmessage\r\n$20\r\n__redis__:invalidate\r\n$-1\r\n");
}

TEST_CASE("CLIENT TRACKING REDIRECT: the receiver is gone", "[tracking]") {
  TrackingFixture f;
  const auto id = std::to_string(f.other.id);
  f.send("CLIENT", "TRACKING", "ON", "REDIRECT", id);
  f.send("GET", "k");
  f.engine.disconnect(f.other);
  CHECK(f.send("SET", "k", "1") == "+OK\r\n>2\r\n$21\r\ntracking-redir-broken\r\n:" + id + "\r\n");
  CHECK(f.send("CLIENT", "TRACKINGINFO") ==
        "%3\r\n$5\r\nflags\r\n~2\r\n$2\r\non\r\n$15\r\nbroken_redirect\r\n$8\r\nredirect\r\n:" + id +
            "\r\n$8\r\nprefixes\r\n*0\r\n");
}

TEST_CASE("CLIENT CACHING: for the next command, or the next transaction", "[tracking]") {
  TrackingFixture f;
  f.send("CLIENT", "TRACKING", "ON", "OPTIN");
  f.send("GET", "k");
  f.send("SET", "k", "1");
  CHECK(f.send("CLIENT", "CACHING", "YES") == "+OK\r\n");
  f.send("GET", "k");
  f.send("GET", "l");
  CHECK(f.send("MSET", "k", "1", "l", "1") == "+OK\r\n" + std::string(kAboutK));
  CHECK(f.send("CLIENT", "CACHING", "NO") ==
        "-ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.\r\n");
}

TEST_CASE("CLIENT TRACKING: tracking-table-max-keys", "[tracking]") {
  TrackingFixture f(EngineFixture::Settings{{"tracking-table-max-keys", "2"}});
  f.send("CLIENT", "TRACKING", "ON");
  for (const auto key : {"a", "b", "c", "d"}) f.send("GET", key);
  CHECK(f.engine.tracking.keys() == 3);
  CHECK(f.send("PING").starts_with(">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\n"));
  CHECK(f.engine.tracking.keys() == 2);
  CHECK(f.engine.tracking.items() == 2);
}

TEST_CASE("CLIENT TRACKING: clients come, track and go", "[tracking]") {
  TrackingFixture f;
  for (int i = 0; i < 50; ++i) {
    Session& guest = f.engine.connect();
    guest.reply.set_protocol(3);
    if (i % 2 == 0)
      f.send_as(guest, "CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", "k");
    else
      f.send_as(guest, "CLIENT", "TRACKING", "ON");
    f.send_as(guest, "GET", "k");
    if (i % 3 == 0) f.send_as(guest, "SET", "k", "1");
    f.engine.disconnect(guest);
  }
  CHECK(f.engine.tracking.clients() == 0);
  CHECK(f.engine.tracking.prefixes() == 0);
  f.send("SET", "k", "2");
  CHECK(f.pushed(f.client).empty());
  CHECK(f.engine.tracking.keys() == 0);
  CHECK(f.engine.tracking.items() == 0);
  CHECK(f.engine.tracking.bytes() == 0);
  CHECK_FALSE(f.engine.tracking.active());
}

TEST_CASE("CLIENT TRACKING: nobody learns names of keys that its user may not read", "[tracking]") {
  TrackingFixture f;
  f.send("ACL", "SETUSER", "few", "on", "nopass", "+@all", "~mine:*", "%W~k");
  f.send_as(f.other, "AUTH", "few", "x");
  f.send_as(f.other, "CLIENT", "TRACKING", "ON", "BCAST");
  f.send("MSET", "k", "1", "mine:1", "1", "yours:1", "1");
  CHECK(f.pushed(f.other) == ">2\r\n$10\r\ninvalidate\r\n*1\r\n$6\r\nmine:1\r\n");
  f.send("SET", "k", "2");
  CHECK(f.pushed(f.other).empty());
}

TEST_CASE("CLIENT TRACKING: a redirected message names only what its receiver may read", "[tracking]") {
  TrackingFixture f;
  f.send("ACL", "SETUSER", "few", "on", "nopass", "+@all", "~mine:*");
  f.send_as(f.other, "AUTH", "few", "x");
  f.send("CLIENT", "TRACKING", "ON", "REDIRECT", std::to_string(f.other.id));
  f.send("MGET", "k", "mine:1");
  Session& third = f.engine.connect();
  f.send_as(third, "SET", "k", "1");
  CHECK(f.pushed(f.other).empty());
  f.send_as(third, "SET", "mine:1", "1");
  CHECK(f.pushed(f.other) == ">2\r\n$10\r\ninvalidate\r\n*1\r\n$6\r\nmine:1\r\n");
}

TEST_CASE("CLIENT TRACKING: DEBUG RELOAD makes everybody forget everything", "[tracking]") {
  TrackingFixture f(EngineFixture::Settings{{"enable-debug-command", "yes"}});
  f.send("SET", "k", "1");
  f.send("CLIENT", "TRACKING", "ON");
  f.send("GET", "k");
  CHECK(f.send_as(f.other, "DEBUG", "RELOAD", "NOFLUSH", "MERGE") == "+OK\r\n");
  CHECK(f.pushed(f.client).empty());
  CHECK(f.send_as(f.other, "DEBUG", "RELOAD") == "+OK\r\n");
  CHECK(f.pushed(f.client) == kAboutAll);
}
