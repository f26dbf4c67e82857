#include "engine/rdb/old_encodings.h"

#include <cstdint>

namespace redouble {
namespace {

// A cursor that cannot leave its bytes: what is not there reads as nothing.
class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : bytes_(bytes) {}

  std::size_t at() const { return at_; }
  bool has(std::size_t n) const { return n <= bytes_.size() - at_; }
  std::uint8_t peek() const { return static_cast<std::uint8_t>(bytes_[at_]); }
  std::optional<std::string_view> take(std::uint64_t n) {
    if (n > bytes_.size() - at_) return std::nullopt;
    at_ += static_cast<std::size_t>(n);
    return bytes_.substr(at_ - static_cast<std::size_t>(n), static_cast<std::size_t>(n));
  }
  std::optional<std::uint64_t> little_endian(std::size_t n) {
    const auto taken = take(n);
    if (!taken) return std::nullopt;
    std::uint64_t value = 0;
    for (std::size_t i = n; i-- > 0;) value = value << 8 | static_cast<std::uint8_t>((*taken)[i]);
    return value;
  }
  std::optional<std::uint64_t> big_endian(std::size_t n) {
    const auto taken = take(n);
    if (!taken) return std::nullopt;
    std::uint64_t value = 0;
    for (const char c : *taken) value = value << 8 | static_cast<std::uint8_t>(c);
    return value;
  }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
};

// --- Ziplists: u32 size, u32 offset of the last entry, u16 count, entries, 255 ----------------------------

constexpr std::size_t kZiplistHeader = 10;
constexpr std::uint8_t kEnd = 255;
constexpr std::uint8_t kLongPrevious = 254;
constexpr std::uint64_t kCountThemYourself = 65535;

std::optional<std::int64_t> signed_number(Cursor& cursor, unsigned width) {
  const auto bits = cursor.little_endian(width);
  if (!bits) return std::nullopt;
  const unsigned shift = 64 - 8 * width;
  return static_cast<std::int64_t>(*bits << shift) >> shift;
}

// An entry's text, behind its first byte that is not a number's.
std::optional<std::string_view> ziplist_text(Cursor& cursor) {
  const std::uint8_t code = cursor.peek();
  std::optional<std::uint64_t> size;
  if (code < 0x40) {
    size = cursor.little_endian(1);
  } else if (code < 0x80) {
    size = cursor.big_endian(2);
    if (size) *size &= 0x3fff;
  } else if (code == 0x80) {
    cursor.take(1);
    size = cursor.big_endian(4);
  }
  return size ? cursor.take(*size) : std::nullopt;
}

std::optional<std::int64_t> ziplist_number(Cursor& cursor) {
  const auto code = static_cast<std::uint8_t>(*cursor.little_endian(1));
  switch (code) {
    case 0xc0:
      return signed_number(cursor, 2);
    case 0xd0:
      return signed_number(cursor, 4);
    case 0xe0:
      return signed_number(cursor, 8);
    case 0xf0:
      return signed_number(cursor, 3);
    case 0xfe:
      return signed_number(cursor, 1);
    default:
      if (code >= 0xf1 && code <= 0xfd) return code - 0xf1;
      return std::nullopt;
  }
}

// Appends the entry behind the cursor; false when it is inconsistent.
bool take_ziplist_entry(Cursor& cursor, std::size_t previous_size, Listpack& items) {
  const bool is_long = cursor.peek() == kLongPrevious;
  if (is_long) cursor.take(1);
  const auto said = cursor.little_endian(is_long ? 4 : 1);
  if (!said || *said != previous_size || !cursor.has(1)) return false;
  if (cursor.peek() < 0xc0) {
    const auto text = ziplist_text(cursor);
    if (text) items.push_back(*text);
    return text.has_value();
  }
  const auto number = ziplist_number(cursor);
  if (number) items.push_back(*number);
  return number.has_value();
}

// --- Zipmaps: u8 count, then u8 or 254 and u32 size, field, size, unused bytes, value …, 255 --------------

std::optional<std::uint64_t> zipmap_size(Cursor& cursor) {
  if (!cursor.has(1)) return std::nullopt;
  const std::uint8_t first = cursor.peek();
  cursor.take(1);
  if (first < kLongPrevious) return first;
  return first == kLongPrevious ? cursor.little_endian(4) : std::nullopt;
}

}  // namespace

std::optional<Listpack> listpack_of_ziplist(std::string_view bytes) {
  if (bytes.size() < kZiplistHeader + 1 || static_cast<std::uint8_t>(bytes.back()) != kEnd)
    return std::nullopt;
  Cursor cursor(bytes.substr(0, bytes.size() - 1));
  const std::uint64_t size = *cursor.little_endian(4);
  const std::uint64_t last = *cursor.little_endian(4);
  const std::uint64_t count = *cursor.little_endian(2);
  if (size != bytes.size()) return std::nullopt;
  Listpack items;
  std::size_t previous_size = 0, last_at = kZiplistHeader;
  while (cursor.has(1)) {
    last_at = cursor.at();
    if (cursor.peek() == kEnd || !take_ziplist_entry(cursor, previous_size, items)) return std::nullopt;
    previous_size = cursor.at() - last_at;
  }
  if (last != last_at || (count != kCountThemYourself && count != items.count())) return std::nullopt;
  return items;
}

std::optional<Listpack> listpack_of_zipmap(std::string_view bytes) {
  if (bytes.size() < 2 || static_cast<std::uint8_t>(bytes.back()) != kEnd) return std::nullopt;
  Cursor cursor(bytes.substr(0, bytes.size() - 1));
  const std::uint64_t said = *cursor.little_endian(1);
  Listpack items;
  while (cursor.has(1)) {
    const auto field_size = zipmap_size(cursor);
    const auto field = field_size ? cursor.take(*field_size) : std::nullopt;
    const auto value_size = field ? zipmap_size(cursor) : std::nullopt;
    const auto unused = value_size ? cursor.little_endian(1) : std::nullopt;
    const auto value = unused ? cursor.take(*value_size) : std::nullopt;
    if (!value || !cursor.take(*unused)) return std::nullopt;
    items.push_back(*field);
    items.push_back(*value);
  }
  if (items.empty() || (said < kLongPrevious && said != items.count() / 2)) return std::nullopt;
  return items;
}

}  // namespace redouble
