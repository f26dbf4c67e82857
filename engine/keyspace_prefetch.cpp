// What a pipeline's requests will read is fetched side by side, before the first of them is executed: one
// after the other, each of several reads that depend on one another would wait for the memory. With more keys
// or members than the processor's cache holds that is most of what a lookup costs.
#include <algorithm>

#include "engine/keyspace.h"
#include "engine/object.h"

namespace redouble {
namespace {

constexpr std::size_t kAtOnce = 32;  // about what the processor can have under way

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

// Whether a request's member is to be looked for. A long one takes its time to be hashed, which a hint is not
// worth.
bool looks_for_member(const Entry* entry, std::span<const std::string_view> request) {
  constexpr std::size_t kLong = 256;
  const auto is_long = [&](std::size_t i) { return request.size() > i && request[i].size() > kLong; };
  return entry != nullptr && is_collection(*entry) && !is_long(2) && !is_long(3);
}

}  // namespace

// Of keys with these hashes. Whether some have a value of a kind that keeps its members elsewhere, most
// likely.
bool Keyspace::prefetch_keys(std::span<const std::uint64_t> hashes) const {
  for (const std::uint64_t each : hashes) table_.prefetch_node(each);
  bool is_among_collections = false;
  const Bytes* texts[kAtOnce];
  std::size_t found = 0;
  for (const std::uint64_t each : hashes)
    table_.prefetch_behind_node(each, [&](const Entry& entry) {
      is_among_collections |= is_collection(entry);
      if (const Bytes* const text = text_apart(entry); text != nullptr && found < kAtOnce)
        prefetch_lines(texts[found++] = text, 0, kBeginning);
      else if (entry.kind() != Type::string && entry.nested == 0)
        prefetch_memory(entry.object);
    });
  for (const Bytes* text : std::span(texts, found))
    prefetch_lines(text, kBeginning, sizeof(Bytes) + std::min<std::size_t>(text->size, kMost));
  return is_among_collections;
}

void Keyspace::prefetch(std::span<const std::string_view> words, std::size_t step) const {
  if (is_cached()) return;
  std::uint64_t hashes[kAtOnce];
  std::size_t n = 0;
  for (std::size_t i = 0; i < words.size() && n < kAtOnce; i += step, ++n) {
    hashes[n] = hash(words[i]);
    table_.prefetch_bucket(hashes[n]);
  }
  prefetch_keys({hashes, n});
}

void Keyspace::prefetch_for(std::span<const std::span<const std::string_view>> requests) {
  requests = requests.first(std::min(kAtOnce, requests.size()));
  const auto key_of = [](std::span<const std::string_view> request) {
    return request.size() > 1 ? request[1] : std::string_view();
  };
  const Entry* collections[kAtOnce];
  std::size_t found = 0;
  if (!is_cached()) {
    std::uint64_t hashes[kAtOnce];
    for (std::size_t i = 0; i < requests.size(); ++i) {
      hashes[i] = hash(key_of(requests[i]));
      table_.prefetch_bucket(hashes[i]);
    }
    if (!prefetch_keys({hashes, requests.size()})) return;
    for (; found < requests.size(); ++found)
      collections[found] = find(key_of(requests[found]), hashes[found]);
  } else {
    // Few keys, but one of them may be large: a lookup for each is worth it as long as they are collections.
    for (; found < requests.size() && requests[found].size() > 2; ++found) {
      const std::string_view key = key_of(requests[found]);
      const bool is_same = found > 0 && key == key_of(requests[found - 1]);
      const Entry* const entry = is_same ? collections[found - 1] : find(key);
      if (entry == nullptr || !is_collection(*entry)) break;
      collections[found] = entry;
    }
  }
  for (int step = 0; found > 0 && step < Object::kPrefetchSteps; ++step)
    for (std::size_t i = 0; i < found; ++i)
      if (looks_for_member(collections[i], requests[i]))
        object_of(*collections[i]).prefetch(requests[i], step);
}

}  // namespace redouble
