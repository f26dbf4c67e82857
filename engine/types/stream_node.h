// A node of a stream: a listpack of entries in Redis's own format, so that node boundaries, sizes and DUMP
// payloads agree with redis-server's. The first entry gives the node its key and its master fields:
//
//   count | deleted | number of fields | field … | 0
//
// Behind that stand the entries, ids as differences to the node's key, in one of two shapes:
//
//   flags | ms | seq | value … | elements in front            the fields are the master fields
//   flags | ms | seq | number of fields | field value … | elements in front
//
// A deleted entry keeps its place with a flag until the node has no other, which frees it.
#pragma once

#include <cstdint>
#include <optional>

#include "engine/arguments.h"
#include "engine/types/listpack.h"
#include "engine/types/stream_id.h"

namespace redouble {

class StreamNode {
 public:
  /// stream-node-max-bytes and -entries; 0 is no limit.
  struct Limits {
    std::uint64_t bytes = 4096;
    std::int64_t entries = 100;
  };
  /// No node is larger, whatever the limits say.
  static constexpr std::uint64_t kMaxBytes = std::uint64_t{1} << 30;

  explicit StreamNode(const Limits& limits);
  /// Takes Redis's bytes; nothing when anything about them is inconsistent.
  static std::optional<StreamNode> parse(std::string_view bytes);
  StreamNode clone() const;
  /// The same, with the allocation that redis-server would have for this one.
  StreamNode exact_copy() const;

  const Listpack& pack() const { return pack_; }
  std::int64_t live() const { return pack_[0].number; }
  std::int64_t deleted() const { return pack_[pack_.next(0)].number; }
  /// The allocation that redis-server would have for it.
  std::size_t modelled_bytes() const { return allocation_; }

  /// Whether an entry whose fields and values have `size` bytes goes into this node, not into a new one.
  bool has_room_for(std::uint64_t size, const Limits& limits) const;
  /// Adds an entry with fields and values in turns. REQUIRES: `id` is greater than the ids in it; `key` is
  /// the first of them.
  void append(StreamId key, StreamId id, Argv pairs);
  /// The node is full: gives its spare room back.
  void finish();
  /// Flags the entry whose flags stand at `flags`. Positions stay.
  void mark_deleted(Listpack::Position flags);
  /// Counts `n` entries that were flagged. Positions change.
  void count_deleted(std::int64_t n);

 private:
  StreamNode(Listpack pack);
  bool has_master_fields(Argv pairs) const;
  void grew();

  Listpack pack_;
  std::uint32_t allocation_;
};

/// Walks the entries of a node in either direction, deleted ones included. Good until the node changes.
class StreamNodeReader {
 public:
  StreamNodeReader(StreamId key, const StreamNode& node);

  /// Steps to an entry; false when there is none.
  bool first() { return read(first_); }
  bool last() { return back_from(pack_.end()); }
  bool next() { return read(behind()); }
  bool previous() { return back_from(at_); }
  /// Steps to the first entry whose id is not less than `id`; adds the live ones in front of it to `passed`.
  bool seek(StreamId id, std::int64_t& passed);

  StreamId id() const { return id_; }
  bool deleted() const { return (flags_ & kDeleted) != 0; }
  std::size_t fields() const { return fields_; }
  /// Where its flags stand.
  Listpack::Position position() const { return at_; }

  /// Calls `visit(field, value)` with Listpack::Items.
  template <class Visit>
  void for_each_field(Visit&& visit) {
    Listpack::Position master = master_;
    Listpack::Position at = data_;
    for (std::size_t i = 0; i < fields_; ++i) {
      Listpack::Position& name = (flags_ & kSameFields) != 0 ? master : at;
      const Listpack::Item field = pack_[name];
      name = pack_.next(name);
      visit(field, pack_[at]);
      at = pack_.next(at);
    }
    behind_ = pack_.next(at);
  }

  static constexpr std::int64_t kDeleted = 1, kSameFields = 2;

 private:
  StreamId id_at(Listpack::Position ms, Listpack::Position seq) const {
    return {key_.ms + static_cast<std::uint64_t>(pack_[ms].number),
            key_.seq + static_cast<std::uint64_t>(pack_[seq].number)};
  }
  bool read(Listpack::Position at);
  bool back_from(Listpack::Position at);
  Listpack::Position behind() const;

  Listpack::Reader pack_;
  StreamId key_, id_;
  Listpack::Position master_, first_;  // of the master fields, of the first entry
  std::size_t master_fields_;
  Listpack::Position at_ = 0, data_ = 0;  // of the present entry, of its first field or value
  Listpack::Position behind_ = 0;         // of the next entry; 0: not known yet
  std::int64_t flags_ = 0;
  std::size_t fields_ = 0;
};

}  // namespace redouble
