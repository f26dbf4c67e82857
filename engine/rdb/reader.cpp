#include "engine/rdb/reader.h"

#include <bit>
#include <limits>

#include "engine/rdb/format.h"
#include "engine/rdb/lzf.h"
#include "protocol/number.h"

namespace redouble {
namespace {

constexpr std::uint8_t kLength32 = 0x80;
constexpr std::uint8_t kLength64 = 0x81;

std::string_view integer_text(std::uint64_t bits, unsigned width, std::string& scratch) {
  const unsigned shift = 64 - 8 * width;
  return scratch = format_int64(static_cast<std::int64_t>(bits << shift) >> shift);
}

}  // namespace

void RdbReader::fail(std::string_view reason) {
  if (!error_.empty()) return;
  error_ = reason;
  error_at_ = at_;
}

std::string_view RdbReader::raw(std::size_t n) {
  if (n > left()) fail("the data end too early");
  if (!ok()) return {};
  at_ += n;
  return bytes_.substr(at_ - n, n);
}

std::uint8_t RdbReader::byte() {
  const auto one = raw(1);
  return one.empty() ? 0 : static_cast<std::uint8_t>(one[0]);
}

std::uint64_t RdbReader::big_endian(std::size_t n) {
  std::uint64_t value = 0;
  for (const char c : raw(n)) value = value << 8 | static_cast<std::uint8_t>(c);
  return value;
}

std::uint64_t RdbReader::little_endian(std::size_t n) {
  std::uint64_t value = 0;
  unsigned shift = 0;
  for (const char c : raw(n)) {
    value |= std::uint64_t{static_cast<std::uint8_t>(c)} << shift;
    shift += 8;
  }
  return value;
}

std::uint64_t RdbReader::length() {
  const std::uint8_t first = byte();
  if (first < 0x40) return first;
  if (first < 0x80) return (std::uint64_t{first} & 0x3f) << 8 | byte();
  if (first == kLength32) return big_endian(4);
  if (first == kLength64) return big_endian(8);
  fail("an unknown encoding of a length");
  return 0;
}

std::size_t RdbReader::count() {
  const std::uint64_t n = length();
  if (n > left()) fail("a count is larger than what follows");
  return ok() ? static_cast<std::size_t>(n) : 0;
}

std::string_view RdbReader::string(std::string& scratch) {
  if (left() > 0 && static_cast<std::uint8_t>(bytes_[at_]) >= 0xc0) {
    switch (byte()) {
      case rdb::kInt8:
        return integer_text(little_endian(1), 1, scratch);
      case rdb::kInt16:
        return integer_text(little_endian(2), 2, scratch);
      case rdb::kInt32:
        return integer_text(little_endian(4), 4, scratch);
      case rdb::kLzf:
        return compressed(scratch);
      default:
        fail("an unknown encoding of a string");
        return {};
    }
  }
  return raw(count());
}

std::string_view RdbReader::compressed(std::string& scratch) {
  const std::uint64_t packed = length();
  const std::uint64_t size = length();
  if (packed > left()) fail("a compressed string is longer than the data");
  if (!ok()) return {};
  if (size > longest_) fail("a compressed string is too long");
  if (size > lzf_most(packed)) fail("a compressed string claims an impossible size");
  scratch.clear();
  const auto bytes = raw(static_cast<std::size_t>(packed));
  if (ok() && !lzf_decompress(bytes, static_cast<std::size_t>(size), scratch))
    fail("a compressed string is corrupt");
  return ok() ? std::string_view(scratch) : std::string_view();
}

std::uint64_t RdbReader::fixed64() {
  return little_endian(8);
}

double RdbReader::real() {
  return std::bit_cast<double>(fixed64());
}

double RdbReader::ascii_real() {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const std::uint8_t size = byte();
  if (size == 255) return -kInfinity;
  if (size == 254) return kInfinity;
  if (size == 253) return std::numeric_limits<double>::quiet_NaN();
  const auto number = parse_double(raw(size));
  if (!number) fail("a score is not a number");
  return number.value_or(0);
}

}  // namespace redouble
