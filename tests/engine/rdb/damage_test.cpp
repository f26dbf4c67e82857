// RDB files by bytes: what older servers wrote, and streams and groups in which one thing is not as it must
// be. Each is refused, with what is wrong.
#include <catch2/catch.hpp>

#include <functional>
#include <string>

#include "engine/rdb/file.h"
#include "engine/rdb/writer.h"
#include "engine/types/stream.h"
#include "tests/support/engine_fixture.h"

namespace redouble {
namespace {

using namespace std::string_literals;

std::string big_endian(std::uint64_t number) {
  std::string bytes;
  for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>(number >> shift);
  return bytes;
}

// Before version 5 files had no checksum.
std::string file_of(const std::string& value) {
  return "REDIS0004" + value + "\xff";
}

// The error without its place.
std::string error_of(Engine& engine, const std::string& file) {
  const std::string error = read_rdb_file(engine, file).error;
  const std::size_t colon = error.find(": ");
  return colon == std::string::npos ? error : error.substr(colon + 2);
}

// A stream of three entries with one group, whose consumer has one of them; each part may be made wrong.
struct StreamParts {
  std::string node_key = big_endian(1) + big_endian(1);
  std::string node;  // of the entries 1-1, 2-1 and 3-1
  std::uint64_t nodes = 1, length = 3, last = 3, added = 3;
  std::uint64_t groups = 1, entries_read = 1, group_pending = 1, consumers = 1, owned = 1;
  std::uint64_t pending_of_group = 1, pending_of_consumer = 1, delivered = 1000;

  StreamParts() {
    EngineFixture f;
    for (const auto* id : {"1-1", "2-1", "3-1"}) f.send("XADD", "x", id, "f", "v");
    const auto stream = f.engine.db(0).look<Stream>("x");
    const auto& kept = stream->nodes();
    node = kept[kept.begin()].value.pack().serialize();
  }

