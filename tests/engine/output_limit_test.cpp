// client-output-buffer-limit: who does not read is closed, at once past the hard limit, after a while past
// the soft one.
#include <catch2/catch.hpp>

#include "tests/support/engine_fixture.h"

using namespace redouble;

namespace {
const std::string kTwentyKb(20 * 1024, 'x');
}

TEST_CASE("output limit: a subscriber past the hard limit is closed", "[output]") {
  EngineFixture f;
  CHECK(f.send("CONFIG", "SET", "client-output-buffer-limit", "pubsub 65536 0 0") == "+OK\r\n");
  Session& subscriber = f.engine.connect();
  f.send_as(subscriber, "SUBSCRIBE", "c");
  for (int i = 0; i < 3; ++i) f.send("PUBLISH", "c", kTwentyKb);
  CHECK_FALSE(subscriber.close_now);
  CHECK(f.send("PUBLISH", "c", kTwentyKb) == ":1\r\n");
  CHECK(subscriber.close_now);
  CHECK(f.engine.stats.output_buffer_disconnections == 1);
  // Nothing is added any more.
  const std::size_t unread = subscriber.out.size();
  f.send("PUBLISH", "c", kTwentyKb);
  CHECK(subscriber.out.size() == unread);
}

TEST_CASE("output limit: the soft limit closes after its seconds", "[output]") {
  EngineFixture f;
  f.send("CONFIG", "SET", "client-output-buffer-limit", "pubsub 0 16384 5");
  Session& subscriber = f.engine.connect();
  f.send_as(subscriber, "SUBSCRIBE", "c");
  f.send("PUBLISH", "c", kTwentyKb);
  f.send("PUBLISH", "c", kTwentyKb);
  f.advance_ms(4999);
  CHECK_FALSE(subscriber.close_now);
  f.advance_ms(1);
  CHECK(subscriber.close_now);
}

TEST_CASE("output limit: who reads in time stays", "[output]") {
  EngineFixture f;
  f.send("CONFIG", "SET", "client-output-buffer-limit", "pubsub 0 16384 5");
  Session& subscriber = f.engine.connect();
  f.send_as(subscriber, "SUBSCRIBE", "c");
  f.send("PUBLISH", "c", kTwentyKb);
  f.send("PUBLISH", "c", kTwentyKb);
  f.advance_ms(3000);
  EngineFixture::received(subscriber);
  f.advance_ms(60'000);
  CHECK_FALSE(subscriber.close_now);
}

TEST_CASE("output limit: a normal client's own reply counts", "[output]") {
  EngineFixture f;
  f.send("SET", "k", kTwentyKb);
  f.send("CONFIG", "SET", "client-output-buffer-limit", "normal 1024 0 0");
  f.send("GET", "k");
  CHECK(f.client.close_now);
}

TEST_CASE("output limit: MONITOR without a limit of its class ends at that of subscribers", "[output]") {
  EngineFixture f;
  f.send("CONFIG", "SET", "client-output-buffer-limit", "pubsub 65536 0 0");
  Session& monitor = f.engine.connect();
  f.send_as(monitor, "MONITOR");
  for (int i = 0; i < 3; ++i) f.send("ECHO", kTwentyKb);
  CHECK_FALSE(monitor.close_now);
  f.send("ECHO", kTwentyKb);
  CHECK(monitor.close_now);
}

TEST_CASE("output limit: messages of tracking count, replies of the same client do not", "[output]") {
  EngineFixture f;
  f.send("CONFIG", "SET", "client-output-buffer-limit", "pubsub 65536 0 0");
  f.send("SET", "big", std::string(200'000, 'x'));
  Session& reader = f.engine.connect();
  f.send_as(reader, "HELLO", "3");
  f.send_as(reader, "CLIENT", "TRACKING", "ON", "BCAST");
  f.engine.execute(reader, std::vector<std::string_view>{"GET", "big"});
  f.send("SET", "k", "v");
  CHECK_FALSE(reader.close_now);
  for (int i = 0; i < 4 && !reader.close_now; ++i) {
    f.send("SET", kTwentyKb + std::to_string(i), "v");
    static_cast<void>(f.engine.take_dirty());
  }
  CHECK(reader.close_now);
}
