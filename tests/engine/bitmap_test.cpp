// Bits of strings: the algorithms against a model bit by bit, and the commands with literal replies.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "engine/random.h"
#include "engine/types/bits.h"
#include "tests/support/engine_fixture.h"

using namespace redouble;

namespace {

std::string random_bytes(Random& random, std::size_t size) {
  std::string bytes(size, '\0');
  // Long runs of zeros and ones are where words are skipped.
  const std::uint64_t kind = random.below(4);
  if (kind == 1) bytes.assign(size, '\xff');
  if (kind >= 2) random.fill(bytes.data(), size);
  for (std::uint64_t n = random.below(4); n > 0 && size > 0; --n)
    bytes[random.below(size)] = static_cast<char>(random.next());
  return bytes;
}

bool model_bit(const std::string& bytes, std::size_t at) {
  return at / 8 < bytes.size() && (static_cast<unsigned char>(bytes[at / 8]) >> (7 - at % 8) & 1) != 0;
}

}  // namespace

TEST_CASE("bits: counted and found as one by one", "[bitmap]") {
  Random random(11);
  for (int round = 0; round < 500; ++round) {
    INFO("round " << round);
    const std::string bytes = random_bytes(random, random.below(600));
    std::uint64_t count = 0, first[2] = {bytes.size() * 8, bytes.size() * 8};
    for (std::size_t i = bytes.size() * 8; i-- > 0;) {
      count += model_bit(bytes, i) ? 1 : 0;
      first[model_bit(bytes, i) ? 1 : 0] = i;
    }
    CHECK(count_bits(bytes) == count);
    CHECK(find_bit(bytes, false) == first[0]);
    CHECK(find_bit(bytes, true) == first[1]);
  }
}

TEST_CASE("bits: fields of every width at every bit", "[bitmap]") {
  Random random(12);
  for (unsigned width = 1; width <= 64; ++width)
    for (std::uint64_t offset = 0; offset < 16; ++offset) {
      INFO("width " << width << " offset " << offset);
      std::string bytes = random_bytes(random, 12);
      const std::string before = bytes;
      const std::uint64_t value = random.next();
      write_bits(bytes.data(), offset, width, value);
      bool as_model = true;
      for (std::size_t i = 0; i < 96; ++i) {
        const bool inside = i >= offset && i < offset + width;
        const bool expected = inside ? (value >> (offset + width - 1 - i) & 1) != 0 : model_bit(before, i);
        as_model = as_model && model_bit(bytes, i) == expected;
      }
      CHECK(as_model);
      CHECK(read_bits(bytes, offset, width) == (value & ~std::uint64_t{0} >> (64 - width)));
    }
  CHECK(read_bits("\xff", 4, 8) == 0xf0);
  CHECK(read_bits("", 1000, 64) == 0);
}