  std::string file() const {
    std::string bytes;
    RdbWriter out(bytes, nullptr);
    out.byte(19);
    out.string("x");
    out.length(nodes);
    for (std::uint64_t i = 0; i < nodes; ++i) out.string(node_key), out.string(node);
    out.length(length);
    id(out, last);
    id(out, 1);
    id(out, 0);
    out.length(added);
    out.length(groups);
    for (std::uint64_t i = 0; i < groups; ++i) write_group(out);
    return file_of(bytes);
  }
  static void id(RdbWriter& out, std::uint64_t ms) { out.length(ms), out.length(ms == 0 ? 0 : 1); }
  void write_group(RdbWriter& out) const {
    out.string("g");
    id(out, 1);
    out.length(entries_read);
    out.length(group_pending);
    for (std::uint64_t i = 0; i < group_pending; ++i) {
      out.raw(big_endian(pending_of_group) + big_endian(1));
      out.fixed64(delivered);
      out.length(1);
    }
    out.length(consumers);
    for (std::uint64_t i = 0; i < consumers; ++i) {
      out.string("c");
      out.fixed64(1000);
      out.length(owned);
      for (std::uint64_t j = 0; j < owned; ++j) out.raw(big_endian(pending_of_consumer) + big_endian(1));
    }
  }
};

}  // namespace

TEST_CASE("RDB file: a stream in which one thing is wrong is refused", "[rdb][stream]") {
  const auto error = [](const std::function<void(StreamParts&)>& damage) {
    EngineFixture f;
    StreamParts parts;
    damage(parts);
    return error_of(f.engine, parts.file());
  };
  CHECK(error([](auto&) {}) == "");
  CHECK(error([](auto& s) { s.node_key = "short"; }) == "a stream's node has a key that is not an id");
  CHECK(error([](auto& s) { s.node = "rubbish"; }) == "a stream's node is corrupt");
  CHECK(error([](auto& s) { s.nodes = 2, s.length = 6; }) ==
        "a stream's entries are not in the order of their ids");
  CHECK(error([](auto& s) { s.length = 2; }) == "a stream's length is not the number of its entries");
  CHECK(error([](auto& s) { s.last = 2; }) == "a stream's last id is not the greatest");
  CHECK(error([](auto& s) { s.added = 2; }) == "a stream's count of added entries is impossible");
  CHECK(error([](auto& s) { s.added = std::uint64_t{1} << 63; }) ==
        "a stream's count of added entries is impossible");
  CHECK(error([](auto& s) { s.groups = 2; }) == "a stream has a group twice");
  CHECK(error([](auto& s) { s.entries_read = ~std::uint64_t{1}; }) ==
        "a group has read an impossible number of entries");
  CHECK(error([](auto& s) { s.entries_read = ~std::uint64_t{0}; }) == "");  // -1: not known
  CHECK(error([](auto& s) { s.group_pending = 2; }) == "a group has a pending entry twice");
  CHECK(error([](auto& s) { s.delivered = std::uint64_t{1} << 63; }) ==
        "a stream's group has an impossible time");
  CHECK(error([](auto& s) { s.consumers = 2; }) == "a group has a consumer twice");
  CHECK(error([](auto& s) { s.owned = 2; }) ==
        "a consumer's pending entry is not the group's, or another consumer's");
  CHECK(error([](auto& s) { s.pending_of_consumer = 2; }) ==
        "a consumer's pending entry is not the group's, or another consumer's");
  CHECK(error([](auto& s) { s.owned = 0; }) == "a group's pending entry has no consumer");
  CHECK(error([](auto& s) { s.consumers = 0; }) == "a group's pending entry has no consumer");
  CHECK(error([](auto& s) { s.groups = 0, s.nodes = 0, s.length = 0, s.added = 0; }) == "");
}

TEST_CASE("RDB file: deadlines in seconds, as servers of before 2.6 wrote them", "[rdb]") {
  EngineFixture f;
  const RdbFile late = read_rdb_file(f.engine, file_of("\xfd\xff\xff\xff\x7f\x00\x01k\x01v"s));
  CHECK(late.error == "");
  CHECK(late.loaded == 1);
  CHECK(late.databases[0]->next_deadline() == Millis{2'147'483'647} * 1000);
  const RdbFile past = read_rdb_file(f.engine, file_of("\xfd\x01\x00\x00\x00\x00\x01k\x01v"s));
  CHECK(past.error == "");
  CHECK(past.expired == 1);
}

TEST_CASE("RDB file: empty collections are left out, twice the same key may be let win", "[rdb]") {
  EngineFixture f;
  const RdbFile empty = read_rdb_file(f.engine, file_of("\x01\x01l\x00\x00\x01k\x01v"s));
  CHECK(empty.error == "");
  CHECK(empty.empty == 1);
  CHECK(empty.loaded == 1);
  const RdbFile twice = read_rdb_file(f.engine, file_of("\x00\x01k\x01v\x00\x01k\x01w"s), true);
  CHECK(twice.error == "");
  CHECK(twice.databases[0]->size() == 1);
  CHECK(error_of(f.engine, file_of("\xf6\x01x"s)) ==
        "functions in the format before the release of Redis 7.0");
  CHECK(read_rdb_file(f.engine, "REDIS0000\xff"s).error ==
        "byte 9: RDB version 0 is not known, only 1 to 10");
}

TEST_CASE("RDB file: scores as text, the infinities among them", "[rdb]") {
  EngineFixture f;
  RdbFile file = read_rdb_file(f.engine, file_of("\x03\x01z\x03\x01"s
                                                 "a\xff\x01"
                                                 "b\xfe\x01"
                                                 "c\x03"
                                                 "1.5"));
  REQUIRE(file.error == "");
  f.engine.db(0).replace_keys(std::move(file.databases[0]));
  CHECK(f.send("ZRANGE", "z", "0", "-1", "WITHSCORES") ==
        "*6\r\n$1\r\na\r\n$4\r\n-inf\r\n$1\r\nc\r\n$3\r\n1.5\r\n$1\r\nb\r\n$3\r\ninf\r\n");
  CHECK(error_of(f.engine, file_of("\x03\x01z\x01\x01"s
                                   "a\xfd")) != "");
}

TEST_CASE("RDB file: without a checksum when rdbchecksum is off, uncompressed when rdbcompression is",
          "[rdb]") {
  EngineFixture f(EngineFixture::Settings{{"rdbchecksum", "no"}, {"rdbcompression", "no"}});
  f.send("SET", "k", std::string(1000, 'x'));
  const std::string file = write_rdb_file(f.engine);
  CHECK(file.ends_with("\xff"s + std::string(8, '\0')));
  CHECK(file.find(std::string(1000, 'x')) != std::string::npos);
  EngineFixture other;
  const RdbFile read = read_rdb_file(other.engine, file);
  CHECK(read.error == "");
  CHECK_FALSE(read.checked);
  CHECK(read.loaded == 1);
}

}  // namespace redouble
