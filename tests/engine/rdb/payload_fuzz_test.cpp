// A seeded, bounded run of the checks that the fuzz target makes: values of every type and encoding, dumped,
// then broken at random.
#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "tests/fuzz/checks.h"
#include "tests/fuzz/mutator.h"
#include "tests/support/engine_fixture.h"

namespace {

using redouble::EngineFixture;
using redouble::Mutator;

// What makes values of every kind that redouble writes, small enough that a change hits something.
std::vector<std::string> dumped_values() {
  EngineFixture f;
  for (const char* setting :
       {"hash-max-listpack-entries", "zset-max-listpack-entries", "set-max-intset-entries"})
    f.send("CONFIG", "SET", setting, "4");
  f.send("SET", "string", "some text that is long enough to be compressed: aaaaaaaaaaaaaaaaaaaaaa");
  f.send("SET", "int", "70000");
  f.send("RPUSH", "list", "a", "b", "1", "-1", "300", "70000", "5000000000", "a");
  f.send("CONFIG", "SET", "list-max-listpack-size", "2");
  f.send("RPUSH", "nodes", "a", "b", "c", "d", "e");
  f.send("SADD", "intset", "1", "2", "70000");
  f.send("SADD", "set", "a", "b", "c");
  f.send("HSET", "listpack", "f", "v", "g", "1", "h", "2.5");
  f.send("HSET", "table", "f", "v", "g", "1", "h", "2.5", "i", "x", "j", "y");
  f.send("ZADD", "packed", "1", "a", "2.5", "b", "inf", "c");
  f.send("ZADD", "skiplist", "1", "a", "2.5", "b", "inf", "c", "-1", "d", "0", "e");
  f.send("XADD", "stream", "1-1", "f", "v", "g", "w");
  f.send("XADD", "stream", "1-2", "f", "1", "g", "2");
  f.send("XADD", "stream", "2-1", "other", "3");
  f.send("XADD", "stream", "3-1", "f", "5", "g", "6");
  f.send("XDEL", "stream", "1-2");
  f.send("XGROUP", "CREATE", "stream", "g", "0");
  f.send("XREADGROUP", "GROUP", "g", "c", "COUNT", "2", "STREAMS", "stream", ">");
  f.send("XGROUP", "CREATECONSUMER", "stream", "g", "d");
  std::vector<std::string> bodies;
  for (const char* key : {"string", "int", "list", "nodes", "intset", "set", "listpack", "table", "packed",
                          "skiplist", "stream"}) {
    const std::string reply = f.send("DUMP", key);
    const std::size_t start = reply.find("\r\n") + 2;
    REQUIRE(reply.size() > start + 12);
    bodies.push_back(reply.substr(start, reply.size() - start - 2 - 10));
  }
  return bodies;
}

// The encodings of older versions, as text.
std::vector<std::string> old_values() {
  using namespace std::string_literals;
  return {
      "\x01\x03\x01"s
      "a\x01"s
      "b\x01"s
      "1"s,  // list
      "\x03\x02\x01"s
      "a\x03"s
      "1.5\x01"s
      "b\xfe"s,  // zset
      "\x09\x0d\x02\x01"s
      "f\x01\x00v\x01g\x01\x01w\x00\xff"s,  // zipmap
      "\x0a\x14\x14\x00\x00\x00\x0f\x00\x00\x00\x03\x00\x00\x01"s
      "a\x03\xf2\x02\xc0,\x01\xff"s,  // ziplist
      "\x0c\x18\x18\x00\x00\x00\x12\x00\x00\x00\x04\x00\x00\x01"s
      "a\x03\xf2\x02\x01"s
      "b\x03\x03"s
      "2.5\xff"s,
      "\x0d\x16\x16\x00\x00\x00\x12\x00\x00\x00\x04\x00\x00\x01"s
      "f\x03\xf2\x02\x01g\x03\x01v\xff"s,
      "\x0e\x01\x11\x11\x00\x00\x00\x0d\x00\x00\x00\x02\x00\x00\x01"s
      "a\x03\x01"s
      "b\xff"s,
      "\x12\x02\x01\x03"s
      "big\x02\x09\x09\x00\x00\x00\x01\x00\x07\x01\xff"s,  // a plain node
  };
}

std::string in_hex(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) text += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  return text;
}

}  // namespace

TEST_CASE("RESTORE: every value as it is can be used in every way", "[rdb]") {
  for (const auto& values : {dumped_values(), old_values()})
    for (const auto& body : values) {
      bool accepted = false;
      INFO(in_hex(body));
      CHECK(redouble::payload_problem(body, &accepted).empty());
      CHECK(accepted);
    }
}

TEST_CASE("RESTORE: broken payloads are refused or harmless", "[rdb][fuzz]") {
  auto bodies = dumped_values();
  for (auto& old : old_values()) bodies.push_back(std::move(old));
  const auto seed = GENERATE(1u, 2u, 3u);
  Mutator mutator(seed);
  INFO("seed " << seed);
  for (int i = 0; i < 400; ++i) {
    const std::string body = mutator.mutated(bodies[mutator.below(bodies.size())]);
    const std::string problem = redouble::dump_payload_problem(body);
    if (!problem.empty()) FAIL(problem << ": " << in_hex(body));
  }
}

TEST_CASE("DEBUG RELOAD: broken files are refused whole, or load whole", "[rdb][fuzz]") {
  EngineFixture f;
  f.send("SET", "a", "1", "PX", "100000");
  f.send("RPUSH", "l", "a", "b");
  f.send("SELECT", "1");
  f.send("HSET", "h", "f", "v");
  f.send("SAVE");
  const std::string file = f.engine.persistence.file.value();
  CHECK(redouble::rdb_file_problem(file).empty());
  Mutator mutator(7);
  for (int i = 0; i < 500; ++i) {
    const std::string broken = mutator.mutated(file);
    const std::string problem = redouble::rdb_file_problem(broken);
    if (!problem.empty()) FAIL(problem << ": " << in_hex(broken));
  }
}
