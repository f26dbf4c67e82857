// Requests that are parsed before the first of them is executed, so that the memory which the later ones will
// need can be fetched meanwhile: with many keys, waiting for it is what a GET spends most of its time on.
// They are one connection's, or those of several that are served in the same turn of the loop, a part for
// each.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "engine/arguments.h"
#include "protocol/request_parser.h"

namespace redouble {

class RequestBatch {
 public:
  /// One connection's requests in a batch, and what comes behind them in its bytes: an error, less than a
  /// whole request, or (`request`) what has not been looked at.
  struct Part {
    RequestBatch* of = nullptr;
    std::size_t begin = 0, end = 0;
    RequestParser::Status behind = RequestParser::Status::request;
  };

  void clear() { count_ = words_used_ = fetched_ = 0; }
  std::size_t size() const { return count_; }
  /// Forgets the last ones, until there are so many. REQUIRES: none of them has been fetched.
  void shrink(std::size_t size) { count_ = size; }
  bool full() const { return count_ == kRequests || words_used_ == kWords; }

  /// Where the next request's arguments may be put.
  std::span<std::string_view> room() { return {words_.data() + words_used_, kWords - words_used_}; }

  /// Takes in a request whose bytes are `size` long. False, and it is full, when there is no room to copy its
  /// arguments' views: they are good until the parser's next request only, so it has to be the last one.
  bool add(Argv argv, std::size_t size) {
    sizes_[count_] = size;
    if (argv.size() > kWords - words_used_) {
      requests_[count_++] = argv;
      words_used_ = kWords;
      return false;
    }
    std::string_view* const copy = words_.data() + words_used_;
    if (copy != argv.data()) std::copy(argv.begin(), argv.end(), copy);
    words_used_ += argv.size();
    requests_[count_++] = {copy, argv.size()};
    return true;
  }

  Argv request(std::size_t i) const { return requests_[i]; }
  /// How many bytes request `i` takes.
  std::size_t bytes(std::size_t i) const { return sizes_[i]; }

  /// What is to be fetched before request `i` is executed: it and those behind it, unless they have been.
  std::span<const Argv> to_fetch(std::size_t i) {
    if (i < fetched_) return {};
    fetched_ = std::min(count_, i + kFetched);
    return {requests_.data() + i, fetched_ - i};
  }
  /// Requests `i` and behind it, as far as they have been fetched, up to `end`.
  std::span<const Argv> fetched(std::size_t i, std::size_t end) const {
    return {requests_.data() + i, std::min(end, fetched_) - i};
  }
  /// Requests may be executed in another order from now on, and words that belong to a parser may go.
  void fetch_no_more() { fetched_ = kRequests; }

 private:
  static constexpr std::size_t kRequests = 256;
  static constexpr std::size_t kWords = 1024;
  static constexpr std::size_t kFetched = 32;  // beyond that the first may be gone again before they are used

  std::size_t count_ = 0;
  std::size_t words_used_ = 0;
  std::size_t fetched_ = 0;  // requests whose memory is on its way
  std::array<Argv, kRequests> requests_;
  std::array<std::size_t, kRequests> sizes_;
  std::array<std::string_view, kWords> words_;
};

}  // namespace redouble
