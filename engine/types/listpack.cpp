#include "engine/types/listpack.h"

#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <cstring>
#include <new>

#include "engine/types/room.h"

namespace redouble {
namespace {

// Bytes of the length that ends an entry, so that it can be walked backwards.
std::size_t back_size(std::size_t size) {
  return size <= 127 ? 1 : size < 16383 ? 2 : size < 2097151 ? 3 : size < 268435455 ? 4 : 5;
}

void write_back(unsigned char* at, std::size_t size) {
  const std::size_t n = back_size(size);
  for (std::size_t i = 0; i < n; ++i)
    at[i] = static_cast<unsigned char>(((size >> (7 * (n - 1 - i))) & 127) | (i > 0 ? 128 : 0));
}

// The bytes of a number's encoding.
std::size_t body_of(std::int64_t n) {
  if (n >= 0 && n <= 127) return 1;
  if (n >= -4096 && n <= 4095) return 2;
  if (n >= INT16_MIN && n <= INT16_MAX) return 3;
  if (n >= -8388608 && n <= 8388607) return 4;
  return n >= INT32_MIN && n <= INT32_MAX ? 5 : 9;
}

// The same in front of a text of that size.
std::size_t head_of_text(std::size_t size) {
  return size < 64 ? 1 : size < 4096 ? 2 : 5;
}

// Write an entry and return where the next one goes.
unsigned char* put(unsigned char* at, std::int64_t n) {
  const std::size_t body = body_of(n);
  const auto u = static_cast<std::uint64_t>(n);
  if (body == 1) {
    *at = static_cast<unsigned char>(n);
  } else if (body == 2) {
    at[0] = static_cast<unsigned char>(0xC0 | ((u >> 8) & 0x1F));
    at[1] = static_cast<unsigned char>(u);
  } else {
    *at = static_cast<unsigned char>(body == 9 ? 0xF4 : 0xF1 + (body - 3));
    for (std::size_t i = 0; i + 1 < body; ++i) at[i + 1] = static_cast<unsigned char>(u >> (8 * i));
  }
  at[body] = static_cast<unsigned char>(body);
  return at + body + 1;
}

unsigned char* put(unsigned char* at, std::string_view text) {
  const std::size_t size = text.size(), head = head_of_text(size), body = head + size;
  if (head == 1) {
    *at = static_cast<unsigned char>(0x80 | size);
  } else if (head == 2) {
    at[0] = static_cast<unsigned char>(0xE0 | (size >> 8));
    at[1] = static_cast<unsigned char>(size);
  } else {
    *at = 0xF0;
    for (unsigned i = 0; i < 4; ++i) at[i + 1] = static_cast<unsigned char>(size >> (8 * i));
  }
  if (!text.empty()) std::memcpy(at + head, text.data(), size);
  write_back(at + body, body);
  return at + body + back_size(body);
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

// Bytes of the encoding in front of a text, or of a number whole.
std::size_t head_size_of(const unsigned char* at) {
  return *at < 0xC0 ? 1 : *at < 0xF0 ? 2 : *at == 0xF0 ? 5 : body_size(at);
}

constexpr std::size_t kSmallNumber = 21;  // no canonical int64 is longer

// The number that a text is kept as. Most texts do not begin like one.
std::optional<std::int64_t> number_in(std::string_view text) {
  if (text.size() >= kSmallNumber || text.empty()) return std::nullopt;
  if (text[0] > '9' || (text[0] < '0' && text[0] != '-')) return std::nullopt;
  return parse_int64(text);
}

// What a block with the smaller frame may hold, rounding apart.
constexpr std::size_t kMostInNarrow = 60'000;

}  // namespace

bool Listpack::Item::operator==(std::string_view other) const {
  if (!is_number) return text == other;
  IntegerText scratch;
  return bytes(scratch) == other;
}

Listpack::~Listpack() {
  if (block_ != nullptr) std::free(allocation());
}

Listpack Listpack::clone() const {
  Listpack copy;
  const std::uint32_t size = used();
  if (size == 0) return copy;
  copy.allocate(nullptr, size, true);
  std::memcpy(copy.block_->data(), entries(), size);
  copy.set_frame({copy.frame().capacity, 0, size, frame().count});
  return copy;
}

void Listpack::trim() {
  if (block_ == nullptr) return;
  const Frame now = frame();
  const std::uint32_t size = used();
  if (exact_room_for(sizeof(Block) + size) - sizeof(Block) >= now.capacity) return;
  // A block of the other kind than that size asks for: rounding lets a narrow one hold some more.
  if (is_wide() != (size > kMostInNarrow)) {
    *this = clone();
    return;
  }
  std::memmove(block_->data(), entries(), size);
  set_frame({now.capacity, 0, size, now.count});
  allocate(allocation(), size, true);
  set_frame({frame().capacity, 0, size, now.count});
}

// What becomes smaller need not: there may be no memory to do it with.
void Listpack::shrink() {
  try {
    *this = clone();
  } catch (const std::bad_alloc&) {
    // It stays as large as it is.
  }
}

void* Listpack::allocation() const {
  return is_wide() ? static_cast<void*>(&wide_frame()) : block_;
}

void Listpack::set_frame(const Frame& frame) {
  if (is_wide())
    wide_frame() = frame;
  else
    *block_ = {static_cast<std::uint16_t>(frame.capacity), static_cast<std::uint16_t>(frame.begin),
               static_cast<std::uint16_t>(frame.end), static_cast<std::uint16_t>(frame.count)};
}

// Allocates a block for that many bytes, or gives `old`, a block of the same kind, that size: what the frame
// says but for the capacity is then for the caller to say.
void Listpack::allocate(void* old, std::size_t room, bool exact) {
  const bool wide = room > kMostInNarrow;
  const std::size_t head = wide ? sizeof(WideBlock) : sizeof(Block);
  const std::size_t size = exact ? exact_room_for(head + room) : room_for(head + room);
  if (size > UINT32_MAX) throw std::bad_alloc();
  void* memory = std::realloc(old, size);
  if (memory == nullptr) throw std::bad_alloc();
  const auto capacity = static_cast<std::uint32_t>(size - head);
  if (wide) {
    auto* block = static_cast<WideBlock*>(memory);
    block->frame.capacity = capacity;
    block->block = {};
    block_ = &block->block;
  } else {
    block_ = static_cast<Block*>(memory);
    block_->capacity = static_cast<std::uint16_t>(capacity);
  }
}

std::size_t Listpack::entry_size(std::string_view text) {
  if (const auto number = number_in(text)) return entry_size(*number);
  const std::size_t body = head_of_text(text.size()) + text.size();
  return body + back_size(body);
}

std::size_t Listpack::entry_size(std::int64_t number) {
  return body_of(number) + 1;
}

const unsigned char* Listpack::behind_other(const unsigned char* entry) {
  const std::size_t body = body_size(entry);
  return entry + body + back_size(body);
}

Listpack::Position Listpack::before(const unsigned char* entries, Position at) {
  const unsigned char* byte = entries + at - 1;
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

Listpack::Item Listpack::other_item(const unsigned char* at) {
  const auto text = [&](std::size_t head) {
    return Item{{reinterpret_cast<const char*>(at) + head, body_size(at) - head}};
  };
  const auto number = [](std::int64_t n) { return Item{{}, n, true}; };
  const unsigned char c = *at;
  if (c < 0xE0) return number(signed_of((std::uint64_t{c & 0x1Fu} << 8) | at[1], 13));
  if (c < 0xF0) return text(2);
  if (c == 0xF0) return text(5);
  const std::size_t width = body_size(at) - 1;
  return number(signed_of(little_endian(at + 1, width), static_cast<unsigned>(width * 8)));
}

// Makes room for that many bytes in front of and behind the entries. A push at the front gets more than it
// needs, since pushes rarely come alone; the end has what rounding leaves.
void Listpack::reserve(std::size_t front, std::size_t back) {
  const Frame old = block_ == nullptr ? Frame{} : frame();
  if (block_ != nullptr && front <= old.begin && old.end + back <= old.capacity) return;
  const std::uint32_t size = used();
  const std::size_t new_front = front > old.begin ? front + size / 4 : front == 0 ? 0 : old.begin;
  const std::size_t room = new_front + size + back;
  const bool same_kind = block_ != nullptr && is_wide() == (room > kMostInNarrow);
  const auto begin = static_cast<std::uint32_t>(new_front);
  if (same_kind && old.begin == begin) {
    allocate(allocation(), room, false);
    set_frame({frame().capacity, begin, begin + size, old.count});
    return;
  }
  Listpack fresh;
  fresh.allocate(nullptr, room, false);
  fresh.set_frame({fresh.frame().capacity, begin, begin + size, old.count});
  if (size > 0) std::memcpy(fresh.entries(), entries(), size);
  *this = std::move(fresh);
}

// Room for `size` bytes at `at`, counted as in use. Most are at an end of a small block that has it.
unsigned char* Listpack::open_gap(Position at, std::size_t size) {
  if (block_ == nullptr || is_wide()) return open_gap_inside(at, size);
  const std::uint32_t begin = block_->begin, end = block_->end;
  if (at == end - begin && block_->capacity - end >= size) {
    block_->end = static_cast<std::uint16_t>(end + size);
    return block_->data() + end;
  }
  if (at == 0 && begin >= size) {
    block_->begin = static_cast<std::uint16_t>(begin - size);
    return block_->data() + block_->begin;
  }
  return open_gap_inside(at, size);
}

unsigned char* Listpack::open_gap_inside(Position at, std::size_t size) {
  const auto n = static_cast<std::uint32_t>(size);
  // The front of a small listpack is as quickly moved as given room.
  constexpr std::uint32_t kSmall = 256;
  if (at == 0 && used() > 0 && (used() >= kSmall || frame().begin >= n)) {
    reserve(size, 0);
    Frame now = frame();
    now.begin -= n;
    set_frame(now);
    return entries();
  }
  reserve(0, size);
  std::memmove(entries() + at + size, entries() + at, used() - at);
  move_end(n);
  return entries() + at;
}

void Listpack::close_gap(Position at, std::size_t size) {
  Frame now = frame();
  const auto n = static_cast<std::uint32_t>(size);
  if (at == 0) {
    now.begin += n;
  } else {
    std::memmove(entries() + at, entries() + at + size, used() - at - size);
    now.end -= n;
  }
  set_frame(now);
  // What has shrunk a lot gives its memory back.
  if (now.capacity > 64 && used() < now.capacity / 4) shrink();
}

Listpack::Position Listpack::insert(Position at, std::string_view text) {
  if (const auto number = number_in(text)) return insert(at, *number);
  const std::size_t body = head_of_text(text.size()) + text.size();
  put(open_gap(at, body + back_size(body)), text);
  count_more(1);
  return at;
}

Listpack::Position Listpack::insert(Position at, std::int64_t number) {
  put(open_gap(at, entry_size(number)), number);
  count_more(1);
  return at;
}

void Listpack::Appender::add(std::string_view text) {
  if (const auto number = number_in(text)) return add(*number);
  at_ = put(at_, text);
  ++n_;
}

void Listpack::Appender::add(std::int64_t number) {
  at_ = put(at_, number);
  ++n_;
}

// Gives the entry that many bytes, to be written anew.
unsigned char* Listpack::resize_entry(Position at, std::size_t size) {
  const std::size_t old = next(at) - at;
  if (size == old) return entries() + at;
  if (size > old) reserve(0, size - old);
  unsigned char* const place = entries() + at;
  std::memmove(place + size, place + old, used() - at - old);
  move_end(static_cast<std::int64_t>(size) - static_cast<std::int64_t>(old));
  return place;
}

void Listpack::replace(Position at, std::string_view text) {
  if (const auto number = number_in(text)) return replace(at, *number);
  const std::size_t body = head_of_text(text.size()) + text.size();
  put(resize_entry(at, body + back_size(body)), text);
}

void Listpack::replace(Position at, std::int64_t number) {
  put(resize_entry(at, entry_size(number)), number);
}

Listpack::Position Listpack::erase(Position at, std::size_t n) {
  Position stop = at;
  std::uint32_t removed = 0;
  for (; removed < n && stop != end(); ++removed) stop = next(stop);
  if (removed == 0) return at;
  if (removed == count()) {
    clear();
  } else {
    count_more(-static_cast<std::int64_t>(removed));
    close_gap(at, stop - at);
  }
  return at;
}

void Listpack::append(Listpack&& other) {
  if (other.empty()) return;
  const std::uint32_t size = other.used();
  std::memcpy(open_gap(end(), size), other.entries(), size);
  count_more(static_cast<std::int64_t>(other.count()));
  other.clear();
}

Listpack Listpack::split(Position at) {
  Listpack rest;
  if (at == end()) return rest;
  const std::uint32_t size = used() - at;
  rest.reserve(0, size);
  std::memcpy(rest.block_->data(), entries() + at, size);
  rest.move_end(size);
  for (Position p = 0; p != rest.end(); p = rest.next(p)) rest.count_more(1);
  if (at == 0) {
    clear();
  } else {
    count_more(-static_cast<std::int64_t>(rest.count()));
    move_end(-std::int64_t{size});
    shrink();
  }
  return rest;
}

Listpack::Position Listpack::find(std::string_view text, Position from, std::size_t step) const {
  // Compared as entries are encoded: a number by its value, a text by its bytes.
  if (block_ == nullptr) return end();
  const auto number = number_in(text);
  const bool is_short = !number && text.size() < 64;
  const unsigned char head = is_short ? static_cast<unsigned char>(0x80 | text.size()) : 0xFF;
  const unsigned char last = text.empty() ? head : static_cast<unsigned char>(text.back());
  const auto is_it = [&](const unsigned char* at) {
    // Names differ at their ends, rather than at their beginnings.
    if (*at == head)
      return at[text.size()] == last &&
             std::string_view(reinterpret_cast<const char*>(at + 1), text.size()) == text;
    if (*at < 0xC0) return *at < 0x80 && number == *at;
    const Item found = item(at);
    return found.is_number ? number == found.number : !number && found.text == text;
  };
  const unsigned char* const stop = entries() + used();
  for (const unsigned char* at = entries() + from; at != stop;) {
    if (is_it(at)) return static_cast<Position>(at - entries());
    for (std::size_t n = step; n > 0; --n) at = behind(at);
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
  result.allocate(nullptr, size, true);
  result.set_frame({result.frame().capacity, 0, 0, 0});
  std::memcpy(result.block_->data(), first, size);
  result.move_end(static_cast<std::int64_t>(size));
  result.count_more(static_cast<std::int64_t>(n));
  return result;
}

}  // namespace redouble
