#include "engine/rdb/lzf.h"

#include <algorithm>
#include <cstring>

namespace redouble {
namespace {

constexpr std::size_t kHashBits = 16;
constexpr std::size_t kLongestRun = 32;
constexpr std::size_t kFarthest = 8192;
constexpr std::size_t kLongestCopy = 264;

std::size_t hash_of(const unsigned char* at) {
  const std::uint32_t three = std::uint32_t{at[0]} << 16 | std::uint32_t{at[1]} << 8 | at[2];
  return ((three >> (24 - kHashBits)) - three * 5) & ((1u << kHashBits) - 1);
}

// How many bytes at `at` equal those at `earlier`; three are known to, and `left` are there. The rule by
// which the search stops at the longest copy is liblzf's own: sixteen bytes before it looks, then byte by
// byte.
std::size_t common_length(const unsigned char* earlier, const unsigned char* at, std::size_t left) {
  const std::size_t most = std::min(left - 2, kLongestCopy);
  std::size_t n = 2;
  if (most > 16)
    for (int i = 0; i < 16; ++i)
      if (++n; earlier[n] != at[n]) return n;
  do ++n;
  while (n < most && earlier[n] == at[n]);
  return n;
}

// The output: literal runs that are headed by their length once it is known. It writes where `to` points, and
// no further than two bytes past `most`, as long as it is asked for room first.
class Output {
 public:
  Output(char* to, std::size_t most) : start_(to), at_(to), most_(most) { open_run(); }

  std::size_t used() const { return static_cast<std::size_t>(at_ - start_); }
  void literal(unsigned char byte) {
    *at_++ = static_cast<char>(byte);
    if (++run_ == kLongestRun) {
      close_run();
      open_run();
    }
  }
  bool has_room_for_literal() const { return used() < most_; }
  // liblzf asks for a little more than it needs: byte-identical results need the same question.
  bool has_room_for_copy() const { return used() + 4 < most_ + (run_ == 0 ? 1 : 0); }
  bool has_room_for_tail() const { return used() + 3 <= most_; }
  void copy(std::size_t distance, std::size_t length) {
    close_run();
    const std::size_t code = length - 2;
    const auto high = static_cast<unsigned>(distance >> 8);
    *at_++ = static_cast<char>(std::min<std::size_t>(code, 7) << 5 | high);
    if (code >= 7) *at_++ = static_cast<char>(code - 7);
    *at_++ = static_cast<char>(distance);
    open_run();
  }
  void close_run() {
    if (run_ == 0)
      --at_;
    else
      at_[-static_cast<std::ptrdiff_t>(run_) - 1] = static_cast<char>(run_ - 1);
  }

 private:
  void open_run() {
    run_ = 0;
    *at_++ = '\0';
  }

  char* start_;
  char* at_;
  std::size_t most_;
  std::size_t run_ = 0;
};

}  // namespace

bool LzfCompressor::compress(std::string_view bytes, std::size_t most, std::string& out) {
  if (bytes.empty() || most == 0 || bytes.size() >= UINT32_MAX / 2) return false;
  if (seen_.empty() || base_ > UINT32_MAX - bytes.size() - 1) {
    seen_.assign(std::size_t{1} << kHashBits, 0);
    base_ = 0;
  }
  const std::size_t restart = out.size();
  const auto* const data = reinterpret_cast<const unsigned char*>(bytes.data());
  const std::size_t size = bytes.size();
  most = std::min(most, size + size / 32 + 4);  // nothing grows by more
  out.resize(restart + most + 2);
  Output output(out.data() + restart, most);
  const auto give_up = [&] {
    out.resize(restart);
    base_ += static_cast<std::uint32_t>(size);
    return false;
  };
  const auto remember = [&](std::size_t at) {
    seen_[hash_of(data + at)] = base_ + static_cast<std::uint32_t>(at);
  };
  std::size_t at = 0;
  while (at + 2 < size) {
    const std::size_t before = seen_[hash_of(data + at)];
    remember(at);
    const std::size_t earlier = before - base_;  // only meaningful when it is not an older input's
    // The very first byte is never copied from, as in liblzf.
    const bool match =
        before > base_ && at - earlier - 1 < kFarthest && std::memcmp(data + earlier, data + at, 3) == 0;
    if (!match) {
      if (!output.has_room_for_literal()) return give_up();
      output.literal(data[at++]);
      continue;
    }
    if (!output.has_room_for_copy()) return give_up();
    const std::size_t length = common_length(data + earlier, data + at, size - at);
    output.copy(at - earlier - 1, length);
    at += length;
    if (at + 2 >= size) break;
    // Of the positions inside a copy only the last two are remembered.
    remember(at - 2);
    remember(at - 1);
  }
  if (!output.has_room_for_tail()) return give_up();
  while (at < size) output.literal(data[at++]);
  output.close_run();
  out.resize(restart + output.used());
  base_ += static_cast<std::uint32_t>(size);
  return true;
}

bool lzf_decompress(std::string_view compressed, std::size_t size, std::string& out) {
  if (size > lzf_most(compressed.size())) return false;
  const auto* const data = reinterpret_cast<const unsigned char*>(compressed.data());
  const std::size_t start = out.size();
  out.resize(start + size);
  char* const to = out.data() + start;
  std::size_t at = 0, n = 0;
  while (at < compressed.size()) {
    const unsigned control = data[at++];
    if (control < kLongestRun) {
      const std::size_t run = control + 1;
      if (run > compressed.size() - at || run > size - n) return false;
      std::memcpy(to + n, data + at, run);
      at += run;
      n += run;
      continue;
    }
    std::size_t length = control >> 5;
    if (length == 7) {
      if (at == compressed.size()) return false;
      length += data[at++];
    }
    length += 2;
    if (at == compressed.size()) return false;
    const std::size_t distance = (std::size_t{control & 0x1fu} << 8 | data[at++]) + 1;
    if (distance > n || length > size - n) return false;
    for (; length > 0; --length, ++n) to[n] = to[n - distance];
  }
  return n == size;
}

}  // namespace redouble
