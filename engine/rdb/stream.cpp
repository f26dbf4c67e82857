// Streams as RDB: nodes under their keys, what the stream knows of itself, its groups with their pending
// entries and consumers. The bytes of a node are Redis's, but whether ids ascend, counts agree and every
// pending entry has one owner is checked here: the commands count on it.
#include "engine/rdb/types.h"

namespace redouble::rdb {
namespace {

constexpr std::size_t kIdBytes = 16;

// Big endian, so that they sort as ids do.
void append_id(RdbWriter& out, StreamId id) {
  for (const std::uint64_t half : {id.ms, id.seq})
    for (unsigned shift = 64; shift > 0; shift -= 8) out.byte(static_cast<std::uint8_t>(half >> (shift - 8)));
}

StreamId id_of(std::string_view bytes) {
  StreamId id;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::uint64_t& half = i < 8 ? id.ms : id.seq;
    half = half << 8 | static_cast<std::uint8_t>(bytes[i]);
  }
  return id;
}

void write_lengths(RdbWriter& out, StreamId id) {
  out.length(id.ms);
  out.length(id.seq);
}

StreamId read_lengths(RdbReader& in) {
  StreamId id;
  id.ms = in.length();
  id.seq = in.length();
  return id;
}

void write_group(RdbWriter& out, const StreamGroup& group) {
  write_lengths(out, group.last_id);
  out.length(static_cast<std::uint64_t>(group.entries_read));
  const auto& pending = group.pending();
  out.length(pending.size());
  for (auto at = pending.begin(); at != pending.end(); at = pending.next(at)) {
    append_id(out, pending[at].id);
    out.fixed64(static_cast<std::uint64_t>(pending[at].value.delivered));
    out.length(pending[at].value.deliveries);
  }
  out.length(group.consumers().size());
  for (const auto& [name, consumer] : group.consumers()) {
    out.string(name);
    out.fixed64(static_cast<std::uint64_t>(consumer.seen));
    out.length(consumer.pending.size());
    const auto& ids = consumer.pending;
    for (auto at = ids.begin(); at != ids.end(); at = ids.next(at)) append_id(out, ids[at].id);
  }
}

class StreamReader {
 public:
  StreamReader(RdbReader& in, std::uint8_t kind) : in_(in), kind_(kind) {}

  std::unique_ptr<StreamValue> read();

 private:
  void node();
  void entries(StreamId key, const StreamNode& node);
  void facts();
  void group();
  void pending(StreamGroup& group);
  void consumer(StreamGroup& group);
  Millis time();
  bool has_new_fields() const { return kind_ == kStreamListpacks2; }

