#include "engine/types/listpack.h"

#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <cstring>
#include <new>

#include "engine/types/room.h"

namespace redouble {
namespace {

// What stands in front of a text or is the whole of a number: an entry's encoding.
struct Head {
  unsigned char bytes[9];
  std::size_t size;
};

Head head_of(std::int64_t n) {
  const auto u = static_cast<std::uint64_t>(n);
  const auto with_bytes = [&](unsigned char code, std::size_t width) {
    Head head{{code}, width + 1};
    for (std::size_t i = 0; i < width; ++i) head.bytes[i + 1] = static_cast<unsigned char>(u >> (8 * i));
    return head;
  };
  if (n >= 0 && n <= 127) return {{static_cast<unsigned char>(n)}, 1};
  if (n >= -4096 && n <= 4095)
    return {{static_cast<unsigned char>(0xC0 | ((u >> 8) & 0x1F)), static_cast<unsigned char>(u)}, 2};
  if (n >= INT16_MIN && n <= INT16_MAX) return with_bytes(0xF1, 2);
  if (n >= -8388608 && n <= 8388607) return with_bytes(0xF2, 3);
  if (n >= INT32_MIN && n <= INT32_MAX) return with_bytes(0xF3, 4);
  return with_bytes(0xF4, 8);
}

Head head_of_text(std::size_t size) {
  if (size < 64) return {{static_cast<unsigned char>(0x80 | size)}, 1};
  if (size < 4096)
    return {{static_cast<unsigned char>(0xE0 | (size >> 8)), static_cast<unsigned char>(size)}, 2};
  return {{0xF0, static_cast<unsigned char>(size), static_cast<unsigned char>(size >> 8),
           static_cast<unsigned char>(size >> 16), static_cast<unsigned char>(size >> 24)},
          5};
}

// Bytes of the length that ends an entry, so that it can be walked backwards.
std::size_t back_size(std::size_t size) {
  return size <= 127 ? 1 : size < 16383 ? 2 : size < 2097151 ? 3 : size < 268435455 ? 4 : 5;
}

void write_back(unsigned char* at, std::size_t size) {
  const std::size_t n = back_size(size);
  for (std::size_t i = 0; i < n; ++i)
    at[i] = static_cast<unsigned char>(((size >> (7 * (n - 1 - i))) & 127) | (i > 0 ? 128 : 0));
}

std::uint64_t little_endian(const unsigned char* at, std::size_t width) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < width; ++i) value |= std::uint64_t{at[i]} << (8 * i);
  return value;
}

std::int64_t signed_of(std::uint64_t value, unsigned bits) {
  const unsigned shift = 64 - bits;
  return static_cast<std::int64_t>(value << shift) >> shift;
}

// The size of encoding and data; 0 for an invalid encoding. Reads up to five bytes.
std::size_t body_size(const unsigned char* at) {
  const unsigned char c = *at;
  if (c < 0x80) return 1;
  if (c < 0xC0) return 1u + (c & 0x3F);
  if (c < 0xE0) return 2;
  if (c < 0xF0) return 2u + ((static_cast<std::size_t>(c & 0x0F) << 8) | at[1]);
  switch (c) {
    case 0xF0:
      return 5 + little_endian(at + 1, 4);
    case 0xF1:
      return 3;
    case 0xF2:
      return 4;
    case 0xF3:
      return 5;
    case 0xF4:
      return 9;
    default:
      return 0;
  }
}

// Nearly all entries are small numbers and short texts, with one byte of length behind.
inline std::size_t whole_size(const unsigned char* at) {
  if (*at < 0x80) return 2;
  if (*at < 0xC0) return 2u + (*at & 0x3F);
  const std::size_t body = body_size(at);
  return body + back_size(body);
}

// Bytes of the encoding in front of a text, or of a number whole.
std::size_t head_size_of(const unsigned char* at) {
  return *at < 0xC0 ? 1 : *at < 0xF0 ? 2 : *at == 0xF0 ? 5 : body_size(at);
}

