// A stream: entries in the order of their ids, in nodes of listpacks (stream_node.h), and the groups that
// read it. Ids only grow; a deleted entry stays in its node, flagged, until the node has no other.
// Whoever writes or reads DUMP payloads uses nodes(), facts(), groups() and the functions named load_….
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/object.h"
#include "engine/types/id_map.h"
#include "engine/types/stream_group.h"
#include "engine/types/stream_node.h"

namespace redouble {

/// What XADD and XTRIM take away at the start of a stream.
struct StreamTrim {
  enum class By : std::uint8_t { nothing, length, id } by = By::nothing;
  bool approximate = false;  // whole nodes only
  std::uint64_t length = 0;  // to be left
  StreamId id;               // the first to be left
  std::int64_t limit = 0;    // entries looked at; 0: all
};

class StreamValue final : public SharedObject {
 public:
  static constexpr Type kType = Type::stream;
  using Nodes = IdMap<StreamNode>;
  using Groups = std::map<std::string, StreamGroup, std::less<>>;

  struct Facts {
    std::uint64_t length = 0;
    std::uint64_t entries_added = 0;  // ever
    StreamId last_id;                 // the greatest ever given
    StreamId first_id;                // 0-0 when it is empty
    StreamId max_deleted_id;          // the greatest that XDEL deleted
  };

  StreamValue() : nodes_(tally_) {}
  ~StreamValue() override = default;

  Encoding encoding() const override { return Encoding::stream; }
  std::size_t size() const override { return facts_.length; }
  std::unique_ptr<Object> clone() const override;
  std::unique_ptr<Object> exact_copy() const override;
  std::size_t bytes() const override { return sizeof(*this) + tally_.bytes; }
  std::size_t modelled_bytes(std::size_t samples) const override;
  std::size_t modelled_allocations() const override;
  void digest(DigestSum& sum) const override;
  bool dismantle(std::size_t n) override;

  const Facts& facts() const { return facts_; }
  const Nodes& nodes() const { return nodes_; }
  Groups& groups() { return groups_; }
  const Groups& groups() const { return groups_; }

  /// Adds an entry with fields and values in turns. REQUIRES: `id` is greater than the last id.
  void append(StreamId id, Argv pairs, const StreamNode::Limits& limits);
  /// False when there is no such entry.
  bool erase(StreamId id);
  /// Returns how many entries went.
  std::int64_t trim(const StreamTrim& how);
  bool contains(StreamId id) const;
  /// The greatest id that is there; 0-0 when it is empty.
  StreamId last_live_id() const;
  void set_last_id(StreamId id) { facts_.last_id = id; }
  void set_entries_added(std::uint64_t n) { facts_.entries_added = n; }
  void set_max_deleted_id(StreamId id) { facts_.max_deleted_id = id; }

  /// nullptr when there is none of that name.
  StreamGroup* group(std::string_view name);
  /// REQUIRES: there is none of that name.
  StreamGroup& create_group(std::string_view name, StreamId last_id, std::int64_t entries_read);
  void delete_group(std::string_view name);
  /// The group has read on to an entry.
  void note_read(StreamGroup& group, StreamId id) const;
  /// How many entries the group has still to read; nothing when that cannot be told.
  std::optional<std::int64_t> lag(const StreamGroup& group) const;

  /// The number that the entry of that id has among all that were ever added; nothing where that is lost.
  std::optional<std::int64_t> entries_up_to(StreamId id) const;

  /// Takes in a node that was read from a payload; false when there is one with that key.
  bool load_node(StreamId key, StreamNode node);
  void load_facts(const Facts& facts) { facts_ = facts; }

 private:
  template <class Change>
  void change(StreamNode& node, Change&& apply);
  Nodes::Position node_of(StreamId id) const;
  bool has_tombstone_behind(StreamId id) const;
  void find_first_id();
  Nodes::Position drop_node(Nodes::Position at);
  bool may_drop(Nodes::Position at, const StreamTrim& how) const;
  std::int64_t trim_node(Nodes::Position at, const StreamTrim& how);

  void count(const StreamNode& node);
  void uncount(const StreamNode& node);

  Tally tally_;
  Facts facts_;
  Nodes nodes_;
  Groups groups_;
};

using Stream = Collection<StreamValue>;

/// Walks the live entries between two ids, both included, in either direction:
///
///   StreamRange range(stream, from, to);
///   while (range.next()) … range.entry() …
///
/// Good until the stream changes.
class StreamRange {
 public:
  enum class Order : std::uint8_t { forward, backward };
  StreamRange(const StreamValue& stream, StreamId from, StreamId to, Order order = Order::forward);

  /// How many entries next() would come to, at most `limit` of them (0: all). REQUIRES: before the first
  /// next().
  std::size_t count(std::size_t limit = 0) const;
  bool next();
  StreamNodeReader& entry() { return *reader_; }

 private:
  using Nodes = StreamValue::Nodes;

  void seek();
  bool step();
  bool enter(Nodes::Position node);
  bool has_node_behind(Nodes::Position node) const;
  Nodes::Position node_behind(Nodes::Position node) const;
  bool ends_behind(Nodes::Position node) const;
  bool is_past_end(StreamId id) const { return backward_ ? id < from_ : id > to_; }

  const StreamValue* stream_;
  const Nodes* nodes_;
  StreamId from_, to_;
  bool backward_;
  bool started_ = false, found_ = false;
  Nodes::Position node_;
  std::optional<StreamNodeReader> reader_;
  std::int64_t passed_ = 0;  // live entries of the node that were stepped over
};

}  // namespace redouble
