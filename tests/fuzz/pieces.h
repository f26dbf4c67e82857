// For checks of incremental parsers.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string_view>

namespace redouble {

/// Bytes in an allocation of exactly their size: reading past their end is seen by AddressSanitizer.
struct ExactCopy {
  explicit ExactCopy(std::string_view text) : size(text.size()), bytes(new char[text.size()]) {
    std::copy(text.begin(), text.end(), bytes.get());
  }
  std::string_view view() const { return {bytes.get(), size}; }

  std::size_t size;
  std::unique_ptr<char[]> bytes;
};

}  // namespace redouble