constexpr std::size_t kSmallNumber = 21;  // no canonical int64 is longer

}  // namespace

bool Listpack::Item::operator==(std::string_view other) const {
  if (!is_number) return text == other;
  IntegerText scratch;
  return bytes(scratch) == other;
}

Listpack::~Listpack() {
  std::free(block_);
}

Listpack Listpack::clone() const {
  Listpack copy;
  if (block_ == nullptr) return copy;
  copy.reserve(0, used());
  std::memcpy(copy.block_->data(), entries(), used());
  copy.block_->end = used();
  copy.block_->count = block_->count;
  return copy;
}

std::size_t Listpack::entry_size(std::string_view text) {
  if (text.size() < kSmallNumber)
    if (const auto number = parse_int64(text)) return entry_size(*number);
  const std::size_t body = head_of_text(text.size()).size + text.size();
  return body + back_size(body);
}

std::size_t Listpack::entry_size(std::int64_t number) {
  return head_of(number).size + 1;
}

std::size_t Listpack::bytes() const {
  return block_ == nullptr ? 0 : sizeof(Block) + block_->capacity;
}

Listpack::Position Listpack::next(Position at) const {
  return at + static_cast<Position>(whole_size(entries() + at));
}

Listpack::Position Listpack::previous(Position at) const {
  const unsigned char* byte = entries() + at - 1;
  std::size_t size = 0;
  for (unsigned shift = 0;; shift += 7, --byte) {
    size |= static_cast<std::size_t>(*byte & 127) << shift;
    if ((*byte & 128) == 0) break;
  }
  return at - static_cast<Position>(size + back_size(size));
}

Listpack::Position Listpack::at(std::int64_t index) const {
  const auto n = static_cast<std::int64_t>(count());
  if (index < 0) index += n;
  if (index < 0 || index >= n) return end();
  Position position = 0;
  if (index <= n / 2) {
    for (; index > 0; --index) position = next(position);
    return position;
  }
  position = end();
  for (; index < n; ++index) position = previous(position);
  return position;
}

Listpack::Item Listpack::operator[](Position position) const {
  const unsigned char* at = entries() + position;
  const auto text = [&](std::size_t head) {
    return Item{{reinterpret_cast<const char*>(at) + head, body_size(at) - head}};
  };
  const auto number = [](std::int64_t n) { return Item{{}, n, true}; };
  const unsigned char c = *at;
  if (c < 0x80) return number(c);
  if (c < 0xC0) return text(1);
  if (c < 0xE0) return number(signed_of((std::uint64_t{c & 0x1Fu} << 8) | at[1], 13));
  if (c < 0xF0) return text(2);
  if (c == 0xF0) return text(5);
  const std::size_t width = body_size(at) - 1;
  return number(signed_of(little_endian(at + 1, width), static_cast<unsigned>(width * 8)));
}

// Makes room for that many bytes in front of and behind the entries. A push at the front gets more than it
// needs, since pushes rarely come alone; the end has what rounding leaves.
void Listpack::reserve(std::size_t front, std::size_t back) {
  const std::size_t size = used();
  const std::size_t old_front = block_ == nullptr ? 0 : block_->begin;
  if (block_ != nullptr && front <= old_front && block_->end + back <= block_->capacity) return;
  const std::size_t new_front = front > old_front ? front + size / 4 : front == 0 ? 0 : old_front;
  const std::size_t capacity = room_for(sizeof(Block) + new_front + size + back) - sizeof(Block);
  if (capacity > UINT32_MAX) throw std::bad_alloc();
  if (block_ != nullptr && old_front == new_front) {
    auto* grown = static_cast<Block*>(std::realloc(block_, sizeof(Block) + capacity));
    if (grown == nullptr) throw std::bad_alloc();
    block_ = grown;
    block_->capacity = static_cast<std::uint32_t>(capacity);
    return;
  }
  auto* fresh = static_cast<Block*>(std::malloc(sizeof(Block) + capacity));
  if (fresh == nullptr) throw std::bad_alloc();
  fresh->capacity = static_cast<std::uint32_t>(capacity);
  fresh->begin = static_cast<std::uint32_t>(new_front);
  fresh->end = static_cast<std::uint32_t>(new_front + size);
  fresh->count = static_cast<std::uint32_t>(count());
  if (size > 0) std::memcpy(fresh->data() + new_front, entries(), size);
  std::free(block_);
  block_ = fresh;
}

