// What a pipeline's requests will read is fetched side by side, before the first of them is executed: one
// after the other, each of several reads that depend on one another would wait for the memory. With more keys
// or members than the processor's cache holds that is most of what a lookup costs.
#include <algorithm>

#include "engine/keyspace.h"
#include "engine/object.h"

namespace redouble {
namespace {

constexpr std::size_t kAtOnce = 32;  // keys: beyond that the first may be gone again before they are used

// A text that lies outside of its entry, or nullptr.
const Bytes* text_apart(const Entry& entry) {
  const bool is_apart =
      entry.kind() == Type::string && entry.embedded == 0 && entry.coding() != Encoding::integer;
  return is_apart ? entry.bytes : nullptr;
}

// Of a long text the beginning is fetched before its size is known, the rest when that has come. What is
// longer still the processor sees coming.
constexpr std::size_t kBeginning = 512, kMost = 2048;

void prefetch_lines(const Bytes* text, std::size_t from, std::size_t to) {
  constexpr std::size_t kLine = 64;
  for (; from < to; from += kLine) prefetch_memory(reinterpret_cast<const char*>(text) + from);
}

bool is_collection(const Entry& entry) {
  return entry.kind() != Type::string && entry.nested != 0;
}

// The member that a request looks for in a value, most likely: it stands behind the key, or behind a score.
// None where it is long: that takes its time to be hashed, which a hint is not worth.
std::string_view member_in(std::span<const std::string_view> request, const Entry& entry) {
  constexpr std::size_t kLong = 256;
  const std::size_t at = entry.kind() == Type::sorted_set && request.size() > 3 ? 3 : 2;
  return request.size() > at && request[at].size() <= kLong ? request[at] : std::string_view();
}

}  // namespace

// Of keys with these hashes. Whether some have a value with a table of its own, most likely: of the first
// node of a bucket it is not looked whether it is the key's.
bool Keyspace::prefetch_keys(std::span<const std::uint64_t> hashes) const {
  for (const std::uint64_t each : hashes) table_.prefetch_node(each);
  bool is_among_tables = false;
  const Bytes* texts[kAtOnce];
  std::size_t found = 0;
  for (const std::uint64_t each : hashes)
    table_.prefetch_behind_node(each, [&](const Entry& entry) {
      if (is_collection(entry))
        is_among_tables |= object_of(entry).prefetch({}, 0);
      else if (const Bytes* const text = text_apart(entry); text != nullptr && found < kAtOnce)
        prefetch_lines(texts[found++] = text, 0, kBeginning);
      else if (entry.kind() != Type::string)
        prefetch_memory(entry.object);
    });
  for (const Bytes* text : std::span(texts, found))
    prefetch_lines(text, kBeginning, sizeof(Bytes) + std::min<std::size_t>(text->size, kMost));
  return is_among_tables;
}

std::size_t Keyspace::prefetch(std::span<const std::span<const std::string_view>> requests, std::size_t first,
                               std::size_t step) const {
  if (is_cached()) return requests.size();
  std::uint64_t hashes[kAtOnce];
  std::size_t n = 0, taken = 0;
  for (; taken < requests.size(); ++taken) {
    const auto words = requests[taken];
    // A part of them would be in the way of the others.
    if (taken > 0 && words.size() > first + (kAtOnce - n) * step) break;
    for (std::size_t i = first; i < words.size() && n < kAtOnce; i += step, ++n) {
      hashes[n] = hash(words[i]);
      table_.prefetch_bucket(hashes[n]);
    }
  }
  prefetch_keys({hashes, n});
  return taken;
}

void Keyspace::prefetch_for(std::span<const std::span<const std::string_view>> requests) {
  requests = requests.first(std::min(kAtOnce, requests.size()));
  const auto key_of = [](std::span<const std::string_view> request) {
    return request.size() > 1 ? request[1] : std::string_view();
  };
  struct Sought {
    const Object* in;
    std::string_view member;
  };
  Sought sought[kAtOnce];
  std::size_t n = 0;
  if (!is_cached()) {
    std::uint64_t hashes[kAtOnce];
    for (std::size_t i = 0; i < requests.size(); ++i) {
      hashes[i] = hash(key_of(requests[i]));
      table_.prefetch_bucket(hashes[i]);
    }
    if (!prefetch_keys({hashes, requests.size()})) return;
    for (std::size_t i = 0; i < requests.size(); ++i)
      if (const Entry* const entry = find(key_of(requests[i]), hashes[i]); entry && is_collection(*entry))
        sought[n++] = {&object_of(*entry), member_in(requests[i], *entry)};
  } else {
    // Few keys, but one of them may be large: a lookup for each is worth it as long as their values have
    // tables.
    const Entry* entry = nullptr;
    for (; n < requests.size() && requests[n].size() > 2; ++n) {
      if (n == 0 || key_of(requests[n]) != key_of(requests[n - 1])) entry = find(key_of(requests[n]));
      if (entry == nullptr || !is_collection(*entry)) break;
      sought[n] = {&object_of(*entry), member_in(requests[n], *entry)};
      if (!sought[n].in->prefetch({}, 0)) break;
    }
  }
  for (int step = 0; n > 0 && step < Object::kPrefetchSteps; ++step) {
    std::size_t left = 0;
    for (const Sought& each : std::span(sought, n))
      if (each.in->prefetch(each.member, step) && !each.member.empty()) sought[left++] = each;
    n = left;
  }
}

}  // namespace redouble
