// CRC-64, LZF, lengths and strings.
#include <catch2/catch.hpp>

#include <random>
#include <string>

#include "engine/rdb/crc64.h"
#include "engine/rdb/lzf.h"
#include "engine/rdb/reader.h"
#include "engine/rdb/writer.h"

using namespace redouble;
using namespace std::string_literals;

TEST_CASE("CRC-64: Jones, in one piece or in several", "[rdb]") {
  CHECK(crc64("123456789") == 0xe9c6d914c4b8d9ca);
  CHECK(crc64("") == 0);
  const std::string text(1000, 'x');
  for (std::size_t cut : {0u, 1u, 7u, 8u, 9u, 500u, 1000u})
    CHECK(crc64(text.substr(cut), crc64(text.substr(0, cut))) == crc64(text));
}

TEST_CASE("LZF: compresses as liblzf does", "[rdb]") {
  LzfCompressor compressor;
  std::string out;
  CHECK(compressor.compress(std::string(41, 'a'), 37, out));
  CHECK(out ==
        "\x01"s
        "aa\xe0\x1c\x00\x01"s
        "aa"s);
  out = "kept";
  CHECK_FALSE(compressor.compress("abcdefghijklmnopqrstuvwxyz", 22, out));
  CHECK(out == "kept");
  CHECK_FALSE(compressor.compress("", 10, out));
}

TEST_CASE("LZF: what is compressed comes back", "[rdb]") {
  std::mt19937 random(5);
  LzfCompressor compressor;
  for (int i = 0; i < 300; ++i) {
    std::string text;
    const std::size_t size = 1 + random() % (i % 20 == 0 ? 40000 : 400);
    while (text.size() < size) {
      if (text.size() > 4 && random() % 3 == 0)
        text += text.substr(random() % text.size(), 3 + random() % 300);
      else
        text += static_cast<char>(random() % (1 + i % 60));
    }
    std::string packed, back;
    if (!compressor.compress(text, text.size() - 1, packed)) continue;
    CHECK(packed.size() < text.size());
    CHECK(lzf_decompress(packed, text.size(), back));
    CHECK(back == text);
    back.clear();
    CHECK_FALSE(lzf_decompress(packed, text.size() - 1, back));
    CHECK_FALSE(lzf_decompress(packed, text.size() + 1, back));
    CHECK_FALSE(lzf_decompress(packed.substr(0, packed.size() - 1), text.size(), back));
  }
}

TEST_CASE("LZF: nonsense is refused", "[rdb]") {
  std::string out;
  CHECK_FALSE(lzf_decompress("\x20\x00"s, 3, out));  // a copy from before the start
  CHECK_FALSE(
      lzf_decompress("\x05"s
                     "ab"s,
                     6, out));                   // a run longer than the input
  CHECK_FALSE(lzf_decompress("\xe0"s, 9, out));  // a copy without its length
  CHECK_FALSE(
      lzf_decompress("\x00"s
                     "a\x20"s,
                     4, out));  // … without its distance
  CHECK_FALSE(lzf_decompress(""s, 1, out));
  CHECK_FALSE(
      lzf_decompress("\x00"s
                     "a"s,
                     std::size_t{1} << 40, out));
}

namespace {

std::string written(auto&& write) {
  std::string out;
  RdbWriter writer(out, nullptr);
  write(writer);
  return out;
}

std::string string_bytes(std::string_view text) {
  return written([&](RdbWriter& w) { w.string(text); });
}

}  // namespace

TEST_CASE("RDB: lengths take one, two, five or nine bytes", "[rdb]") {
  const auto bytes = [](std::uint64_t n) { return written([&](RdbWriter& w) { w.length(n); }); };
  CHECK(bytes(63) == "\x3f"s);
  CHECK(bytes(64) == "\x40\x40"s);
  CHECK(bytes(16383) == "\x7f\xff"s);
  CHECK(bytes(16384) == "\x80\x00\x00\x40\x00"s);
  CHECK(bytes(UINT32_MAX) == "\x80\xff\xff\xff\xff"s);
  CHECK(bytes(std::uint64_t{1} << 32) == "\x81\x00\x00\x00\x01\x00\x00\x00\x00"s);
  for (const std::uint64_t n : {0ull, 63ull, 64ull, 16383ull, 16384ull, 1ull << 40, ~0ull}) {
    const std::string out = bytes(n);
    RdbReader in(out);
    CHECK(in.length() == n);
    CHECK(in.left() == 0);
    CHECK(in.ok());
  }
}

TEST_CASE("RDB: strings that spell small integers are written as such", "[rdb]") {
  CHECK(string_bytes("0") == "\xc0\x00"s);
  CHECK(string_bytes("-1") == "\xc0\xff"s);
  CHECK(string_bytes("128") == "\xc1\x80\x00"s);
  CHECK(string_bytes("-2147483648") == "\xc2\x00\x00\x00\x80"s);
  CHECK(string_bytes("2147483648") ==
        "\x0a"s
        "2147483648"s);
  CHECK(string_bytes("007") ==
        "\x03"s
        "007"s);
  for (const auto& text :
       {"0"s, "-1"s, "127"s, "-129"s, "32768"s, "-2147483648"s, "2147483648"s, ""s, "x"s}) {
    std::string scratch;
    const std::string out = string_bytes(text);
    RdbReader in(out);
    CHECK(in.string(scratch) == text);
    CHECK(in.ok());
  }
}

TEST_CASE("RDB: a reader keeps the first thing that is wrong, and where", "[rdb]") {
  const std::string in_bytes =
      "\x02"s
      "ab\x05xy"s;
  RdbReader in(in_bytes);
  std::string scratch;
  CHECK(in.string(scratch) == "ab");
  CHECK(in.string(scratch).empty());
  CHECK_FALSE(in.ok());
  CHECK(in.error() == "a count is larger than what follows");
  CHECK(in.error_position() == 4);
  CHECK(in.byte() == 0);
  CHECK(in.length() == 0);
  CHECK(in.error() == "a count is larger than what follows");
}

TEST_CASE("RDB: a compressed string may not claim more than it can hold", "[rdb]") {
  std::string scratch;
  const std::string impossible_bytes =
      "\xc3\x02\x81\x00\x00\x00\x00\x10\x00\x00\x00\x00"s
      "a"s;
  RdbReader impossible(impossible_bytes);
  impossible.string(scratch);
  CHECK(impossible.error() == "a compressed string claims an impossible size");
  const std::string long_one_bytes =
      "\xc3\x02\x05\x00"s
      "a"s;
  RdbReader long_one(long_one_bytes, 4);
  long_one.string(scratch);
  CHECK(long_one.error() == "a compressed string is too long");
}