// Room for `size` bytes at `at`, counted as in use.
unsigned char* Listpack::open_gap(Position at, std::size_t size) {
  const auto n = static_cast<std::uint32_t>(size);
  if (at == 0 && block_ != nullptr && block_->end != block_->begin) {
    reserve(size, 0);
    block_->begin -= n;
    return entries();
  }
  reserve(0, size);
  std::memmove(entries() + at + size, entries() + at, used() - at);
  block_->end += n;
  return entries() + at;
}

void Listpack::close_gap(Position at, std::size_t size) {
  const auto n = static_cast<std::uint32_t>(size);
  if (at == 0) {
    block_->begin += n;
  } else {
    std::memmove(entries() + at, entries() + at + size, used() - at - size);
    block_->end -= n;
  }
  // What has shrunk a lot gives its memory back.
  if (block_->capacity > 64 && used() < block_->capacity / 4) *this = clone();
}

Listpack::Position Listpack::insert_encoded(Position at, const unsigned char* head, std::size_t head_size,
                                            std::string_view tail) {
  const std::size_t body = head_size + tail.size();
  unsigned char* gap = open_gap(at, body + back_size(body));
  std::memcpy(gap, head, head_size);
  if (!tail.empty()) std::memcpy(gap + head_size, tail.data(), tail.size());
  write_back(gap + body, body);
  ++block_->count;
  return at;
}

Listpack::Position Listpack::insert(Position at, std::string_view text) {
  if (text.size() < kSmallNumber)
    if (const auto number = parse_int64(text)) return insert(at, *number);
  const Head head = head_of_text(text.size());
  return insert_encoded(at, head.bytes, head.size, text);
}

Listpack::Position Listpack::insert(Position at, std::int64_t number) {
  const Head head = head_of(number);
  return insert_encoded(at, head.bytes, head.size, {});
}

void Listpack::replace_encoded(Position at, const unsigned char* head, std::size_t head_size,
                               std::string_view tail) {
  const std::size_t body = head_size + tail.size();
  const std::size_t size = body + back_size(body);
  const std::size_t old = whole_size(entries() + at);
  if (size > old) {
    reserve(0, size - old);
  }
  unsigned char* place = entries() + at;
  if (size != old) {
    std::memmove(place + size, place + old, used() - at - old);
    block_->end = static_cast<std::uint32_t>(block_->end + size - old);
  }
  std::memcpy(place, head, head_size);
  if (!tail.empty()) std::memcpy(place + head_size, tail.data(), tail.size());
  write_back(place + body, body);
}

void Listpack::replace(Position at, std::string_view text) {
  if (text.size() < kSmallNumber)
    if (const auto number = parse_int64(text)) return replace(at, *number);
  const Head head = head_of_text(text.size());
  replace_encoded(at, head.bytes, head.size, text);
}

void Listpack::replace(Position at, std::int64_t number) {
  const Head head = head_of(number);
  replace_encoded(at, head.bytes, head.size, {});
}

Listpack::Position Listpack::erase(Position at, std::size_t n) {
  Position stop = at;
  std::uint32_t removed = 0;
  for (; removed < n && stop != end(); ++removed) stop = next(stop);
  if (removed == 0) return at;
  block_->count -= removed;
  if (block_->count == 0)
    clear();
  else
    close_gap(at, stop - at);
  return at;
}

