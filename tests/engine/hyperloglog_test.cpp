// HyperLogLogs: bytes and counts that redis-server 7.0.15 made, and strings that only look like one.
#include <catch2/catch.hpp>
#include <cstring>
#include <memory>
#include <string>

#include "engine/random.h"
#include "engine/types/hyperloglog.h"
#include "tests/support/engine_fixture.h"

using namespace redouble;
using namespace std::string_literals;

namespace {

// Raises a register in a block of just the size that is promised, so that ASan sees every step beyond it.
hll::Raised raise(std::string& bytes, hll::Place place) {
  std::size_t size = bytes.size();
  const auto block = std::make_unique<char[]>(size + hll::kRoom);
  std::memcpy(block.get(), bytes.data(), size);
  const hll::Raised raised = hll::raise_sparse(block.get(), size, 3000, place);
  CHECK(size <= bytes.size() + hll::kRoom);
  bytes.assign(block.get(), size);
  return raised;
}

}  // namespace

TEST_CASE("PFADD: the bytes of redis-server", "[hyperloglog]") {
  EngineFixture f;
  CHECK(f.send("PFADD", "h", "a", "b", "c", "d", "e", "f", "g") == ":1\r\n");
  CHECK(f.send("PFADD", "h", "a") == ":0\r\n");
  CHECK(f.send("PFDEBUG", "DECODE", "h") ==
        "$93\r\nZ:1646 v:1,1 Z:5645 v:1,1 Z:1085 v:2,1 z:57 v:1,1 Z:4274 v:2,1 Z:2445 v:1,1 Z:622 v:1,1 "
        "Z:603\r\n");
  CHECK(f.send("GETRANGE", "h", "0", "15") == "$16\r\n"s + "HYLL\1\0\0\0\0\0\0\0\0\0\0\x80\r\n"s);
  CHECK(f.send("PFCOUNT", "h") == ":7\r\n");
  CHECK(f.send("GETRANGE", "h", "0", "15") == "$16\r\n"s + "HYLL\1\0\0\0\7\0\0\0\0\0\0\0\r\n"s);
  CHECK(f.send("PFADD", "empty") == ":1\r\n");
  CHECK(f.send("GET", "empty") == "$18\r\n"s + "HYLL\1\0\0\0\0\0\0\0\0\0\0\x80\x7f\xff\r\n"s);
}

TEST_CASE("PFCOUNT: counts of redis-server", "[hyperloglog]") {
  EngineFixture f;
  for (int i = 0; i < 20'000; ++i) f.send("PFADD", i % 2 == 0 ? "even" : "odd", std::to_string(i));
  CHECK(f.send("PFCOUNT", "even") == ":9907\r\n");
  CHECK(f.send("PFCOUNT", "odd") == ":10014\r\n");
  CHECK(f.send("PFCOUNT", "even", "odd", "missing") == ":19891\r\n");
  CHECK(f.send("PFMERGE", "both", "even", "odd") == "+OK\r\n");
  CHECK(f.send("PFCOUNT", "both") == ":19891\r\n");
  CHECK(f.send("PFDEBUG", "ENCODING", "both") == "+dense\r\n");
}

TEST_CASE("HyperLogLog: sparse and dense agree on every register", "[hyperloglog]") {
  std::string sparse(hll::empty());
  std::string dense = *hll::to_dense(sparse);
  for (int i = 0; i < 800; ++i) {
    const hll::Place place = hll::place_of("element " + std::to_string(i));
    const bool changed = hll::raise_dense(dense.data(), place);
    CHECK(raise(sparse, place) == (changed ? hll::Raised::yes : hll::Raised::no));
  }
  CHECK(hll::to_dense(sparse)->substr(hll::kHeaderSize) == dense.substr(hll::kHeaderSize));
  CHECK(hll::count(sparse) == hll::count(dense));
  CHECK(hll::self_test());
}

TEST_CASE("HyperLogLog: no bytes lead out of bounds", "[hyperloglog]") {
  Random random(21);
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes(hll::empty().substr(0, hll::kHeaderSize));
    bytes.resize(hll::kHeaderSize + random.below(40));
    random.fill(bytes.data() + hll::kHeaderSize, bytes.size() - hll::kHeaderSize);
    if (random.below(3) == 0) bytes += "\x7f";
    for (int n = 0; n < 5; ++n) {
      const hll::Place place{random.below(hll::kRegisters), static_cast<std::uint8_t>(1 + random.below(51))};
      static_cast<void>(raise(bytes, place));
      const std::unique_ptr<char[]> exact(new char[bytes.size()]);
      std::memcpy(exact.get(), bytes.data(), bytes.size());
      const std::string_view view(exact.get(), bytes.size());
      hll::Registers registers{};
      const bool whole = hll::merge(view, registers);
      CHECK(hll::to_dense(view).has_value() == whole);
      CHECK(hll::count(view).has_value() == whole);
      static_cast<void>(hll::describe_runs(view));
    }
  }
}

TEST_CASE("PFCOUNT: what is no HyperLogLog, and what is a corrupt one", "[hyperloglog]") {
  EngineFixture f;
  f.send("SET", "s", "hello");
  CHECK(f.send("PFCOUNT", "s") == "-WRONGTYPE Key is not a valid HyperLogLog string value.\r\n");
  CHECK(f.send("PFADD", "s", "a") == "-WRONGTYPE Key is not a valid HyperLogLog string value.\r\n");
  f.send("SET", "s", "HYLL\1\0\0\0\0\0\0\0\0\0\0\x80\x7f\xfe"s);
  CHECK(f.send("PFCOUNT", "s") == "-INVALIDOBJ Corrupted HLL object detected\r\n");
  CHECK(f.send("PFMERGE", "d", "s") == "-INVALIDOBJ Corrupted HLL object detected\r\n");
  CHECK(f.send("PFDEBUG", "TODENSE", "s") == "-INVALIDOBJ Corrupted HLL object detected\r\n");
  f.send("SET", "d", "HYLL\0\0\0\0\0\0\0\0\0\0\0\x80"s + std::string(12288, '\xff'));
  CHECK(f.send("PFCOUNT", "d") == ":-9223372036854775808\r\n");
}

TEST_CASE("PFADD: hll-sparse-max-bytes is where the sparse form ends", "[hyperloglog]") {
  EngineFixture f(EngineFixture::Settings{{"hll-sparse-max-bytes", "30"}});
  f.send("PFADD", "h", "a", "b", "c");
  CHECK(f.send("PFDEBUG", "ENCODING", "h") == "+sparse\r\n");
  f.send("PFADD", "h", "d", "e", "f");
  CHECK(f.send("PFDEBUG", "ENCODING", "h") == "+dense\r\n");
  CHECK(f.send("STRLEN", "h") == ":12304\r\n");
  CHECK(f.send("PFDEBUG", "DECODE", "h") == "-ERR HLL encoding is not sparse\r\n");
}