  RdbReader& in_;
  std::uint8_t kind_;
  std::unique_ptr<StreamValue> stream_ = std::make_unique<StreamValue>();
  std::uint64_t live_ = 0;      // entries found in nodes
  StreamId first_live_, last_;  // of them
  std::size_t seen_ = 0;        // deleted ones included
};

void StreamReader::entries(StreamId key, const StreamNode& node) {
  StreamNodeReader entry(key, node);
  for (bool more = entry.first(); more; more = entry.next(), ++seen_) {
    if (entry.id() < key || (seen_ > 0 && entry.id() <= last_))
      return in_.fail("a stream's entries are not in the order of their ids");
    last_ = entry.id();
    if (entry.deleted()) continue;
    if (live_++ == 0) first_live_ = entry.id();
  }
}

void StreamReader::node() {
  std::string scratch;
  const auto key = in_.string(scratch);
  if (in_.ok() && key.size() != kIdBytes) in_.fail("a stream's node has a key that is not an id");
  if (!in_.ok()) return;
  const StreamId id = id_of(key);
  const auto bytes = in_.string(scratch);
  if (!in_.ok()) return;
  auto node = StreamNode::parse(bytes);
  if (!node) return in_.fail("a stream's node is corrupt");
  entries(id, *node);
  if (in_.ok() && !stream_->load_node(id, std::move(*node))) in_.fail("a stream has a node twice");
}

// A stream of before 7.0 has lost how many entries it ever had: those that are there are taken for all.
void StreamReader::facts() {
  StreamValue::Facts facts;
  facts.length = in_.length();
  facts.last_id = read_lengths(in_);
  facts.first_id = first_live_;
  facts.entries_added = facts.length;
  if (has_new_fields()) {
    facts.first_id = read_lengths(in_);
    facts.max_deleted_id = read_lengths(in_);
    facts.entries_added = in_.length();
  }
  if (!in_.ok()) return;
  if (facts.length != live_)
    in_.fail("a stream's length is not the number of its entries");
  else if (seen_ > 0 && facts.last_id < last_)
    in_.fail("a stream's last id is not the greatest");
  else if (facts.entries_added < facts.length || facts.entries_added > INT64_MAX)
    in_.fail("a stream's count of added entries is impossible");
  else
    stream_->load_facts(facts);
}

Millis StreamReader::time() {
  const std::uint64_t ms = in_.fixed64();
  if (ms > INT64_MAX) in_.fail("a stream's group has an impossible time");
  return in_.ok() ? static_cast<Millis>(ms) : 0;
}

void StreamReader::pending(StreamGroup& group) {
  const StreamId id = id_of(in_.raw(kIdBytes));
  StreamPending entry;
  entry.delivered = time();
  entry.deliveries = in_.length();
  if (in_.ok() && !group.pending().insert(id, entry).second) in_.fail("a group has a pending entry twice");
}

void StreamReader::consumer(StreamGroup& group) {
  std::string scratch;
  const auto name = in_.string(scratch);
  if (in_.ok() && group.consumer(name) != nullptr) in_.fail("a group has a consumer twice");
  const Millis seen = time();
  if (!in_.ok()) return;
  StreamConsumer& consumer = group.create_consumer(name, seen);
  for (std::size_t n = in_.count(); n > 0 && in_.ok(); --n) {
    const StreamId id = id_of(in_.raw(kIdBytes));
    if (!in_.ok()) return;
    StreamPending* entry = group.pending().find(id);
    if (entry == nullptr || entry->consumer != nullptr)
      return in_.fail("a consumer's pending entry is not the group's, or another consumer's");
    group.assign(id, *entry, consumer);
  }
}

void StreamReader::group() {
  std::string scratch;
  const auto name = in_.string(scratch);
  const StreamId last = read_lengths(in_);
  std::int64_t read = StreamGroup::kUnknown;
  if (has_new_fields()) read = static_cast<std::int64_t>(in_.length());
  if (in_.ok() && read < StreamGroup::kUnknown) in_.fail("a group has read an impossible number of entries");
  if (in_.ok() && stream_->group(name) != nullptr) in_.fail("a stream has a group twice");
  if (!in_.ok()) return;
  StreamGroup& group = stream_->create_group(name, last, read);
  if (!has_new_fields()) group.entries_read = stream_->entries_up_to(last).value_or(StreamGroup::kUnknown);
  for (std::size_t n = in_.count(); n > 0 && in_.ok(); --n) pending(group);
  std::size_t owned = 0;
  for (std::size_t n = in_.count(); n > 0 && in_.ok(); --n) consumer(group);
  for (const auto& [_, one] : group.consumers()) owned += one.pending.size();
  if (in_.ok() && owned != group.pending().size()) in_.fail("a group's pending entry has no consumer");
}

std::unique_ptr<StreamValue> StreamReader::read() {
  for (std::size_t n = in_.count(); n > 0 && in_.ok(); --n) node();
  if (in_.ok()) facts();
  for (std::size_t n = in_.count(); n > 0 && in_.ok(); --n) group();
  return in_.ok() ? std::move(stream_) : nullptr;
}

}  // namespace

void write_stream(RdbWriter& out, const StreamValue& stream) {
  const auto& nodes = stream.nodes();
  out.length(nodes.size());
  for (auto at = nodes.begin(); at != nodes.end(); at = nodes.next(at)) {
    out.length(kIdBytes);
    append_id(out, nodes[at].id);
    out.string(nodes[at].value.pack().serialize());
  }
  const auto& facts = stream.facts();
  out.length(facts.length);
  write_lengths(out, facts.last_id);
  write_lengths(out, facts.first_id);
  write_lengths(out, facts.max_deleted_id);
  out.length(facts.entries_added);
  out.length(stream.groups().size());
  for (const auto& [name, group] : stream.groups()) {
    out.string(name);
    write_group(out, group);
  }
}

std::unique_ptr<StreamValue> read_stream(RdbReader& in, std::uint8_t kind) {
  return StreamReader(in, kind).read();
}

}  // namespace redouble::rdb
