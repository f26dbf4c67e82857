#include "engine/types/hyperloglog.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <iterator>
#include <limits>

namespace redouble::hll {
namespace {

constexpr std::string_view kMagic = "HYLL";
constexpr std::size_t kFormAt = 4, kCountAt = 8;
constexpr unsigned kIndexBits = 14;
constexpr unsigned kHashBits = 64 - kIndexBits;

constexpr std::size_t kLongestZeros = 64;   // registers that one byte of zeros can stand for
constexpr std::size_t kLongestValues = 4;   // … and one byte of a value
constexpr std::uint8_t kHighestValue = 32;  // the highest register of the sparse form

std::uint64_t load64(const char* at) {
  std::uint64_t word = 0;
  for (unsigned i = 0; i < 8; ++i)
    word |= static_cast<std::uint64_t>(static_cast<unsigned char>(at[i])) << (8 * i);
  return word;
}

std::uint64_t murmur_hash_64a(std::string_view bytes, std::uint64_t seed) {
  constexpr std::uint64_t kFactor = 0xc6a4a7935bd1e995;
  constexpr unsigned kShift = 47;
  std::uint64_t hash = seed ^ (bytes.size() * kFactor);
  for (; bytes.size() >= 8; bytes.remove_prefix(8)) {
    std::uint64_t word = load64(bytes.data()) * kFactor;
    word ^= word >> kShift;
    hash = (hash ^ word * kFactor) * kFactor;
  }
  if (!bytes.empty()) {
    std::uint64_t rest = 0;
    for (std::size_t i = bytes.size(); i-- > 0;) rest = rest << 8 | static_cast<unsigned char>(bytes[i]);
    hash = (hash ^ rest) * kFactor;
  }
  hash ^= hash >> kShift;
  hash *= kFactor;
  return hash ^ hash >> kShift;
}

// --- Runs ------------------------------------------------------------------------------------------------

struct Run {
  enum class Kind : std::uint8_t { zeros, long_zeros, values } kind;
  std::size_t length;
  std::uint8_t value;

  std::size_t bytes() const { return kind == Kind::long_zeros ? 2 : 1; }
};

// REQUIRES: at < bytes.size().
Run run_at(std::string_view bytes, std::size_t at) {
  const auto byte = static_cast<unsigned char>(bytes[at]);
  if ((byte & 0x80) != 0)
    return {Run::Kind::values, std::size_t{byte & 3u} + 1, static_cast<std::uint8_t>((byte >> 2 & 31) + 1)};
  if ((byte & 0x40) == 0) return {Run::Kind::zeros, std::size_t{byte} + 1, 0};
  const unsigned next = at + 1 < bytes.size() ? static_cast<unsigned char>(bytes[at + 1]) : 0;
  return {Run::Kind::long_zeros, ((byte & 63u) << 8 | next) + std::size_t{1}, 0};
}

bool holds_values(std::string_view bytes, std::size_t at) {
  return at < bytes.size() && (static_cast<unsigned char>(bytes[at]) & 0x80) != 0;
}

char values_run(std::uint8_t value, std::size_t length) {
  return static_cast<char>(0x80 | (value - 1) << 2 | static_cast<int>(length - 1));
}

// What takes the place of a run: a few bytes.
struct Runs {
  char bytes[5];
  std::size_t size = 0;

