// Turns the bytes of a connection into requests, without copying them: arguments are views into the
// caller's buffer. Incremental: a request that is split anywhere is resumed where it stopped, and costs
// nothing more than once through its bytes. Limits and texts are those of redis-server 7.0.15.
//
//   RequestParser parser;
//   switch (parser.parse(bytes, limits)) {
//     case RequestParser::Status::request:    parser.argv(); parser.consumed();
//     case RequestParser::Status::incomplete: keep the bytes, come back with more (same start)
//     case RequestParser::Status::error:      reply parser.error(), then close
//   }
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace redouble {

class RequestParser {
 public:
  /// What a client may send at most. `max_bulk` is `proto-max-bulk-len`.
  struct Limits {
    std::int64_t max_bulk = 512LL * 1024 * 1024;
    bool authenticated = true;  ///< false: ten arguments of 16 KB at most, and 17 KB in all
  };
  enum class Status { request, incomplete, error };

  /// Reads one request from the front of `bytes`, which must start where the last request ended and, after
  /// `incomplete`, must hold the same bytes as before with more behind them (they may have moved).
  /// The arguments of most requests can be put in `room`, which saves copying them there.
  Status parse(std::string_view bytes, const Limits& limits, std::span<std::string_view> room = {});

  /// The arguments of the request just read; an empty request (a blank line, `*0`) has none. Views into
  /// the bytes given to `parse`, or into the parser itself for an inline request; they stand in `room`, or
  /// are valid until the next call.
  std::span<const std::string_view> argv() const {
    if (few_ == 0) return argv_;
    return {few_at_ != nullptr ? few_at_ : few_words_.data(), few_};
  }
  /// How many bytes that request took.
  std::size_t consumed() const { return position_; }
  /// The error reply, code first, without the leading '-'.
  const std::string& error() const { return error_; }
  /// How many bytes are needed in total before the request can be complete; 0 if unknown.
  std::size_t wanted() const { return wanted_; }
  /// Forgets a half-read request.
  void reset();
  /// What is allocated beside the bytes themselves.
  std::size_t memory() const {
    return extents_.capacity() * sizeof(Extent) + argv_.capacity() * sizeof(std::string_view) +
           inline_words_.capacity() * sizeof(std::string);
  }
  /// Gives back what a request of many arguments took, unless another is half read. Invalidates `argv`.
  void trim() {
    if (memory() > kKept && !in_request_) [[unlikely]]
      release();
  }
  /// The same in any case; a half-read request is forgotten.
  void release();

 private:
  static constexpr std::size_t kKept = 2048;
  static constexpr std::size_t kFew = 9;  // arguments

  Status parse_inline(std::string_view bytes, const Limits& limits);
  Status parse_header(std::string_view bytes, const Limits& limits);
  Status parse_arguments(std::string_view bytes, const Limits& limits);
  Status parse_bulk_header(std::string_view bytes, const Limits& limits);
  Status fail(std::string_view text);

  struct Extent {
    std::size_t offset;
    std::size_t size;
  };

  bool in_request_ = false;
  std::size_t position_ = 0;     // first byte not yet understood
  std::int64_t missing_ = 0;     // arguments still to come
  std::int64_t bulk_size_ = -1;  // size of the argument being read, -1 before its header
  std::size_t wanted_ = 0;
  std::size_t few_ = 0;                       // how many words the request has; 0: it is in `argv_`
  const std::string_view* few_at_ = nullptr;  // where they stand; nullptr: in `few_words_`
  std::array<std::string_view, kFew> few_words_;
  std::vector<Extent> extents_;
  std::vector<std::string_view> argv_;
  std::vector<std::string> inline_words_;
  std::string error_;
};

}  // namespace redouble