void Listpack::append(Listpack&& other) {
  if (other.empty()) return;
  const std::uint32_t size = other.used();
  std::memcpy(open_gap(end(), size), other.entries(), size);
  block_->count += other.block_->count;
  other.clear();
}

Listpack Listpack::split(Position at) {
  Listpack rest;
  if (at == end()) return rest;
  const std::uint32_t size = used() - at;
  rest.reserve(0, size);
  std::memcpy(rest.block_->data(), entries() + at, size);
  rest.block_->end = size;
  for (Position p = 0; p != rest.end(); p = rest.next(p)) ++rest.block_->count;
  block_->count -= rest.block_->count;
  block_->end -= size;
  if (block_->count == 0)
    clear();
  else
    *this = clone();
  return rest;
}

Listpack::Position Listpack::find(std::string_view text, Position from, std::size_t step) const {
  // Compared as entries are encoded: a number by its value, a text by its bytes.
  if (block_ == nullptr) return end();
  const auto parsed = text.size() < kSmallNumber ? parse_int64(text) : std::nullopt;
  const bool is_number = parsed.has_value();
  const std::int64_t number = parsed.value_or(0);
  const unsigned char short_head = text.size() < 64 ? static_cast<unsigned char>(0x80 | text.size()) : 0xFF;
  const auto is_it = [&](const unsigned char* at) {
    if (*at < 0x80) return is_number && number == *at;
    if (*at < 0xC0)
      return *at == short_head && !is_number &&
             std::string_view(reinterpret_cast<const char*>(at + 1), text.size()) == text;
    const Item item = (*this)[static_cast<Position>(at - entries())];
    return item.is_number ? is_number && item.number == number : !is_number && item.text == text;
  };
  const unsigned char* const stop = entries() + used();
  std::size_t skip = 0;
  for (const unsigned char* at = entries() + from; at != stop; at += whole_size(at)) {
    if (skip > 0) {
      --skip;
    } else {
      if (is_it(at)) return static_cast<Position>(at - entries());
      skip = step - 1;
    }
  }
  return end();
}

std::string Listpack::serialize() const {
  const std::size_t total = serialized_size();
  const std::size_t n = std::min<std::size_t>(count(), 65535);  // 65535: count them yourself
  std::string bytes;
  bytes.reserve(total);
  for (unsigned shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(total >> shift);
  bytes += static_cast<char>(n);
  bytes += static_cast<char>(n >> 8);
  if (block_ != nullptr) bytes.append(reinterpret_cast<const char*>(entries()), used());
  bytes += '\xFF';
  return bytes;
}

std::optional<Listpack> Listpack::parse(std::string_view bytes) {
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  if (bytes.size() < kFrame || little_endian(data, 4) != bytes.size() || data[bytes.size() - 1] != 0xFF)
    return std::nullopt;
  const unsigned char* const first = data + 6;
  const unsigned char* const stop = data + bytes.size() - 1;
  std::size_t n = 0;
  for (const unsigned char* at = first; at != stop; ++n) {
    const auto left = static_cast<std::size_t>(stop - at);
    if (*at == 0xFF || head_size_of(at) == 0 || head_size_of(at) > left) return std::nullopt;
    const std::size_t body = body_size(at);
    if (body >= left || body + back_size(body) > left) return std::nullopt;
    unsigned char back[5];
    write_back(back, body);
    if (std::memcmp(back, at + body, back_size(body)) != 0) return std::nullopt;
    at += body + back_size(body);
  }
  const std::uint64_t said = little_endian(data + 4, 2);
  if (said != 65535 && said != n) return std::nullopt;
  Listpack result;
  if (n == 0) return result;
  const auto size = static_cast<std::size_t>(stop - first);
  result.reserve(0, size);
  std::memcpy(result.block_->data(), first, size);
  result.block_->end = static_cast<std::uint32_t>(size);
  result.block_->count = static_cast<std::uint32_t>(n);
  return result;
}

}  // namespace redouble
