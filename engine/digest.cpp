#include "engine/digest.h"

#include "engine/engine.h"
#include "engine/object.h"
#include "engine/types/string.h"

namespace redouble {
namespace {

std::string_view bytes_of(const Sha1Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

void add_number(DigestSum& sum, std::uint32_t number) {
  const char big_endian[4] = {static_cast<char>(number >> 24), static_cast<char>(number >> 16),
                              static_cast<char>(number >> 8), static_cast<char>(number)};
  sum.add_ordered({big_endian, 4});
}

// Redis's number of a type: a stream comes behind the modules' types.
std::uint32_t number_of(Type type) {
  return type == Type::stream ? 6 : static_cast<std::uint32_t>(type);
}

void add_value(DigestSum& sum, const Entry& entry) {
  add_number(sum, number_of(entry.kind()));
  IntegerText scratch;
  if (entry.kind() == Type::string)
    sum.add_ordered(text_of(entry, scratch));
  else
    object_of(entry).digest(sum);
  if (entry.has_ttl()) sum.add_unordered("!!expire!!");
}

}  // namespace

void DigestSum::add_unordered(std::string_view bytes) {
  const Sha1Digest digest = sha1(bytes);
  for (std::size_t i = 0; i < sum_.size(); ++i) sum_[i] ^= digest[i];
}

void DigestSum::add_unordered(const DigestSum& part) {
  add_unordered(bytes_of(part.sum_));
}

void DigestSum::add_ordered(std::string_view bytes) {
  add_unordered(bytes);
  sum_ = sha1(bytes_of(sum_));
}

Sha1Digest value_digest(const AnyRef& ref) {
  DigestSum sum;
  if (ref) add_value(sum, *ref.entry());
  return sum.value();
}

Sha1Digest dataset_digest(Engine& engine) {
  DigestSum sum;
  for (int i = 0; i < engine.databases(); ++i) {
    const Keyspace& keys = engine.db(i).keys();
    if (keys.size() == 0) continue;
    add_number(sum, static_cast<std::uint32_t>(i));
    keys.for_each([&](const Entry& entry) {
      DigestSum one;
      one.add_ordered(entry.key());
      add_value(one, entry);
      sum.add_unordered(one);
    });
  }
  return sum.value();
}

}  // namespace redouble
