#include "engine/types/stream_node.h"

#include <algorithm>
#include <span>

#include "engine/memory_model.h"

namespace redouble {
namespace {

// What redis-server allocates for a new node, if stream-node-max-bytes is not less.
constexpr std::uint64_t kPreallocated = 4096;

std::uint32_t size_class(std::size_t bytes) {
  return static_cast<std::uint32_t>(memory_model::size_class(bytes));
}

}  // namespace

StreamNode::StreamNode(const Limits& limits)
    : allocation_(size_class(limits.bytes == 0 ? kPreallocated : std::min(limits.bytes, kPreallocated))) {}

StreamNode::StreamNode(Listpack pack)
    : pack_(std::move(pack)), allocation_(size_class(pack_.serialized_size())) {}

StreamNode StreamNode::clone() const {
  return StreamNode(pack_.clone());
}

StreamNode StreamNode::exact_copy() const {
  StreamNode copy = clone();
  copy.allocation_ = allocation_;
  return copy;
}

bool StreamNode::has_room_for(std::uint64_t size, const Limits& limits) const {
  const std::uint64_t most = limits.bytes == 0 ? kMaxBytes : std::min(limits.bytes, kMaxBytes);
  if (pack_.serialized_size() + size >= most) return false;
  return limits.entries == 0 || live() + deleted() < limits.entries;
}

bool StreamNode::has_master_fields(Argv pairs) const {
  Listpack::Position at = pack_.next(pack_.next(0));
  if (pack_[at].number != static_cast<std::int64_t>(pairs.size() / 2)) return false;
  for (std::size_t i = 0; i < pairs.size(); i += 2) {
    at = pack_.next(at);
    if (pack_[at] != pairs[i]) return false;
  }
  return true;
}

void StreamNode::append(StreamId key, StreamId id, Argv pairs) {
  const auto n = static_cast<std::int64_t>(pairs.size() / 2);
  const bool is_first = pack_.empty();
  const bool same = is_first || has_master_fields(pairs);
  const std::int64_t numbers[] = {same ? StreamNodeReader::kSameFields : 0,
                                  static_cast<std::int64_t>(id.ms - key.ms),
                                  static_cast<std::int64_t>(id.seq - key.seq), n};
  const std::span head(numbers, same ? 3 : 4);
  const std::int64_t elements = same ? n + 3 : 2 * n + 4;
  const std::int64_t count = is_first ? 1 : live() + 1;

  // All room that is needed, the count's too: what follows does not fail.
  std::size_t room = Listpack::entry_size(elements) + Listpack::entry_size(count) -
                     (is_first ? 0 : Listpack::entry_size(count - 1));
  for (const std::int64_t number : head) room += Listpack::entry_size(number);
  const std::size_t left_out = same && !is_first ? 1 : 0;  // of each pair, since the master fields are known
  for (std::size_t i = left_out; i < pairs.size(); i += 1 + left_out) room += Listpack::entry_size(pairs[i]);
  if (is_first) room += 2 * Listpack::entry_size(0) + Listpack::entry_size(n);
  {
    Listpack::Appender entry(pack_, room);
    if (is_first) {
      for (const std::int64_t number : {count, std::int64_t{0}, n}) entry.add(number);
      for (std::size_t i = 0; i < pairs.size(); i += 2) entry.add(pairs[i]);
      entry.add(std::int64_t{0});
    }
    for (const std::int64_t number : head) entry.add(number);
    for (std::size_t i = same ? 1 : 0; i < pairs.size(); i += same ? 2 : 1) entry.add(pairs[i]);
    entry.add(elements);
  }
  if (!is_first) pack_.replace(0, count);
  grew();
}

void StreamNode::grew() {
  if (pack_.serialized_size() > allocation_) allocation_ = size_class(pack_.serialized_size());
}

void StreamNode::finish() {
  pack_.trim();
  allocation_ = std::min(allocation_, size_class(pack_.serialized_size()));
}

void StreamNode::mark_deleted(Listpack::Position flags) {
  pack_.replace(flags, pack_[flags].number | StreamNodeReader::kDeleted);
}

void StreamNode::count_deleted(std::int64_t n) {
  const std::size_t before = pack_.serialized_size();
  pack_.replace(0, live() - n);
  // What becomes smaller is allocated anew, and loses its spare room.
  if (pack_.serialized_size() < before) allocation_ = size_class(pack_.serialized_size());
  pack_.replace(pack_.next(0), deleted() + n);
  grew();
}

// Every number where a number must be, every count as it is said.
std::optional<StreamNode> StreamNode::parse(std::string_view bytes) {
  auto pack = Listpack::parse(bytes);
  if (!pack) return std::nullopt;
  Listpack::Position at = pack->begin();
  bool good = true;
  const auto number = [&](std::int64_t least) {
    if (!good || at == pack->end() || !(*pack)[at].is_number || (*pack)[at].number < least) {
      good = false;
      return std::int64_t{0};
    }
    const std::int64_t value = (*pack)[at].number;
    at = pack->next(at);
    return value;
  };
  const auto skip = [&](std::int64_t n) {
    for (; n > 0 && good; --n) {
      good = at != pack->end();
      if (good) at = pack->next(at);
    }
  };
  const std::int64_t live = number(0), deleted = number(0), master_fields = number(1);
  skip(master_fields);
  if (number(0) != 0) return std::nullopt;
  std::int64_t seen[2] = {0, 0};
  while (good && at != pack->end()) {
    const std::int64_t flags = number(0);
    if (flags > (StreamNodeReader::kDeleted | StreamNodeReader::kSameFields)) return std::nullopt;
    number(INT64_MIN);
    number(INT64_MIN);
    const bool same = (flags & StreamNodeReader::kSameFields) != 0;
    const std::int64_t fields = same ? master_fields : number(1);
    if (fields > static_cast<std::int64_t>(pack->count())) return std::nullopt;
    skip(same ? fields : 2 * fields);
    if (number(0) != (same ? fields + 3 : 2 * fields + 4)) return std::nullopt;
    ++seen[flags & StreamNodeReader::kDeleted];
  }
  if (!good || seen[0] != live || seen[1] != deleted || live + deleted == 0) return std::nullopt;
  return StreamNode(std::move(*pack));
}

StreamNodeReader::StreamNodeReader(StreamId key, const StreamNode& node) : pack_(node.pack()), key_(key) {
  Listpack::Position at = pack_.next(pack_.next(0));
  master_fields_ = static_cast<std::size_t>(pack_[at].number);
  master_ = pack_.next(at);
  at = master_;
  for (std::size_t i = 0; i <= master_fields_; ++i) at = pack_.next(at);
  first_ = at;
}

bool StreamNodeReader::read(Listpack::Position at) {
  if (at == pack_.end()) return false;
  at_ = at;
  flags_ = pack_[at].number;
  const auto ms = pack_.next(at), seq = pack_.next(ms);
  id_ = id_at(ms, seq);
  at = pack_.next(seq);
  fields_ = master_fields_;
  if ((flags_ & kSameFields) == 0) {
    fields_ = static_cast<std::size_t>(pack_[at].number);
    at = pack_.next(at);
  }
  data_ = at;
  behind_ = 0;
  return true;
}

// What is passed over is read no further than to its end.
bool StreamNodeReader::seek(StreamId id, std::int64_t& passed) {
  Listpack::Position at = first_;
  while (at != pack_.end()) {
    const std::int64_t flags = pack_[at].number;
    const auto ms = pack_.next(at), seq = pack_.next(ms);
    if (id_at(ms, seq) >= id) break;
    auto behind = pack_.next(seq);
    std::size_t left = master_fields_ + 1;
    if ((flags & kSameFields) == 0) {
      left = 2 * static_cast<std::size_t>(pack_[behind].number) + 1;
      behind = pack_.next(behind);
    }
    for (; left > 0; --left) behind = pack_.next(behind);
    passed += (flags & kDeleted) == 0 ? 1 : 0;
    at = behind;
  }
  return read(at);
}

bool StreamNodeReader::back_from(Listpack::Position at) {
  if (at == first_) return false;
  at = pack_.previous(at);
  for (std::int64_t n = pack_[at].number; n > 0; --n) at = pack_.previous(at);
  return read(at);
}

Listpack::Position StreamNodeReader::behind() const {
  if (behind_ != 0) return behind_;
  Listpack::Position at = data_;
  const std::size_t elements = (flags_ & kSameFields) != 0 ? fields_ : 2 * fields_;
  for (std::size_t i = 0; i <= elements; ++i) at = pack_.next(at);
  return at;
}

}  // namespace redouble
