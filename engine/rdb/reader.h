// Reads the parts that DUMP payloads and RDB files are made of, from bytes that nobody vouches for. Keeps the
// first thing that is wrong, with its place, and is asked once; whatever is read after it is empty or zero.
// Nothing is ever allocated beyond what the bytes can hold.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace redouble {

class RdbReader {
 public:
  static constexpr std::uint64_t kLongestString = 512 << 20;

  /// `bytes` outlive the reader. A compressed string may not be longer than `longest`.
  explicit RdbReader(std::string_view bytes, std::uint64_t longest = kLongestString)
      : bytes_(bytes), longest_(longest) {}

  std::uint8_t byte();
  std::uint64_t length();
  /// A count of things that take at least one byte each: more than there are bytes is an error.
  std::size_t count();
  /// A string's bytes: in the input where they stand there as they are, else in `scratch`.
  std::string_view string(std::string& scratch);
  double real();
  /// A score as versions up to 7 wrote it: text behind its length, or a code for inf, -inf and nan.
  double ascii_real();
  std::uint64_t fixed64();
  std::string_view raw(std::size_t n);

  std::size_t position() const { return at_; }
  std::size_t left() const { return bytes_.size() - at_; }

  /// Keeps the first reason.
  void fail(std::string_view reason);
  bool ok() const { return error_.empty(); }
  const std::string& error() const { return error_; }
  /// Where the part starts that is wrong.
  std::size_t error_position() const { return error_at_; }

 private:
  std::uint64_t big_endian(std::size_t n);
  std::uint64_t little_endian(std::size_t n);
  std::string_view compressed(std::string& scratch);

  std::string_view bytes_;
  std::uint64_t longest_;
  std::size_t at_ = 0;
  std::string error_;
  std::size_t error_at_ = 0;
};

}  // namespace redouble
