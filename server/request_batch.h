// The requests at the front of a connection's bytes, parsed before the first of them is executed, so that the
// memory which the later ones will need can be fetched meanwhile: with many keys, waiting for it is what a
// pipelined GET spends most of its time on. One batch serves all connections of a loop.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "engine/arguments.h"

namespace redouble {

class RequestBatch {
 public:
  void clear() { count_ = words_used_ = 0; }
  std::size_t size() const { return count_; }
  bool full() const { return count_ == kRequests; }

  /// Takes in a request whose bytes are `size` long. False when there is no room to copy its arguments'
  /// views: they are good until the parser's next request only, so it has to be the last one.
  bool add(Argv argv, std::size_t size) {
    sizes_[count_] = size;
    if (argv.size() > kWords - words_used_) {
      requests_[count_++] = argv;
      return false;
    }
    std::string_view* const copy = words_.data() + words_used_;
    std::copy(argv.begin(), argv.end(), copy);
    words_used_ += argv.size();
    requests_[count_++] = {copy, argv.size()};
    return true;
  }

  std::span<const Argv> requests() const { return {requests_.data(), count_}; }
  /// How many bytes request `i` takes.
  std::size_t bytes(std::size_t i) const { return sizes_[i]; }

 private:
  static constexpr std::size_t kRequests = 32;
  static constexpr std::size_t kWords = 256;

  std::size_t count_ = 0;
  std::size_t words_used_ = 0;
  std::array<Argv, kRequests> requests_;
  std::array<std::size_t, kRequests> sizes_;
  std::array<std::string_view, kWords> words_;
};

}  // namespace redouble
