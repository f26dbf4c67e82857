// LZF, the compression of strings in RDB files: runs of literal bytes, and copies of up to 264 bytes from up
// to 8 KB back. What the compressor makes is byte for byte what liblzf 3.6 makes for redis-server, as far as
// that is defined: liblzf starts with a table of old positions that it does not clear.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace redouble {

class LzfCompressor {
 public:
  /// Appends the compressed bytes to `out`; false, with `out` as it was, when they would be more than `most`.
  bool compress(std::string_view bytes, std::size_t most, std::string& out);

 private:
  // Where each hash of three bytes was seen last, counted from the start of this compressor's first input:
  // so that what earlier inputs left behind need not be cleared away.
  std::vector<std::uint32_t> seen_;
  std::uint32_t base_ = 0;
};

/// Appends the bytes behind `compressed` to `out`; false when they are not exactly `size`, or it is corrupt.
/// Whatever is wrong, no more than `size` bytes are written, and nothing outside `compressed` is read.
bool lzf_decompress(std::string_view compressed, std::size_t size, std::string& out);

/// An LZF text of so many bytes holds no more than this.
constexpr std::uint64_t lzf_most(std::uint64_t compressed) {
  return compressed * 132;
}

}  // namespace redouble
