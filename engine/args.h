// A cursor over a command's arguments that keeps the first error and is asked once:
//
//   const auto key = c.args.next();
//   const auto count = c.args.integer();
//   if (!c.args.finished()) return c.args.error();
//
// Reads past the end and after an error give empty or zero values and are harmless.
#pragma once

#include <cstdint>
#include <limits>
#include <string_view>

#include "engine/arguments.h"
#include "protocol/errors.h"
#include "protocol/number.h"

namespace redouble {

/// Case-insensitive comparison of an argument with an ASCII word. Redis compares options as C does: what
/// stands behind a NUL byte in the argument is not looked at.
inline bool same_word(std::string_view text, std::string_view word) {
  constexpr auto upper = [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; };
  if (text.size() < word.size() || (text.size() > word.size() && text[word.size()] != '\0')) return false;
  for (std::size_t i = 0; i < word.size(); ++i)
    if (upper(text[i]) != upper(word[i])) return false;
  return true;
}

/// The same where `word` is upper case.
inline bool is_word(std::string_view text, std::string_view word) {
  if (text.size() < word.size() || (text.size() > word.size() && text[word.size()] != '\0')) return false;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const char c = text[i] >= 'a' && text[i] <= 'z' ? static_cast<char>(text[i] - 32) : text[i];
    if (c != word[i]) return false;
  }
  return true;
}

class Args {
 public:
  /// `argv` with the command's name (and its subcommand's) in front, which the cursor starts behind.
  explicit Args(Argv argv, std::size_t start = 1) : argv_(argv), at_(start) {}

  std::size_t left() const { return at_ < argv_.size() ? argv_.size() - at_ : 0; }
  bool more() const { return at_ < argv_.size() && error_.empty(); }
  std::string_view peek(std::size_t ahead = 0) const {
    return at_ + ahead < argv_.size() ? argv_[at_ + ahead] : std::string_view();
  }
  std::string_view next() {
    if (at_ < argv_.size()) return argv_[at_++];
    fail(err::syntax);
    return {};
  }
  /// Takes the next argument if it is `word` (upper case), whatever its case.
  bool take(std::string_view word) {
    if (at_ >= argv_.size() || !is_word(argv_[at_], word)) return false;
    ++at_;
    return true;
  }
  std::int64_t integer(std::string_view otherwise = err::not_an_integer) {
    const auto number = parse_int64(next());
    if (number) return *number;
    fail(otherwise);
    return 0;
  }
  std::int64_t integer_in(std::int64_t least, std::int64_t most,
                          std::string_view otherwise = err::out_of_range) {
    const auto number = parse_int64(next());
    if (!number)
      fail(err::not_an_integer);
    else if (*number < least || *number > most)
      fail(otherwise);
    else
      return *number;
    return 0;
  }
  /// The same with one error for all that is wrong.
  std::int64_t at_least(std::int64_t least, std::string_view otherwise) {
    const auto number = parse_int64(next());
    if (number && *number >= least) return *number;
    fail(otherwise);
    return 0;
  }
  double real(std::string_view otherwise = err::not_a_float) {
    const auto number = parse_double(next());
    if (number) return *number;
    fail(otherwise);
    return 0;
  }
  /// The rest but the last `n` arguments.
  Argv until_last(std::size_t n) {
    const std::size_t count = left() > n ? left() - n : 0;
    const Argv taken = argv_.subspan(at_ < argv_.size() ? at_ : argv_.size(), count);
    at_ += count;
    return taken;
  }
  Argv rest() { return until_last(0); }

  /// Keeps the first error.
  void fail(std::string_view error) {
    if (error_.empty()) error_ = error;
  }
  bool ok() const { return error_.empty(); }
  /// True when all was read without an error; what is left over is a syntax error.
  bool finished() {
    if (at_ < argv_.size()) fail(err::syntax);
    return error_.empty();
  }
  std::string_view error() const { return error_; }
  /// The whole vector, the command's name first.
  Argv all() const { return argv_; }

 private:
  Argv argv_;
  std::size_t at_;
  std::string_view error_;
};

}  // namespace redouble
