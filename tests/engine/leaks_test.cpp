// REDOUBLE LEAKS: what a test left behind.
#include "engine/leaks.h"

#include <catch2/catch.hpp>

#include <string>

#include "engine/loading.h"
#include "tests/support/engine_fixture.h"

using redouble::EngineFixture;

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("LEAKS: nothing is nothing", "[leaks]") {
  EngineFixture f;
  CHECK(f.send("REDOUBLE", "LEAKS") ==
        "*14\r\n$4\r\nkeys\r\n*0\r\n$9\r\nkey_count\r\n:0\r\n$11\r\nconnections\r\n*0\r\n$"
        "13\r\nsubscriptions\r\n*0\r\n"
        "$7\r\nblocked\r\n*0\r\n$12\r\ntransactions\r\n*0\r\n$7\r\nwatched\r\n*0\r\n");
  const auto report = find_leaks(f.engine, &f.client);
  CHECK(report.empty());
  CHECK(report.describe().empty());
}

TEST_CASE("LEAKS: keys, but for those that were loaded at the start and those that are due", "[leaks]") {
  EngineFixture f;
  REQUIRE(load_json(f.engine, R"({"seeded": "yes"})", "JSON").error.empty());
  f.engine.keep_start();
  f.send("SET", "b", "1");
  f.send("RPUSH", "a", "1");
  f.send("SET", "gone", "1", "PX", "5");
  f.send("SELECT", "4");
  f.send("SET", "seeded", "in another database");
  f.advance_ms(5);
  const auto report = find_leaks(f.engine, &f.client);
  REQUIRE(report.keys.size() == 3);
  CHECK(report.key_count == 3);
  CHECK(report.describe() ==
        "3 keys:\n  list 'a' in database 0\n  string 'b' in database 0\n  string 'seeded' in database 4");
  f.send("SELECT", "5");
  for (int i = 0; i < 1500; ++i) f.send("SET", "k" + std::to_string(i), "v");
  const auto many = find_leaks(f.engine, &f.client);
  CHECK(many.keys.size() == 1000);
  CHECK(many.key_count == 1503);
  CHECK(contains(many.describe(), "\n  and 503 more"));
}

TEST_CASE("LEAKS: connections with all that they hold", "[leaks]") {
  EngineFixture f;
  auto& worker = f.engine.connect();
  f.send_as(worker, "CLIENT", "SETNAME", "worker-1");
  f.send_as(worker, "BLPOP", "jobs", "two words", "0");
  auto& listener = f.engine.connect();
  f.send_as(listener, "CLIENT", "SETNAME", "listener");
  f.send_as(listener, "SUBSCRIBE", "news");
  f.send_as(listener, "PSUBSCRIBE", "n*");
  auto& buyer = f.engine.connect();
  f.send_as(buyer, "WATCH", "stock");
  f.send_as(buyer, "MULTI");
  f.send_as(buyer, "DECR", "stock");
  auto& idle = f.engine.connect();
  const auto report = find_leaks(f.engine, &f.client);
  REQUIRE(report.connections.size() == 4);
  CHECK(report.connections[0].blocked_by == "BLPOP jobs \"two words\" 0");
  const auto id = [](const redouble::Session& session) { return std::to_string(session.id); };
  CHECK(report.describe() ==
        "connection " + id(worker) + " 'worker-1':\n  is blocked by BLPOP jobs \"two words\" 0\n" +
            "connection " + id(listener) + " 'listener':\n  is subscribed to news\n" +
            "  is subscribed to the patterns n*\n" + "connection " + id(buyer) +
            ":\n  has an open transaction of 1 commands: DECR stock\n  watches 'stock' in database 0\n" +
            "connection " + id(idle) + ":\n  is open");
  const std::string reply = f.send("REDOUBLE", "LEAKS");
  CHECK(contains(
      reply,
      "$7\r\nblocked\r\n*1\r\n*6\r\n$2\r\nid\r\n:" + id(worker) +
          "\r\n$4\r\nname\r\n$8\r\nworker-1\r\n$7\r\ncommand\r\n$24\r\nBLPOP jobs \"two words\" 0\r\n"));
  CHECK(contains(reply, "$6\r\nqueued\r\n*1\r\n$10\r\nDECR stock\r\n"));
  CHECK(contains(reply, "$8\r\nchannels\r\n*1\r\n$4\r\nnews\r\n$8\r\npatterns\r\n*1\r\n$2\r\nn*\r\n"));
  CHECK(contains(reply, "$2\r\ndb\r\n:0\r\n$3\r\nkey\r\n$5\r\nstock\r\n"));
}

TEST_CASE("LEAKS NAME: of some connections only, and no keys", "[leaks]") {
  EngineFixture f;
  f.send("SET", "k", "v");
  for (const char* name : {"worker-1", "worker-2", "web"})
    f.send_as(f.engine.connect(), "CLIENT", "SETNAME", name);
  const std::string reply = f.send("REDOUBLE", "LEAKS", "NAME", "worker-*");
  CHECK(contains(reply, "$9\r\nkey_count\r\n:0\r\n$11\r\nconnections\r\n*2\r\n"));
  CHECK(contains(reply, "worker-2"));
  CHECK_FALSE(contains(reply, "$3\r\nweb\r\n"));
  CHECK(contains(f.send("REDOUBLE", "LEAKS", "NAME"), "-ERR LEAKS stands alone, or with NAME <pattern>"));
  CHECK(contains(f.send("REDOUBLE", "LEAKS", "worker-*"), "-ERR LEAKS stands alone"));
  CHECK(contains(f.send("REDOUBLE", "LEAKS", "HELP"), "NAME <pattern>"));
}
