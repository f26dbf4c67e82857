#include "engine/info.h"

#include <catch2/catch.hpp>

#include "tests/support/engine_fixture.h"

using redouble::EngineFixture;
using redouble::human_bytes;
using redouble::percentile_name;

namespace {

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("INFO: sections of one call stand in their own order, each once", "[info]") {
  EngineFixture f;
  const auto text = f.send("INFO", "keyspace", "Cluster", "cluster", "nosuch");
  CHECK(text == "$44\r\n# Cluster\r\ncluster_enabled:0\r\n\r\n# Keyspace\r\n\r\n");
}

TEST_CASE("INFO: an unknown section is empty", "[info]") {
  EngineFixture f;
  CHECK(f.send("INFO", "nosuch") == "$0\r\n\r\n");
  f.client.reply.set_protocol(3);
  CHECK(f.send("INFO", "nosuch") == "=4\r\ntxt:\r\n");
}

TEST_CASE("INFO: the default leaves out commandstats and latencystats, all does not", "[info]") {
  EngineFixture f;
  CHECK_FALSE(has(f.send("INFO"), "# Commandstats"));
  CHECK(has(f.send("INFO"), "# Errorstats"));
  CHECK(has(f.send("INFO", "ALL"), "# Commandstats"));
  CHECK(has(f.send("INFO", "everything"), "# Latencystats"));
}

TEST_CASE("INFO: counters tell what happened", "[info]") {
  EngineFixture f;
  f.send("SET", "k", "v", "EX", "10");
  f.send("GET", "k");
  f.send("GET", "missing");
  f.send("INCR", "k");
  const auto stats = f.send("INFO", "stats");
  CHECK(has(stats, "\r\nkeyspace_hits:1\r\n"));
  CHECK(has(stats, "\r\nkeyspace_misses:1\r\n"));
  CHECK(has(stats, "\r\ntotal_commands_processed:4\r\n"));
  CHECK(has(stats, "\r\ntotal_error_replies:1\r\n"));
  CHECK(has(f.send("INFO", "errorstats"), "errorstat_ERR:count=1\r\n"));
  CHECK(has(f.send("INFO", "keyspace"), "db0:keys=1,expires=1,avg_ttl=10000\r\n"));
  CHECK(has(f.send("INFO", "commandstats"),
            "cmdstat_get:calls=2,usec=0,usec_per_call=0.00,rejected_calls=0,failed_calls=0\r\n"));
  CHECK(has(f.send("INFO", "commandstats"),
            "cmdstat_incr:calls=1,usec=0,usec_per_call=0.00,rejected_calls=0,"
            "failed_calls=1\r\n"));
}

TEST_CASE("INFO: rates are means between two looks", "[info]") {
  EngineFixture f;
  f.send("INFO", "stats");
  for (int i = 0; i < 19; ++i) f.send("PING");
  f.advance_ms(2000);
  CHECK(has(f.send("INFO", "stats"), "\r\ninstantaneous_ops_per_sec:10\r\n"));
}

TEST_CASE("INFO: uptime follows the clock", "[info]") {
  EngineFixture f;
  f.advance_ms(2 * 86'400'000);
  const auto server = f.send("INFO", "server");
  CHECK(has(server, "redis_version:7.0.15\r\n"));
  CHECK(has(server, "uptime_in_seconds:172800\r\n"));
  CHECK(has(server, "uptime_in_days:2\r\n"));
  CHECK(has(server, "redouble_version:"));
}

TEST_CASE("INFO: bytes for people, percentiles without zeros", "[info]") {
  CHECK(human_bytes(0) == "0B");
  CHECK(human_bytes(1023) == "1023B");
  CHECK(human_bytes(1536) == "1.50K");
  CHECK(human_bytes(std::uint64_t{3} << 30) == "3.00G");
  CHECK(percentile_name(50) == "50");
  CHECK(percentile_name(99.9) == "99.9");
}
