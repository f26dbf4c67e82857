#include "engine/types/intset.h"

#include <cstdlib>
#include <cstring>
#include <new>

#include "engine/types/room.h"

namespace redouble {
namespace {

std::uint32_t width_for(std::int64_t number) {
  if (number >= INT16_MIN && number <= INT16_MAX) return 2;
  return number >= INT32_MIN && number <= INT32_MAX ? 4 : 8;
}

template <class Number>
std::int64_t load(const unsigned char* at) {
  Number number;
  std::memcpy(&number, at, sizeof(number));
  return number;
}

template <class Number>
void store(unsigned char* at, std::int64_t wide) {
  const auto number = static_cast<Number>(wide);
  std::memcpy(at, &number, sizeof(number));
}

std::int64_t load(const unsigned char* data, std::size_t i, std::size_t width) {
  const unsigned char* at = data + i * width;
  return width == 2 ? load<std::int16_t>(at) : width == 4 ? load<std::int32_t>(at) : load<std::int64_t>(at);
}

std::uint64_t little_endian(const char* at, std::size_t width) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < width; ++i)
    value |= std::uint64_t{static_cast<unsigned char>(at[i])} << (8 * i);
  return value;
}

void append_little_endian(std::string& bytes, std::uint64_t value, std::size_t width) {
  for (std::size_t i = 0; i < width; ++i) bytes += static_cast<char>(value >> (8 * i));
}

}  // namespace

Intset::~Intset() {
  std::free(block_);
}

Intset Intset::clone() const {
  Intset copy;
  if (block_ == nullptr) return copy;
  copy.block_ = allocate(nullptr, serialized_size());
  std::memcpy(copy.block_, block_, serialized_size());
  return copy;
}

Intset::Block* Intset::allocate(Block* old, std::size_t size) {
  auto* block = static_cast<Block*>(std::realloc(old, room_for(size)));
  if (block == nullptr) throw std::bad_alloc();
  return block;
}

std::size_t Intset::bytes() const {
  constexpr std::size_t kMallocHeader = 8;
  return block_ == nullptr ? 0 : kMallocHeader + room_for(serialized_size());
}

std::int64_t Intset::operator[](std::size_t i) const {
  return load(block_->data(), i, block_->width);
}

void Intset::put(std::size_t i, std::int64_t number) {
  unsigned char* at = block_->data() + i * block_->width;
  if (block_->width == 2)
    store<std::int16_t>(at, number);
  else if (block_->width == 4)
    store<std::int32_t>(at, number);
  else
    store<std::int64_t>(at, number);
}

std::pair<std::size_t, bool> Intset::find(std::int64_t number) const {
  std::size_t low = 0, high = size();
  if (high == 0 || number > (*this)[high - 1]) return {high, false};
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if ((*this)[middle] < number)
      low = middle + 1;
    else
      high = middle;
  }
  return {low, (*this)[low] == number};
}

bool Intset::contains(std::int64_t number) const {
  return find(number).second;
}

// From the last to the first: the numbers grow in their place.
void Intset::widen(std::uint32_t width) {
  const std::uint32_t narrow = block_->width;
  block_ = allocate(block_, 8 + size() * width);
  block_->width = width;
  for (std::size_t i = size(); i-- > 0;) put(i, load(block_->data(), i, narrow));
}

bool Intset::insert(std::int64_t number) {
  const std::uint32_t width = width_for(number);
  if (block_ == nullptr) {
    block_ = allocate(nullptr, 8 + std::size_t{width});
    *block_ = {width, 0};
  }
  if (width > block_->width) widen(width);
  const auto [at, there] = find(number);
  if (there) return false;
  const std::size_t before = serialized_size(), after = before + block_->width;
  if (room_for(after) != room_for(before)) block_ = allocate(block_, after);
  unsigned char* place = block_->data() + at * block_->width;
  std::memmove(place + block_->width, place, (size() - at) * block_->width);
  ++block_->count;
  put(at, number);
  return true;
}

bool Intset::erase(std::int64_t number) {
  const auto [at, there] = find(number);
  if (there) erase_at(at);
  return there;
}

void Intset::erase_at(std::size_t i) {
  const std::size_t before = serialized_size(), after = before - block_->width;
  unsigned char* place = block_->data() + i * block_->width;
  std::memmove(place, place + block_->width, (size() - i - 1) * block_->width);
  --block_->count;
  try {
    if (room_for(after) != room_for(before)) block_ = allocate(block_, after);
  } catch (const std::bad_alloc&) {
    // Then it stays as large as it was.
  }
}

std::string Intset::serialize() const {
  std::string bytes;
  bytes.reserve(serialized_size());
  append_little_endian(bytes, width(), 4);
  append_little_endian(bytes, size(), 4);
  for (std::size_t i = 0; i < size(); ++i)
    append_little_endian(bytes, static_cast<std::uint64_t>((*this)[i]), width());
  return bytes;
}

std::optional<Intset> Intset::parse(std::string_view bytes) {
  if (bytes.size() < 8) return std::nullopt;
  const auto width = static_cast<std::uint32_t>(little_endian(bytes.data(), 4));
  const auto count = static_cast<std::uint32_t>(little_endian(bytes.data() + 4, 4));
  if ((width != 2 && width != 4 && width != 8) || count == 0) return std::nullopt;
  if (bytes.size() != 8 + std::size_t{count} * width) return std::nullopt;
  Intset result;
  result.block_ = allocate(nullptr, bytes.size());
  *result.block_ = {width, count};
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t raw = little_endian(bytes.data() + 8 + i * width, width);
    const unsigned shift = 64 - 8 * width;
    result.put(i, static_cast<std::int64_t>(raw << shift) >> shift);
    if (i > 0 && result[i - 1] >= result[i]) return std::nullopt;
  }
  return result;
}

}  // namespace redouble
