// See digest.h. Redis's scheme: SHA-1 sums, XORed where order must not matter, hashed again where it must.
#include "engine/digest.h"

#include "engine/engine.h"
#include "engine/types/string.h"

namespace redouble {
namespace {

void merge(Sha1Digest& digest, const Sha1Digest& other) {
  for (std::size_t i = 0; i < digest.size(); ++i) digest[i] ^= other[i];
}

void mix(Sha1Digest& digest, std::string_view bytes) {
  merge(digest, sha1(bytes));
  digest = sha1({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

void mix_number(Sha1Digest& digest, std::uint32_t number) {
  const char bytes[] = {static_cast<char>(number >> 24), static_cast<char>(number >> 16),
                        static_cast<char>(number >> 8), static_cast<char>(number)};
  mix(digest, {bytes, sizeof bytes});
}

void add_value(Sha1Digest& digest, const Entry& entry) {
  mix_number(digest, entry.type);
  IntegerText scratch;
  mix(digest, text_of(entry, scratch));
  if (entry.has_ttl()) merge(digest, sha1("!!expire!!"));
}

}  // namespace

Sha1Digest value_digest(const Entry* entry) {
  Sha1Digest digest{};
  if (entry != nullptr) add_value(digest, *entry);
  return digest;
}

Sha1Digest dataset_digest(Engine& engine) {
  Sha1Digest total{};
  for (int i = 0; i < engine.databases(); ++i) {
    const Keyspace& keys = engine.db(i).keys();
    if (keys.size() == 0) continue;
    mix_number(total, static_cast<std::uint32_t>(i));
    keys.for_each([&](const Entry& entry) {
      Sha1Digest digest{};
      mix(digest, entry.key());
      add_value(digest, entry);
      merge(total, sha1({reinterpret_cast<const char*>(digest.data()), digest.size()}));
    });
  }
  return total;
}

}  // namespace redouble
