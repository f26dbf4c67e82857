#include "engine/digest.h"

#include "engine/engine.h"
#include "engine/types/string.h"

namespace redouble {
namespace {

std::string_view bytes_of(const Sha1Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

// Commutes: for things without an order.
void add_unordered(Sha1Digest& sum, std::string_view bytes) {
  const Sha1Digest digest = sha1(bytes);
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] ^= digest[i];
}

// Does not commute: for things in order.
void add_ordered(Sha1Digest& sum, std::string_view bytes) {
  add_unordered(sum, bytes);
  sum = sha1(bytes_of(sum));
}

void add_number(Sha1Digest& sum, std::uint32_t number) {
  const char big_endian[4] = {static_cast<char>(number >> 24), static_cast<char>(number >> 16),
                              static_cast<char>(number >> 8), static_cast<char>(number)};
  add_ordered(sum, {big_endian, 4});
}

void add_value(Sha1Digest& sum, const Entry& entry) {
  add_number(sum, static_cast<std::uint32_t>(entry.kind()));
  IntegerText scratch;
  add_ordered(sum, text_of(entry, scratch));
  if (entry.has_ttl()) add_unordered(sum, "!!expire!!");
}

}  // namespace

Sha1Digest value_digest(const AnyRef& ref) {
  Sha1Digest sum{};
  if (ref) add_value(sum, *ref.entry());
  return sum;
}

Sha1Digest dataset_digest(Engine& engine) {
  Sha1Digest sum{};
  for (int i = 0; i < engine.databases(); ++i) {
    const Keyspace& keys = engine.db(i).keys();
    if (keys.size() == 0) continue;
    add_number(sum, static_cast<std::uint32_t>(i));
    keys.for_each([&](const Entry& entry) {
      Sha1Digest one{};
      add_ordered(one, entry.key());
      add_value(one, entry);
      add_unordered(sum, bytes_of(one));
    });
  }
  return sum;
}

}  // namespace redouble
