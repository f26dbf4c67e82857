// HyperLogLogs as redis-server 7.0.15 keeps them, byte for byte, in a string:
//
//   | "HYLL" | form | 3 unused | cached count, 8 bytes, little endian; its top bit: not valid | registers |
//
// Dense: 16384 registers of 6 bits, the lowest bits first. Sparse: runs of registers, in bytes
//
//   00nnnnnn            n + 1 registers of 0         01nnnnnn nnnnnnnn   the same, up to 16384
//   1vvvvvnn            n + 1 registers of v + 1
//
// Such a string may come from a client: whatever is in it, nothing here reads or writes outside of it. Past
// its end there is a zero byte, as in Redis. Hash: MurmurHash64A (A. Appleby, public domain). Estimator: O.
// Ertl, arXiv:1702.01284.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace redouble::hll {

inline constexpr std::size_t kRegisters = 16384;
inline constexpr std::size_t kHeaderSize = 16;
inline constexpr std::size_t kDenseSize = kHeaderSize + kRegisters * 6 / 8;

enum class Form : std::uint8_t { dense, sparse };
using Registers = std::array<std::uint8_t, kRegisters>;

/// Whether the header is right, and the length if dense.
bool is_hyperloglog(std::string_view bytes);
/// REQUIRES (as all below): is_hyperloglog.
Form form_of(std::string_view bytes);
/// One that has seen nothing, sparse.
std::string_view empty();

/// The register that an element belongs to, and what it raises it to.
struct Place {
  std::size_t index;
  std::uint8_t value;
};
Place place_of(std::string_view element);

/// Raises a register; false when it is as high already.
bool raise_dense(char* bytes, Place place);

enum class Raised : std::uint8_t {
  no,         ///< it is as high already
  yes,        ///< done, the cached count is not valid any more
  too_large,  ///< cannot be done in sparse form, or only in more than the most bytes
  corrupt,
};
/// How many bytes `raise_sparse` may add.
inline constexpr std::size_t kRoom = 3;
/// The same in sparse form, for a string of `size` bytes that has kRoom bytes behind it; updates `size`.
Raised raise_sparse(char* bytes, std::size_t& size, std::size_t most, Place place);

/// The same in dense form, with its header; nothing when the runs are corrupt.
std::optional<std::string> to_dense(std::string_view sparse);
/// Overwrites all registers of a dense one.
void assign_dense(char* bytes, const Registers& registers);
/// Raises each of `into` to the register of `bytes`, of any form; false when its runs are corrupt (`into` is
/// raised in part then).
bool merge(std::string_view bytes, Registers& into);

/// The count that is kept in the header, if it is valid.
std::optional<std::uint64_t> cached_count(std::string_view bytes);
void cache_count(char* bytes, std::uint64_t count);
void invalidate_count(char* bytes);

/// How many different elements it has seen, about; nothing when its runs are corrupt.
std::optional<std::uint64_t> count(std::string_view bytes);
std::uint64_t count(const Registers& registers);

/// The runs of a sparse one as PFDEBUG DECODE shows them: "Z:16384", "z:12 v:1,1 z:3".
std::string describe_runs(std::string_view sparse);
/// A register of a dense one.
std::uint8_t dense_register(std::string_view bytes, std::size_t index);

/// Whether hash, forms and estimator agree with each other.
bool self_test();

}  // namespace redouble::hll
