// A listpack: small strings and integers in one allocation, each entry exactly as Redis 7.0 encodes it, so
// that sizes, limits and DUMP payloads agree with redis-server's byte by byte. Only the frame differs: the
// six bytes of header and the end mark are written by serialize(), and there may be spare room at both ends,
// which makes pushes and pops at either end cheap. A small one's frame takes eight bytes.
// Out of memory a mutation has changed nothing, and what only takes away does not fail.
//
// A position is the offset of an entry from the first; `end()` stands behind the last. A mutation makes
// positions behind it (and views into the listpack) invalid, but for the one that it returns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "protocol/number.h"

namespace redouble {

class Listpack {
 public:
  using Position = std::uint32_t;
  /// An entry's value: a text, or an integer that was put in as its canonical text.
  struct Item {
    std::string_view text;
    std::int64_t number = 0;
    bool is_number = false;

    /// The bytes; `scratch` holds those of a number.
    std::string_view bytes(IntegerText& scratch) const {
      return is_number ? std::string_view(scratch = format_int64(number)) : text;
    }
    bool operator==(std::string_view other) const;
  };

  Listpack() = default;
  Listpack(Listpack&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  Listpack& operator=(Listpack&& other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  /// A copy, without spare room.
  Listpack clone() const;
  ~Listpack();

  /// Entries.
  std::size_t count() const {
    if (block_ == nullptr) return 0;
    return is_wide() ? wide_frame().count : block_->count;
  }
  bool empty() const { return count() == 0; }
  /// What Redis calls its size: the entries and the frame of seven bytes.
  std::size_t serialized_size() const { return used() + kFrame; }
  /// The size that it would have with one more entry for this text.
  static std::size_t entry_size(std::string_view text);
  static std::size_t entry_size(std::int64_t number);
  /// The allocation.
  std::size_t bytes() const {
    constexpr std::size_t kMallocHeader = 8;
    if (block_ == nullptr) return 0;
    return kMallocHeader + (is_wide() ? sizeof(WideBlock) + wide_frame().capacity
                                      : sizeof(Block) + std::size_t{block_->capacity});
  }

  Position begin() const { return 0; }
  Position end() const { return used(); }
  /// The last entry; end() when empty.
  Position last() const { return empty() ? end() : previous(end()); }
  Position next(Position at) const {
    const unsigned char* const entry = entries() + at;
    return at + static_cast<Position>(behind(entry) - entry);
  }
  /// REQUIRES: at != begin().
  Position previous(Position at) const { return before(entries(), at); }
  /// The entry number `index`, negative from the end (-1 is the last); end() when there is none.
  Position at(std::int64_t index) const;
  /// REQUIRES: position != end().
  Item operator[](Position position) const { return item(entries() + position); }
  /// Visits up to `n` items from `at` on; returns how many there were.
  template <class Visit>
  std::size_t visit(Position at, std::size_t n, Visit&& visit) const {
    if (block_ == nullptr) return 0;
    const unsigned char* entry = entries() + at;
    const unsigned char* const stop = entries() + used();
    std::size_t seen = 0;
    for (; seen < n && entry != stop; ++seen, entry = behind(entry)) visit(item(entry));
    return seen;
  }

  /// Reads entries without a look at the frame for each. Good until entries move or change their size.
  class Reader {
   public:
    explicit Reader(const Listpack& pack)
        : entries_(pack.block_ == nullptr ? nullptr : pack.entries()), end_(pack.end()) {}
    Position end() const { return end_; }
    Position next(Position at) const { return static_cast<Position>(behind(entries_ + at) - entries_); }
    Position previous(Position at) const { return before(entries_, at); }
    Item operator[](Position position) const { return item(entries_ + position); }

   private:
    const unsigned char* entries_;
    Position end_;
  };

  /// Inserts before `at` (end() appends); returns the new entry's position. Text that spells an int64
  /// canonically is kept as an integer.
  Position insert(Position at, std::string_view text);
  Position insert(Position at, std::int64_t number);
  void push_back(std::string_view text) { insert(end(), text); }
  void push_back(std::int64_t number) { insert(end(), number); }
  void push_front(std::string_view text) { insert(0, text); }
  /// Appends entries that come together, with one look for room:
  ///
  ///   Listpack::Appender appender(pack, Listpack::entry_size(field) + Listpack::entry_size(value));
  ///   appender.add(field);
  ///   appender.add(value);
  ///
  /// Fails when it is made, if at all; they are in the listpack when it ends. `room`: at least what they
  /// take.
  class Appender {
   public:
    Appender(Listpack& pack, std::size_t room) : pack_(pack) {
      pack.reserve(0, room);
      begin_ = at_ = pack.entries() + pack.used();
    }
    ~Appender() {
      pack_.move_end(at_ - begin_);
      pack_.count_more(n_);
    }
    Appender(const Appender&) = delete;
    Appender& operator=(const Appender&) = delete;

    void add(std::string_view text);
    void add(std::int64_t number);

   private:
    Listpack& pack_;
    unsigned char *begin_, *at_;
    std::int64_t n_ = 0;
  };
  /// Replaces the entry; its position stays.
  void replace(Position at, std::string_view text);
  void replace(Position at, std::int64_t number);
  /// Removes `n` entries from `at` on (fewer if there are not as many); returns the position of what follows.
  Position erase(Position at, std::size_t n = 1);
  /// Moves all entries of `other` behind (or before) its own; `other` is empty then.
  void append(Listpack&& other);
  /// Cuts off the entries from `at` on and returns them.
  Listpack split(Position at);
  /// Gives spare room back. Positions stay.
  void trim();
  void clear() { *this = Listpack(); }

  /// The first entry from `from` on that holds `text`, looking at every `step`-th; end() when there is none.
  /// REQUIRES: what stands from there on can be divided by `step`.
  Position find(std::string_view text, Position from = 0, std::size_t step = 1) const;

  /// Redis's bytes, header and end mark included.
  std::string serialize() const;
  /// Reads Redis's bytes; nothing when any of it is inconsistent: sizes, lengths, back lengths, the end mark.
  static std::optional<Listpack> parse(std::string_view bytes);

 private:
  // The bytes of room, which of them are in use, and by how many entries.
  struct Frame {
    std::uint32_t capacity, begin, end, count;
  };
  // A block is such a frame with the room behind it. The frame of one with more than 64 KB stands in front of
  // it, and its own capacity is 0.
  struct Block {
    std::uint16_t capacity, begin, end, count;
    unsigned char* data() { return reinterpret_cast<unsigned char*>(this + 1); }
  };
  struct WideBlock {
    Frame frame;
    Block block;
  };
  static constexpr std::size_t kFrame = 7;

  bool is_wide() const { return block_->capacity == 0; }
  Frame& wide_frame() const {
    return reinterpret_cast<WideBlock*>(reinterpret_cast<char*>(block_) - offsetof(WideBlock, block))->frame;
  }
  // REQUIRES: block_ != nullptr.
  Frame frame() const {
    if (is_wide()) return wide_frame();
    return {block_->capacity, block_->begin, block_->end, block_->count};
  }
  void set_frame(const Frame& frame);
  // Nearly all entries are small numbers and short texts, with one byte of length behind: these are read
  // where they are asked for.
  static Item item(const unsigned char* entry) {
    if (*entry < 0x80) return {{}, *entry, true};
    if (*entry < 0xC0)
      return {{reinterpret_cast<const char*>(entry) + 1, static_cast<std::size_t>(*entry & 0x3F)}};
    return other_item(entry);
  }
  static const unsigned char* behind(const unsigned char* entry) {
    if (*entry < 0x80) return entry + 2;
    if (*entry < 0xC0) return entry + 2 + (*entry & 0x3F);
    return behind_other(entry);
  }
  static Item other_item(const unsigned char* entry);
  static const unsigned char* behind_other(const unsigned char* entry);
  static Position before(const unsigned char* entries, Position at);
  void* allocation() const;

  std::uint32_t used() const {
    if (block_ == nullptr) return 0;
    return is_wide() ? wide_frame().end - wide_frame().begin : std::uint32_t{block_->end} - block_->begin;
  }
  unsigned char* entries() const { return block_->data() + (is_wide() ? wide_frame().begin : block_->begin); }
  void allocate(void* old, std::size_t room, bool exact);
  void count_more(std::int64_t n) {
    if (is_wide())
      wide_frame().count = static_cast<std::uint32_t>(wide_frame().count + n);
    else
      block_->count = static_cast<std::uint16_t>(block_->count + n);
  }
  void move_end(std::int64_t n) {
    if (is_wide())
      wide_frame().end = static_cast<std::uint32_t>(wide_frame().end + n);
    else
      block_->end = static_cast<std::uint16_t>(block_->end + n);
  }
  unsigned char* open_gap(Position at, std::size_t size);
  unsigned char* open_gap_inside(Position at, std::size_t size);
  void reserve(std::size_t front, std::size_t back);
  void close_gap(Position at, std::size_t size);
  void shrink();
  unsigned char* resize_entry(Position at, std::size_t size);

  Block* block_ = nullptr;
};

}  // namespace redouble
