#include "protocol/request_parser.h"

#include <climits>
#include <cstring>

#include "protocol/number.h"
#include "protocol/split_args.h"

namespace redouble {
namespace {

constexpr std::size_t kMaxInline = 64 * 1024;
constexpr std::size_t kManyArguments = 64;
constexpr std::int64_t kMaxUnauthenticatedArguments = 10;
constexpr std::int64_t kMaxUnauthenticatedBulk = 16 * 1024;
// Enough for AUTH with the longest name or password. Redis lets ten such arguments pass.
constexpr std::size_t kMaxUnauthenticatedRequest = 17 * 1024;

// Whether what has no end yet, a line or the number in a header at the end of `bytes`, is too long.
bool too_long(std::string_view line, std::string_view bytes, const RequestParser::Limits& limits) {
  return limits.authenticated ? line.size() > kMaxInline : bytes.size() > kMaxUnauthenticatedRequest;
}

// The common header, "<type><one to four digits>\r\n", read without looking for its end first. Returns the
// number of bytes it takes, or 0 when it is anything else, and then says nothing about it.
std::size_t short_header(std::string_view bytes, char type, std::int64_t& number) {
  constexpr std::size_t kMostDigits = 4;
  if (bytes.size() < kMostDigits + 3 || bytes[0] != type || bytes[1] == '0') return 0;
  std::int64_t value = 0;
  std::size_t i = 1;
  for (; i <= kMostDigits && bytes[i] >= '0' && bytes[i] <= '9'; ++i) value = value * 10 + (bytes[i] - '0');
  if (i == 1 || bytes[i] != '\r') return 0;
  number = value;
  return i + 2;
}

constexpr std::int64_t kLongestQuick = 9'999;

// The common request in one pass: all of it is there, and it has no more arguments than there is room for (99
// at most), each of up to 9,999 bytes. Returns the number of bytes it takes, or 0 for any other, and then
// says nothing about it.
inline std::size_t whole_request(std::string_view bytes, std::span<std::string_view> room,
                                 std::size_t& count) {
  // Of a header that has not ended yet, and of an argument, "$0\r\n\r\n".
  constexpr std::ptrdiff_t kShortestHeader = 5, kShortest = 6;
  const auto digit = [](char c) { return static_cast<std::size_t>(static_cast<unsigned char>(c - '0')); };
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  if (end - at < kShortestHeader || at[0] != '*') return 0;
  count = digit(at[1]);
  if (count == 0 || count > 9) return 0;
  at += 2;
  if (*at != '\r') {
    const std::size_t next = digit(*at++);
    if (next > 9 || *at != '\r') return 0;
    count = count * 10 + next;
  }
  if (count > room.size()) return 0;
  at += 2;
  for (std::size_t i = 0; i < count; ++i) {
    if (end - at < kShortest || at[0] != '$') return 0;
    std::size_t size = digit(at[1]);
    if (size > 9) return 0;
    at += 2;
    if (*at != '\r') {
      // Up to three more digits, of a text that is not empty.
      if (size == 0) return 0;
      for (int n = 0; n < 3 && *at != '\r'; ++n) {
        const std::size_t next = digit(*at++);
        if (next > 9) return 0;
        size = size * 10 + next;
      }
      if (*at != '\r') return 0;
    }
    // Two bytes behind the size, and two behind the argument.
    if (end - at < static_cast<std::ptrdiff_t>(size) + 4) return 0;
    room[i] = {at + 2, size};
    at += size + 4;
  }
  return static_cast<std::size_t>(at - bytes.data());
}

}  // namespace

void RequestParser::reset() {
  in_request_ = false;
  position_ = 0;
  bulk_size_ = -1;
  wanted_ = 0;
  few_ = 0;
}

void RequestParser::release() {
  reset();
  // Assigning {} would keep their capacity.
  std::vector<Extent>().swap(extents_);
  std::vector<std::string_view>().swap(argv_);
  std::vector<std::string>().swap(inline_words_);
}

RequestParser::Status RequestParser::fail(std::string_view text) {
  error_.assign("ERR Protocol error: ").append(text);
  return Status::error;
}

RequestParser::Status RequestParser::parse(std::string_view bytes, const Limits& limits,
                                           std::span<std::string_view> room) {
  if (!in_request_) {
    const bool is_own = room.size() < kFew;
    if (is_own) room = few_words_;
    if (limits.authenticated && limits.max_bulk >= kLongestQuick) [[likely]] {
      if (const std::size_t size = whole_request(bytes, room, few_); size != 0) {
        few_at_ = is_own ? nullptr : room.data();
        position_ = size;
        return Status::request;
      }
    }
    if (argv_.capacity() > kManyArguments) [[unlikely]]
      trim();
    reset();
    if (bytes.empty()) return Status::incomplete;
    if (bytes.front() != '*') return parse_inline(bytes, limits);
    const Status status = parse_header(bytes, limits);
    if (!in_request_) return status;
  }
  return parse_arguments(bytes, limits);
}

RequestParser::Status RequestParser::parse_inline(std::string_view bytes, const Limits& limits) {
  const std::size_t end = bytes.find('\n');
  if (end == std::string_view::npos)
    return too_long(bytes, bytes, limits) ? fail("too big inline request") : Status::incomplete;
  std::string_view line = bytes.substr(0, end);
  if (line.ends_with('\r')) line.remove_suffix(1);
  auto words = split_args(line);
  if (!words) return fail("unbalanced quotes in request");
  inline_words_ = std::move(*words);
  argv_.assign(inline_words_.begin(), inline_words_.end());
  position_ = end + 1;
  return Status::request;
}

// "*<count>\r\n". Leaves in_request_ false when there is nothing more to read: an error, too few bytes, or
// an empty request.
RequestParser::Status RequestParser::parse_header(std::string_view bytes, const Limits& limits) {
  if (const std::size_t size = short_header(bytes, '*', missing_);
      size != 0 && missing_ <= kMaxUnauthenticatedArguments) {
    position_ = size;
    extents_.clear();
    in_request_ = true;
    return Status::incomplete;
  }
  const std::size_t end = bytes.find('\r');
  if (end == std::string_view::npos)
    return too_long(bytes, bytes, limits) ? fail("too big mbulk count string") : Status::incomplete;
  if (end + 2 > bytes.size()) return Status::incomplete;
  const auto count = parse_int64(bytes.substr(1, end - 1));
  if (!count || *count > INT_MAX) return fail("invalid multibulk length");
  if (*count > kMaxUnauthenticatedArguments && !limits.authenticated)
    return fail("unauthenticated multibulk length");
  position_ = end + 2;
  argv_.clear();
  if (*count <= 0) return Status::request;
  missing_ = *count;
  extents_.clear();
  in_request_ = true;
  return Status::incomplete;
}

RequestParser::Status RequestParser::parse_arguments(std::string_view bytes, const Limits& limits) {
  const char* const base = bytes.data();
  while (missing_ > 0) {
    if (bulk_size_ < 0) {
      if (position_ >= bytes.size()) return Status::incomplete;
      if (const std::size_t size = short_header(bytes.substr(position_), '$', bulk_size_);
          size != 0 && bulk_size_ <= limits.max_bulk) {
        position_ += size;
      } else if (const Status status = parse_bulk_header(bytes, limits); status != Status::request) {
        return status;
      }
    }
    const auto size = static_cast<std::size_t>(bulk_size_);
    if (!limits.authenticated && position_ + size > kMaxUnauthenticatedRequest)
      return fail("unauthenticated bulk length");
    if (bytes.size() - position_ < size + 2) {
      wanted_ = position_ + size + 2;
      return Status::incomplete;
    }
    wanted_ = 0;
    extents_.push_back({position_, size});
    position_ += size + 2;
    bulk_size_ = -1;
    --missing_;
  }
  argv_.resize(extents_.size());
  for (std::size_t i = 0; i < extents_.size(); ++i) argv_[i] = {base + extents_[i].offset, extents_[i].size};
  in_request_ = false;
  return Status::request;
}

// "$<size>\r\n" in general, with its errors. `request` means that the size is known now.
RequestParser::Status RequestParser::parse_bulk_header(std::string_view bytes, const Limits& limits) {
  const std::string_view rest = bytes.substr(position_);
  const std::size_t end = rest.find('\r');
  if (end == std::string_view::npos)
    return too_long(rest, bytes, limits) ? fail("too big bulk count string") : Status::incomplete;
  if (end + 2 > rest.size()) return Status::incomplete;
  if (rest[0] != '$')
    return fail(std::string("expected '$', got '") + (rest[0] == '\r' || rest[0] == '\n' ? ' ' : rest[0]) +
                "'");
  const auto size = parse_int64(rest.substr(1, end - 1));
  bulk_size_ = -1;
  if (!size || *size < 0 || *size > limits.max_bulk) return fail("invalid bulk length");
  if (*size > kMaxUnauthenticatedBulk && !limits.authenticated) return fail("unauthenticated bulk length");
  position_ += end + 2;
  bulk_size_ = *size;
  return Status::request;
}

}  // namespace redouble
