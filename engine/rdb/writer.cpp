#include "engine/rdb/writer.h"

#include <bit>

#include "engine/rdb/format.h"
#include "protocol/number.h"

namespace redouble {
namespace {

constexpr std::size_t kLongestShortInteger = 11;  // "-2147483648"
constexpr std::size_t kShortestCompressed = 21;

void append_big_endian(std::string& out, std::uint64_t value, unsigned bytes) {
  while (bytes-- > 0) out += static_cast<char>(value >> (8 * bytes));
}

void append_little_endian(std::string& out, std::uint64_t value, unsigned bytes) {
  for (unsigned i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i));
}

}  // namespace

void RdbWriter::length(std::uint64_t value) {
  if (value < 64) {
    byte(static_cast<std::uint8_t>(value));
  } else if (value < 16384) {
    append_big_endian(out_, 0x4000 | value, 2);
  } else if (value <= UINT32_MAX) {
    byte(0x80);
    append_big_endian(out_, value, 4);
  } else {
    byte(0x81);
    append_big_endian(out_, value, 8);
  }
}

bool RdbWriter::short_integer(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  if (value >= INT8_MIN && value <= INT8_MAX) {
    byte(rdb::kInt8);
    append_little_endian(out_, bits, 1);
  } else if (value >= INT16_MIN && value <= INT16_MAX) {
    byte(rdb::kInt16);
    append_little_endian(out_, bits, 2);
  } else if (value >= INT32_MIN && value <= INT32_MAX) {
    byte(rdb::kInt32);
    append_little_endian(out_, bits, 4);
  } else {
    return false;
  }
  return true;
}

void RdbWriter::integer(std::int64_t value) {
  if (short_integer(value)) return;
  const IntegerText digits = format_int64(value);
  length(digits.size());
  out_ += digits.view();
}

void RdbWriter::string(std::string_view bytes) {
  if (bytes.size() <= kLongestShortInteger)
    if (const auto number = parse_int64(bytes); number && short_integer(*number)) return;
  if (compressor_ != nullptr && bytes.size() >= kShortestCompressed) {
    // The lengths stand in front of what has to be compressed before they are known.
    std::string compressed;
    if (compressor_->compress(bytes, bytes.size() - 4, compressed)) {
      byte(rdb::kLzf);
      length(compressed.size());
      length(bytes.size());
      out_ += compressed;
      return;
    }
  }
  length(bytes.size());
  out_ += bytes;
}

void RdbWriter::fixed64(std::uint64_t value) {
  append_little_endian(out_, value, 8);
}

void RdbWriter::real(double value) {
  fixed64(std::bit_cast<std::uint64_t>(value));
}

}  // namespace redouble
