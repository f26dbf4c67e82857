// Argument vectors. `Argv` is a view, good for one call; `OwnedArgv` keeps the bytes in one allocation
// (MULTI's queue, a parked command, the slow log).
#pragma once

#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace redouble {

using Argv = std::span<const std::string_view>;

class OwnedArgv {
 public:
  OwnedArgv() = default;
  explicit OwnedArgv(Argv argv) {
    std::size_t total = 0;
    for (const auto argument : argv) total += argument.size();
    bytes_ = std::make_unique<char[]>(total + 1);
    views_.reserve(argv.size());
    char* at = bytes_.get();
    for (const auto argument : argv) {
      if (!argument.empty()) std::memcpy(at, argument.data(), argument.size());
      views_.emplace_back(at, argument.size());
      at += argument.size();
    }
    size_ = total;
  }

  Argv view() const { return views_; }
  operator Argv() const { return views_; }
  /// Bytes held.
  std::size_t bytes() const { return size_ + views_.size() * sizeof(std::string_view); }

 private:
  std::unique_ptr<char[]> bytes_;
  std::vector<std::string_view> views_;
  std::size_t size_ = 0;
};

}  // namespace redouble
