// A map from stream ids to small values, in order: the nodes of a stream, and what a group or a consumer has
// not acknowledged yet. Sorted arrays of up to 64 items behind one another: a lookup is two binary searches,
// an id behind all others is appended in constant time, and an item costs little more than its bytes.
// Its memory is counted in a tally of its owner's, beside what redis-server's radix tree would take. A
// mutation makes positions and references invalid.
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <new>
#include <utility>
#include <vector>

#include "engine/types/radix_nodes.h"
#include "engine/types/stream_id.h"

namespace redouble {

/// The memory of a stream's parts, and what redis-server would have allocated for them.
struct Tally {
  std::size_t bytes = 0, modelled = 0;
};

template <class T>
class IdMap {
 public:
  struct Item {
    StreamId id;
    [[no_unique_address]] T value;
  };
  struct Position {
    std::size_t chunk, index;
    bool operator==(const Position&) const = default;
  };

  /// `tally` outlives the map.
  explicit IdMap(Tally& tally) : tally_(&tally) { remodel(); }
  IdMap(const IdMap&) = delete;
  IdMap& operator=(const IdMap&) = delete;
  ~IdMap() {
    clear();
    tally_->modelled -= modelled_;
  }

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  Position begin() const { return {0, 0}; }
  Position end() const { return {chunks_.size(), 0}; }
  /// REQUIRES: at != end().
  Position next(Position at) const {
    return at.index + 1 < chunks_[at.chunk].size() ? Position{at.chunk, at.index + 1}
                                                   : Position{at.chunk + 1, 0};
  }
  /// REQUIRES: at != begin().
  Position previous(Position at) const {
    return at.index > 0 ? Position{at.chunk, at.index - 1}
                        : Position{at.chunk - 1, chunks_[at.chunk - 1].size() - 1};
  }
  /// REQUIRES: at != end().
  Item& operator[](Position at) { return chunks_[at.chunk][at.index]; }
  const Item& operator[](Position at) const { return chunks_[at.chunk][at.index]; }
  /// REQUIRES: !empty().
  Item& back() { return chunks_.back().back(); }
  const Item& front() const { return chunks_.front().front(); }
  const Item& back() const { return chunks_.back().back(); }

  /// The first item whose id is not less than `id`.
  Position lower_bound(StreamId id) const {
    if (empty()) return end();
    auto chunk = chunks_.end() - 1;
    if (id < chunk->front().id)
      chunk = std::partition_point(chunks_.begin(), chunk, [&](const Chunk& c) { return c.back().id < id; });
    const auto item =
        std::partition_point(chunk->begin(), chunk->end(), [&](const Item& i) { return i.id < id; });
    if (item == chunk->end()) return end();
    return {static_cast<std::size_t>(chunk - chunks_.begin()),
            static_cast<std::size_t>(item - chunk->begin())};
  }
  T* find(StreamId id) {
    const Position at = lower_bound(id);
    return at != end() && (*this)[at].id == id ? &(*this)[at].value : nullptr;
  }

  /// The value under `id`, and whether it was put there just now; one that is there already stays.
  std::pair<T*, bool> insert(StreamId id, T value) {
    Position at = empty() || back().id < id ? end() : lower_bound(id);
    if (at != end() && (*this)[at].id == id) return {&(*this)[at].value, false};
    if (at == end()) at = place_behind_all();
    if (chunks_[at.chunk].size() == kMost) at = split(at);
    Chunk& chunk = chunks_[at.chunk];
    const std::size_t before = chunk.capacity();
    try {
      if (chunk.size() == before) chunk.reserve(std::min(kMost, std::max<std::size_t>(1, 2 * before)));
    } catch (const std::bad_alloc&) {
      if (chunk.empty()) chunks_.pop_back();
      throw;
    }
    const auto item = chunk.insert(chunk.begin() + signed_(at.index), Item{id, std::move(value)});
    count(before, chunk.capacity());
    ++size_;
    remodel();
    return {&item->value, true};
  }
  /// Returns the position of what follows.
  Position erase(Position at) {
    Chunk& chunk = chunks_[at.chunk];
    const std::size_t before = chunk.capacity();
    chunk.erase(chunk.begin() + signed_(at.index));
    --size_;
    remodel();
    if (chunk.empty()) {
      chunks_.erase(chunks_.begin() + signed_(at.chunk));
      count(before, 0);
      return {at.chunk, 0};
    }
    if (chunk.size() < chunk.capacity() / 4) chunk.shrink_to_fit();
    count(before, chunk.capacity());
    return at.index < chunk.size() ? at : Position{at.chunk + 1, 0};
  }
  /// Becomes as `other` is, with `copy(value)` in the place of each value. REQUIRES: empty.
  template <class Copy>
  void copy_from(const IdMap& other, Copy&& copy) {
    chunks_.reserve(other.chunks_.size());
    for (const Chunk& from : other.chunks_) {
      Chunk& chunk = chunks_.emplace_back();
      chunk.reserve(from.capacity());
      for (const Item& item : from) chunk.push_back(Item{item.id, copy(item.value)});
      count(0, chunk.capacity());
    }
    size_ = other.size_;
    changes_ = other.changes_;
    measured_ = other.measured_;
    bytes_a_thousand_ = other.bytes_a_thousand_;
    tally_->modelled += other.modelled_ - modelled_;
    modelled_ = other.modelled_;
  }
  bool erase(StreamId id) {
    const Position at = lower_bound(id);
    if (at == end() || (*this)[at].id != id) return false;
    erase(at);
    return true;
  }
  void clear() {
    for (const Chunk& chunk : chunks_) count(chunk.capacity(), 0);
    chunks_.clear();
    size_ = 0;
    remodel();
  }

