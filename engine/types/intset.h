// A sorted array of different integers, each of 2, 4 or 8 bytes: as many as the largest that was ever in it
// needs. Equal to Redis's intset in width, size and DUMP bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace redouble {

class Intset {
 public:
  Intset() = default;
  Intset(Intset&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  Intset& operator=(Intset&& other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~Intset();
  Intset clone() const;

  std::size_t size() const { return block_ == nullptr ? 0 : block_->count; }
  bool empty() const { return size() == 0; }
  bool contains(std::int64_t number) const;
  /// The numbers in ascending order. REQUIRES: i < size().
  std::int64_t operator[](std::size_t i) const;

  /// False when the number is there already.
  bool insert(std::int64_t number);
  /// False when it is not there.
  bool erase(std::int64_t number);
  void erase_at(std::size_t i);

  /// Bytes per number: 2, 4 or 8.
  std::size_t width() const { return block_ == nullptr ? 2 : block_->width; }
  /// What Redis calls its size: eight bytes of header and the numbers.
  std::size_t serialized_size() const { return 8 + size() * width(); }
  /// The allocation.
  std::size_t bytes() const;

  /// Redis's bytes.
  std::string serialize() const;
  /// Reads Redis's bytes; nothing when sizes disagree, the order is wrong or there is no number.
  static std::optional<Intset> parse(std::string_view bytes);

 private:
  struct Block {
    std::uint32_t width, count;
    unsigned char* data() { return reinterpret_cast<unsigned char*>(this + 1); }
    const unsigned char* data() const { return reinterpret_cast<const unsigned char*>(this + 1); }
  };

  static std::size_t room_for(std::size_t size);
  static Block* allocate(Block* old, std::size_t size);
  void put(std::size_t i, std::int64_t number);
  void widen(std::uint32_t width);
  /// Where the number is, or would be; whether it is.
  std::pair<std::size_t, bool> find(std::int64_t number) const;

  Block* block_ = nullptr;
};

}  // namespace redouble
