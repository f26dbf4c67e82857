// What a pipeline's keys lie in is fetched side by side, before the first of them is looked up: one after the
// other, each of three reads that depend on one another would wait for the memory. With more keys than the
// processor's cache holds that is most of what a lookup costs.
#include "engine/keyspace.h"

namespace redouble {
namespace {

// A value that lies outside of its entry. Of a long text the first lines: the processor sees where it goes
// on.
void prefetch_value(const Entry& entry) {
  if (entry.kind() != Type::string) {
    if (entry.nested == 0) prefetch_memory(entry.object);
    return;
  }
  if (entry.embedded != 0 || entry.coding() == Encoding::integer) return;
  const auto* const bytes = reinterpret_cast<const char*>(entry.bytes);
  for (std::size_t at = 0; at < 256; at += 64) prefetch_memory(bytes + at);
}

}  // namespace

void Keyspace::prefetch(std::span<const std::string_view> words, std::size_t step) const {
  // A small table is in the processor's cache anyway.
  constexpr std::size_t kSmallTable = 8192;
  if (table_.buckets(0) + table_.buckets(1) <= kSmallTable) return;
  constexpr std::size_t kAtOnce = 32;  // about what the processor can have under way
  std::uint64_t hashes[kAtOnce];
  std::size_t n = 0;
  for (std::size_t i = 0; i < words.size() && n < kAtOnce; i += step, ++n) {
    hashes[n] = hash(words[i]);
    table_.prefetch_bucket(hashes[n]);
  }
  for (std::size_t i = 0; i < n; ++i) table_.prefetch_node(hashes[i]);
  for (std::size_t i = 0; i < n; ++i) table_.prefetch_behind_node(hashes[i], prefetch_value);
}

}  // namespace redouble