 private:
  using Chunk = std::vector<Item>;
  static constexpr std::size_t kMost = 64;

  static std::ptrdiff_t signed_(std::size_t n) { return static_cast<std::ptrdiff_t>(n); }

  // Memory of a chunk that had room for `before` items and has it for `after` now.
  void count(std::size_t before, std::size_t after) {
    const auto bytes = [](std::size_t room) { return room == 0 ? 0 : room * sizeof(Item) + sizeof(Chunk); };
    tally_->bytes += bytes(after) - bytes(before);
  }
  // redis-server's tree and, where T says what it keeps of an item beside, that too. Measured when the map
  // has grown or shrunk by half, and in between taken to have all items alike.
  void remodel() {
    if (2 * ++changes_ > measured_) measure();
    constexpr std::size_t kTree = 32, kNoKey = 8;
    std::size_t beside = 0;
    if constexpr (requires { T::kModelledBytes; }) beside = T::kModelledBytes;
    const std::size_t items = size_ * bytes_a_thousand_ / 1024 / 8 * 8 + beside * size_;
    const std::size_t now = kTree + (empty() ? kNoKey : items);
    tally_->modelled += now - modelled_;
    modelled_ = now;
  }
  void measure() {
    constexpr std::size_t kSamples = 8;
    const std::size_t step = std::max<std::size_t>(1, chunks_.size() / kSamples);
    std::size_t ids = 0, bytes = 0;
    RadixNodes nodes;
    for (std::size_t i = 0; i < chunks_.size(); i += step) {
      for (const Item& item : chunks_[i]) nodes.add(item.id);
      ids += chunks_[i].size();
      if (step == 1) continue;
      bytes += nodes.bytes();
      nodes = {};
    }
    if (step == 1) bytes = nodes.bytes();
    bytes_a_thousand_ = ids == 0 ? 0 : bytes * 1024 / ids;
    measured_ = size_;
    changes_ = 0;
  }
  Position place_behind_all() {
    if (chunks_.empty() || chunks_.back().size() == kMost) chunks_.emplace_back();
    return {chunks_.size() - 1, chunks_.back().size()};
  }
  // Halves a full chunk; returns where `at` is now.
  Position split(Position at) {
    if (chunks_.size() == chunks_.capacity()) chunks_.reserve(2 * chunks_.size());
    Chunk& full = chunks_[at.chunk];
    const auto middle = full.begin() + signed_(kMost / 2);
    Chunk upper;
    upper.reserve(kMost);
    std::move(middle, full.end(), std::back_inserter(upper));
    count(0, upper.capacity());
    full.erase(middle, full.end());
    chunks_.insert(chunks_.begin() + signed_(at.chunk) + 1, std::move(upper));
    return at.index <= kMost / 2 ? at : Position{at.chunk + 1, at.index - kMost / 2};
  }

  Tally* tally_;
  std::vector<Chunk> chunks_;  // none of them empty
  std::size_t size_ = 0;
  std::size_t modelled_ = 0;                // in the tally
  std::size_t changes_ = 0, measured_ = 0;  // since the last measurement; how many items there were
  std::size_t bytes_a_thousand_ = 0;        // for 1,024 ids
};

}  // namespace redouble