TEST_CASE("bits: combined as one by one", "[bitmap]") {
  Random random(13);
  for (int round = 0; round < 200; ++round) {
    INFO("round " << round);
    const auto operation = static_cast<BitOperation>(random.below(4));
    std::vector<std::string> texts(operation == BitOperation::inverse ? 1 : 1 + random.below(4));
    std::size_t size = 0;
    for (std::string& text : texts) {
      text = random_bytes(random, random.below(random.below(10) == 0 ? 40'000 : 100));
      size = std::max(size, text.size());
    }
    const std::vector<std::string_view> sources(texts.begin(), texts.end());
    std::string out(size, 'x');
    combine_bits(operation, sources, out.data(), size);
    std::string expected(size, '\0');
    for (std::size_t i = 0; i < size; ++i) {
      const auto byte = [&](const std::string& text) { return i < text.size() ? text[i] : '\0'; };
      char value = byte(texts[0]);
      for (std::size_t k = 1; k < texts.size(); ++k) {
        if (operation == BitOperation::all) value = static_cast<char>(value & byte(texts[k]));
        if (operation == BitOperation::any) value = static_cast<char>(value | byte(texts[k]));
        if (operation == BitOperation::odd) value = static_cast<char>(value ^ byte(texts[k]));
      }
      expected[i] = operation == BitOperation::inverse ? static_cast<char>(~value) : value;
    }
    CHECK(out == expected);
  }
}

TEST_CASE("SETBIT: returns what the bit was, and GETBIT what it is", "[bitmap]") {
  EngineFixture f;
  CHECK(f.send("SETBIT", "k", "7", "1") == ":0\r\n");
  CHECK(f.send("SETBIT", "k", "7", "0") == ":1\r\n");
  CHECK(f.send("GETBIT", "k", "7") == ":0\r\n");
  CHECK(f.send("GETBIT", "k", "4294967295") == ":0\r\n");
  CHECK(f.send("SETBIT", "k", "4294967296", "1") == "-ERR bit offset is not an integer or out of range\r\n");
  CHECK(f.send("SETBIT", "k", "1", "2") == "-ERR bit is not an integer or out of range\r\n");
}

TEST_CASE("SETBIT: an integer becomes text", "[bitmap]") {
  EngineFixture f;
  f.send("SET", "k", "12");
  CHECK(f.send("OBJECT", "ENCODING", "k") == "$3\r\nint\r\n");
  CHECK(f.send("SETBIT", "k", "7", "0") == ":1\r\n");
  CHECK(f.send("OBJECT", "ENCODING", "k") == "$3\r\nraw\r\n");
  CHECK(f.send("GET", "k") == "$2\r\n02\r\n");
}

TEST_CASE("BITCOUNT: ranges of bytes and of bits", "[bitmap]") {
  EngineFixture f;
  f.send("SET", "k", "foobar");
  CHECK(f.send("BITCOUNT", "k") == ":26\r\n");
  CHECK(f.send("BITCOUNT", "k", "1", "1") == ":6\r\n");
  CHECK(f.send("BITCOUNT", "k", "5", "30", "BIT") == ":17\r\n");
  CHECK(f.send("BITCOUNT", "k", "-5", "-5", "BIT") == ":1\r\n");
  CHECK(f.send("BITCOUNT", "k", "3", "1") == ":0\r\n");
  CHECK(f.send("BITCOUNT", "k", "0") == "-ERR syntax error\r\n");
}

TEST_CASE("BITPOS: zeros lie behind the end unless an end is named", "[bitmap]") {
  EngineFixture f;
  f.send("SET", "k", "\xff\xff");
  CHECK(f.send("BITPOS", "k", "0") == ":16\r\n");
  CHECK(f.send("BITPOS", "k", "0", "0", "-1") == ":-1\r\n");
  CHECK(f.send("BITPOS", "k", "1", "9", "12", "BIT") == ":9\r\n");
  CHECK(f.send("BITPOS", "missing", "0") == ":0\r\n");
  CHECK(f.send("BITPOS", "missing", "1") == ":-1\r\n");
}

TEST_CASE("BITOP: an empty result deletes the destination", "[bitmap]") {
  EngineFixture f;
  f.send("SET", "a", "abc");
  f.send("SET", "d", "x", "EX", "100");
  CHECK(f.send("BITOP", "NOT", "d", "a") == ":3\r\n");
  CHECK(f.send("GET", "d") == "$3\r\n\x9e\x9d\x9c\r\n");
  CHECK(f.send("TTL", "d") == ":-1\r\n");
  CHECK(f.send("BITOP", "AND", "d", "missing") == ":0\r\n");
  CHECK(f.send("EXISTS", "d") == ":0\r\n");
  CHECK(f.send("BITOP", "NOT", "d", "a", "a") ==
        "-ERR BITOP NOT must be called with a single source key.\r\n");
}

TEST_CASE("BITFIELD: WRAP, SAT and FAIL", "[bitmap]") {
  EngineFixture f;
  CHECK(f.send("BITFIELD", "k", "SET", "u8", "0", "250", "INCRBY", "u8", "0", "10", "OVERFLOW", "SAT",
               "INCRBY", "u8", "0", "300", "OVERFLOW", "FAIL", "INCRBY", "u8", "0", "1", "GET", "u8",
               "#0") == "*5\r\n:0\r\n:4\r\n:255\r\n$-1\r\n:255\r\n");
  CHECK(f.send("BITFIELD_RO", "k", "GET", "i8", "0") == "*1\r\n:-1\r\n");
  CHECK(f.send("BITFIELD_RO", "k", "SET", "i8", "0", "1") ==
        "-ERR BITFIELD_RO only supports the GET subcommand\r\n");
  CHECK(f.send("BITFIELD", "k", "GET", "u64", "0") ==
        "-ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 "
        "is.\r\n");
}

TEST_CASE("BITFIELD: reads past the end without growing", "[bitmap]") {
  EngineFixture f;
  f.send("SET", "k", "a");
  CHECK(f.send("BITFIELD", "k", "GET", "u32", "4") == "*1\r\n:268435456\r\n");
  CHECK(f.send("STRLEN", "k") == ":1\r\n");
  CHECK(f.send("EXISTS", "missing") == ":0\r\n");
}