  void add_values(std::uint8_t value, std::size_t length) {
    if (length > 0) bytes[size++] = values_run(value, length);
  }
  void add_zeros(std::size_t length) {
    if (length == 0) return;
    if (length > kLongestZeros) bytes[size++] = static_cast<char>(0x40 | (length - 1) >> 8);
    bytes[size++] = static_cast<char>(length - 1);
  }
  void add(const Run& run, std::size_t length) {
    if (run.kind == Run::Kind::values)
      add_values(run.value, length);
    else
      add_zeros(length);
  }
};

// Calls visit(first register, run) for each run. Returns whether the runs are as many registers as there must
// be; ends at the first that goes beyond.
template <class Visit>
bool for_each_run(std::string_view bytes, Visit&& visit) {
  std::size_t index = 0;
  for (std::size_t at = kHeaderSize; at < bytes.size();) {
    const Run run = run_at(bytes, at);
    if (index + run.length > kRegisters) return false;
    visit(index, run);
    index += run.length;
    at += run.bytes();
  }
  return index == kRegisters;
}

// Adjacent runs of one value become one, as far as Redis goes: in five steps from the run before the changed
// one.
void join_values(char* bytes, std::size_t& size, std::size_t at) {
  for (int steps = 5; at < size && steps > 0; --steps) {
    const Run run = run_at({bytes, size}, at);
    if (run.kind == Run::Kind::values && holds_values({bytes, size}, at + 1)) {
      const Run next = run_at({bytes, size}, at + 1);
      if (next.value == run.value && run.length + next.length <= kLongestValues) {
        bytes[at + 1] = values_run(run.value, run.length + next.length);
        std::memmove(bytes + at, bytes + at + 1, size - at - 1);
        --size;
        continue;
      }
    }
    at += run.bytes();
  }
}

// --- Registers of 6 bits ---------------------------------------------------------------------------------

// Calls visit(index, value) for all registers: eight in each six bytes.
template <class Visit>
void for_each_register(std::string_view dense, Visit&& visit) {
  const char* at = dense.data() + kHeaderSize;
  for (std::size_t index = 0; index < kRegisters; index += 8, at += 6) {
    std::uint64_t word = 0;
    for (unsigned i = 0; i < 6; ++i)
      word |= static_cast<std::uint64_t>(static_cast<unsigned char>(at[i])) << (8 * i);
    for (std::size_t i = 0; i < 8; ++i) visit(index + i, static_cast<std::uint8_t>(word >> (6 * i) & 63));
  }
}

void set_dense_register(char* bytes, std::size_t index, std::uint8_t value) {
  char* const at = bytes + kHeaderSize + index * 6 / 8;
  const unsigned shift = index * 6 % 8;
  const unsigned mask = 63u << shift, bits = static_cast<unsigned>(value) << shift;
  at[0] = static_cast<char>((static_cast<unsigned char>(at[0]) & ~mask) | bits);
  if (shift > 2) at[1] = static_cast<char>((static_cast<unsigned char>(at[1]) & ~(mask >> 8)) | bits >> 8);
}

// --- The estimator ---------------------------------------------------------------------------------------

// How many registers have which value.
using Histogram = std::array<std::uint64_t, 64>;

double sigma(double x) {
  if (x == 1) return std::numeric_limits<double>::infinity();
  double y = 1, z = x, before = 0;
  do {
    x *= x;
    before = z;
    z += x * y;
    y += y;
  } while (z != before);
  return z;
}

double tau(double x) {
  if (x == 0 || x == 1) return 0;
  double y = 1, z = 1 - x, before = 0;
  do {
    x = std::sqrt(x);
    before = z;
    y *= 0.5;
    z -= (1 - x) * (1 - x) * y;
  } while (z != before);
  return z / 3;
}

std::uint64_t estimate(const Histogram& histogram) {
  constexpr double kAlpha = 0.721347520444481703680;  // 1 / (2 ln 2)
  constexpr double m = kRegisters;
  const auto share = [&](std::size_t value) { return static_cast<double>(histogram[value]); };
  double z = m * tau((m - share(kHashBits + 1)) / m);
  for (std::size_t value = kHashBits; value >= 1; --value) {
    z += share(value);
    z *= 0.5;
  }
  z += m * sigma(share(0) / m);
  const double count = kAlpha * m * m / z;
  // Registers that no element can have brought about: what Redis's conversion makes of infinity.
  if (!(count < 9.2e18)) return std::uint64_t{1} << 63;
  return static_cast<std::uint64_t>(std::llround(count));
}

}  // namespace

bool is_hyperloglog(std::string_view bytes) {
  if (bytes.size() < kHeaderSize || !bytes.starts_with(kMagic)) return false;
  const auto form = static_cast<unsigned char>(bytes[kFormAt]);
  return form == 1 || (form == 0 && bytes.size() == kDenseSize);
}

Form form_of(std::string_view bytes) {
  return static_cast<Form>(bytes[kFormAt]);
}

std::string_view empty() {
  static constexpr char kEmpty[] = "HYLL\1\0\0\0\0\0\0\0\0\0\0\0\x7f\xff";
  return {kEmpty, sizeof kEmpty - 1};
}

Place place_of(std::string_view element) {
  const std::uint64_t hash = murmur_hash_64a(element, 0xadc83b19);
  const std::uint64_t rest = hash >> kIndexBits | std::uint64_t{1} << kHashBits;
  return {static_cast<std::size_t>(hash % kRegisters), static_cast<std::uint8_t>(std::countr_zero(rest) + 1)};
}

std::uint8_t dense_register(std::string_view bytes, std::size_t index) {
  const std::size_t at = kHeaderSize + index * 6 / 8;
  const unsigned shift = index * 6 % 8;
  unsigned bits = static_cast<unsigned char>(bytes[at]);
  if (shift > 2) bits |= static_cast<unsigned>(static_cast<unsigned char>(bytes[at + 1])) << 8;
  return static_cast<std::uint8_t>(bits >> shift & 63);
}

bool raise_dense(char* bytes, Place place) {
  if (dense_register({bytes, kDenseSize}, place.index) >= place.value) return false;
  set_dense_register(bytes, place.index, place.value);
  return true;
}

Raised raise_sparse(char* bytes, std::size_t& size, std::size_t most, Place place) {
  if (place.value > kHighestValue) return Raised::too_large;
  const std::string_view view(bytes, size);
  std::size_t at = kHeaderSize, before = kHeaderSize, first = 0;
  Run run{};
  for (; at < size; at += run.bytes()) {
    run = run_at(view, at);
    if (place.index < first + run.length) break;
    before = at;
    first += run.length;
  }
  if (at >= size) return Raised::corrupt;
  if (run.kind == Run::Kind::values && run.value >= place.value) return Raised::no;
  if (run.length == 1 && run.kind != Run::Kind::long_zeros) {
    bytes[at] = values_run(place.value, 1);
  } else {
    Runs runs;
    runs.add(run, place.index - first);
    runs.add_values(place.value, 1);
    runs.add(run, first + run.length - 1 - place.index);
    const std::size_t grown = size + runs.size - run.bytes();
    if (runs.size > run.bytes() && grown > most) return Raised::too_large;
    // A run whose second byte is missing is the last one, and what takes its place is cut off, too.
    const std::size_t behind = std::min(at + run.bytes(), size);
    std::memmove(bytes + at + runs.size, bytes + behind, size - behind);
    std::memcpy(bytes + at, runs.bytes, std::min(runs.size, grown - at));
    size = grown;
  }
  join_values(bytes, size, before);
  invalidate_count(bytes);
  return Raised::yes;
}

std::optional<std::string> to_dense(std::string_view sparse) {
  std::string dense(kDenseSize, '\0');
  dense.replace(0, kHeaderSize, sparse.substr(0, kHeaderSize));
  dense[kFormAt] = static_cast<char>(Form::dense);
  const bool whole = for_each_run(sparse, [&](std::size_t index, const Run& run) {
    if (run.value == 0) return;
    for (std::size_t i = index; i < index + run.length; ++i) set_dense_register(dense.data(), i, run.value);
  });
  if (!whole) return std::nullopt;
  return dense;
}

void assign_dense(char* bytes, const Registers& registers) {
  for (std::size_t index = 0; index < kRegisters; ++index) set_dense_register(bytes, index, registers[index]);
}

bool merge(std::string_view bytes, Registers& into) {
  if (form_of(bytes) == Form::dense) {
    for_each_register(
        bytes, [&](std::size_t index, std::uint8_t value) { into[index] = std::max(into[index], value); });
    return true;
  }
  return for_each_run(bytes, [&](std::size_t index, const Run& run) {
    if (run.value == 0) return;
    for (std::size_t i = index; i < index + run.length; ++i) into[i] = std::max(into[i], run.value);
  });
}

std::optional<std::uint64_t> cached_count(std::string_view bytes) {
  const std::uint64_t count = load64(bytes.data() + kCountAt);
  if (count >> 63 != 0) return std::nullopt;
  return count;
}

void cache_count(char* bytes, std::uint64_t count) {
  for (unsigned i = 0; i < 8; ++i) bytes[kCountAt + i] = static_cast<char>(count >> (8 * i) & 0xff);
}

void invalidate_count(char* bytes) {
  bytes[kCountAt + 7] = static_cast<char>(bytes[kCountAt + 7] | '\x80');
}

std::optional<std::uint64_t> count(std::string_view bytes) {
  Histogram histogram{};
  if (form_of(bytes) == Form::dense) {
    // Two, lest an addition always wait for the one before it.
    Histogram other{};
    for_each_register(
        bytes, [&](std::size_t index, std::uint8_t value) { ++(index % 2 == 0 ? histogram : other)[value]; });
    for (std::size_t i = 0; i < other.size(); ++i) histogram[i] += other[i];
    return estimate(histogram);
  }
  const bool whole =
      for_each_run(bytes, [&](std::size_t, const Run& run) { histogram[run.value] += run.length; });
  if (!whole) return std::nullopt;
  return estimate(histogram);
}

std::uint64_t count(const Registers& registers) {
  Histogram histogram{};
  for (const std::uint8_t value : registers) ++histogram[value & 63];
  return estimate(histogram);
}

std::string describe_runs(std::string_view sparse) {
  std::string text;
  for (std::size_t at = kHeaderSize; at < sparse.size();) {
    const Run run = run_at(sparse, at);
    at += run.bytes();
    if (!text.empty()) text += ' ';
    if (run.kind == Run::Kind::values)
      fmt::format_to(std::back_inserter(text), "v:{},{}", run.value, run.length);
    else
      fmt::format_to(std::back_inserter(text), "{}:{}", run.kind == Run::Kind::zeros ? 'z' : 'Z', run.length);
  }
  return text;
}

bool self_test() {
  std::string sparse(empty());
  std::string dense = *to_dense(sparse);
  Registers registers{};
  bool is_sparse = true;
  for (std::uint64_t n = 1; n <= 100'000; ++n) {
    const Place place = place_of(fmt::format("{}", n));
    registers[place.index] = std::max(registers[place.index], place.value);
    raise_dense(dense.data(), place);
    if (is_sparse) {
      std::size_t size = sparse.size();
      sparse.resize(size + kRoom);
      is_sparse = raise_sparse(sparse.data(), size, 3000, place) != Raised::too_large;
      sparse.resize(size);
      if (is_sparse && count(sparse) != count(dense)) return false;
    }
    if (n % 10'000 != 0) continue;
    const std::uint64_t counted = *count(dense);
    // Six times the standard error.
    const double error = std::abs(static_cast<double>(counted) / static_cast<double>(n) - 1);
    if (error > 6 * 1.04 / 128 || counted != count(registers)) return false;
  }
  Registers merged{};
  return merge(dense, merged) && merged == registers;
}

}  // namespace redouble::hll
