#include "engine/types/string.h"

#include <algorithm>
#include <cstring>

#include "engine/engine.h"
#include "engine/memory_model.h"

namespace redouble {
namespace {

constexpr std::size_t kMaxEmbstr = 44;

Encoding coding_for(std::string_view bytes) {
  return bytes.size() <= kMaxEmbstr ? Encoding::embstr : Encoding::raw;
}

// Spare room is kept exactly as Redis keeps it, because MEMORY USAGE shows it.
std::size_t capacity_to_hold(const Entry& entry, std::size_t before, std::size_t after) {
  const std::size_t room = memory_model::string_capacity(entry, before);
  return after <= room ? room : memory_model::grown_capacity(after);
}

}  // namespace

Entry* insert_text(Keyspace& keys, std::string_view key, std::uint64_t hash, std::string_view bytes,
                   Millis at) {
  if (may_be_int64(bytes))
    if (const auto number = parse_int64(bytes)) return keys.insert_integer(key, hash, *number, at);
  return keys.insert_string(key, hash, bytes, coding_for(bytes), at);
}

std::size_t String::size() const {
  if (entry_->coding() == Encoding::integer) return format_int64(entry_->integer).size();
  return entry_->embedded ? entry_->inside.size : entry_->bytes->size;
}

std::optional<std::int64_t> String::as_int64() const {
  if (entry_->coding() == Encoding::integer) return entry_->integer;
  IntegerText scratch;
  return parse_int64(text(scratch));
}

void String::assign(std::string_view bytes) {
  if (may_be_int64(bytes))
    if (const auto number = parse_int64(bytes)) return assign(*number);
  assign_text(bytes);
}

void String::assign(std::int64_t number) {
  entry_ = entry_ != nullptr ? keys().assign_integer(entry_, number)
                             : db_->adopt(keys().insert_integer(key_, hash_, number));
  keys().set_shared(*entry_, db_->engine().shares_integer(number));
}

void String::assign_text(std::string_view bytes) {
  entry_ = entry_ != nullptr ? keys().assign_string(entry_, bytes, coding_for(bytes))
                             : db_->adopt(keys().insert_string(key_, hash_, bytes, coding_for(bytes)));
}

void String::replace(std::string_view bytes, Millis at) {
  if (entry_ == nullptr) {
    entry_ = db_->adopt(insert_text(keys(), key_, hash_, bytes, at));
    if (entry_->coding() == Encoding::integer)
      keys().set_shared(*entry_, db_->engine().shares_integer(entry_->integer));
    return;
  }
  assign(bytes);
  if (at != kNever || entry_->has_ttl()) db_->set_deadline(*this, at);
}

void String::assign_raw(std::string_view bytes) {
  entry_ = entry_ != nullptr ? keys().assign_string(entry_, bytes, Encoding::raw)
                             : db_->adopt(keys().insert_string(key_, hash_, bytes, Encoding::raw));
  // Redis cuts the spare room off a value that a client sets, but not off one that it made itself.
  if (memory_model::is_trimmed(bytes.size()))
    entry_ = keys().make_growable(entry_, memory_model::capacity_for(bytes.size()));
}

void String::append(std::string_view bytes) {
  if (entry_ == nullptr) return assign(bytes);
  const std::size_t before = size();
  const std::size_t after = before + bytes.size();
  entry_ = keys().make_growable(entry_, capacity_to_hold(*entry_, before, after));
  std::memcpy(entry_->bytes->data() + before, bytes.data(), bytes.size());
  entry_->bytes->size = after;
}

void String::set_range(std::size_t offset, std::string_view bytes) {
  char* data = grow_to(offset + bytes.size());
  std::memcpy(data + offset, bytes.data(), bytes.size());
}

char* String::grow_to(std::size_t size_wanted) {
  const bool is_new = entry_ == nullptr;
  if (is_new) entry_ = db_->adopt(keys().insert_string(key_, hash_, {}, Encoding::raw));
  const std::size_t before = size();
  const std::size_t after = std::max(before, size_wanted);
  entry_ = keys().make_growable(
      entry_, is_new ? memory_model::capacity_for(after) : capacity_to_hold(*entry_, before, after));
  if (after > before) std::memset(entry_->bytes->data() + before, 0, after - before);
  entry_->bytes->size = after;
  return entry_->bytes->data();
}

char* String::make_room(std::size_t more) {
  const std::size_t before = size();
  entry_ = keys().make_growable(entry_, capacity_to_hold(*entry_, before, before + more));
  return entry_->bytes->data();
}

void String::set_size(std::size_t size_wanted) {
  entry_->bytes->size = size_wanted;
}

}  // namespace redouble
