// The library `struct`: packs numbers and strings into bytes by a format. What the one that Redis carries
// answers (that of Roberto Ierusalimschy, 0.2), with every size checked before it is used.
#include <algorithm>
#include <cctype>
#include <climits>
#include <cstdint>
#include <cstring>
#include <string>

#include "scripting/sandbox.h"
#include "scripting/vm.h"

namespace redouble::sandbox {
namespace {

constexpr int kMaxInteger = 32;    // bytes of an `i` or `I`
constexpr int kNaturalAlign = 16;  // what `!` alone means

// Walks a format. A format ends at its first NUL, as in C.
class Format {
 public:
  Format(lua_State* L, const char* text) : L_(L), at_(text) {}

  bool more() const { return *at_ != '\0'; }
  /// Reads the next option and the size that belongs to it.
  char next() {
    option_ = *at_++;
    size_ = read_size();
    return option_;
  }
  std::size_t size() const { return size_; }
  bool big_endian() const { return big_endian_; }
  /// How many bytes of padding stand before the present option at `position`.
  std::size_t padding(std::size_t position) const {
    if (size_ == 0 || option_ == 'c') return 0;
    const std::size_t align = std::min(size_, align_);
    return (align - (position & (align - 1))) & (align - 1);
  }
  /// Options without a value: byte order, alignment, spaces. Raises for unknown ones.
  void control() {
    switch (option_) {
      case ' ':
        return;
      case '>':
        big_endian_ = true;
        return;
      case '<':
        big_endian_ = false;
        return;
      case '!': {
        const int align = number(kNaturalAlign);
        if (align <= 0 || (align & (align - 1)) != 0)
          luaL_error(L_, "alignment %d is not a power of 2", align);
        align_ = static_cast<std::size_t>(align);
        return;
      }
      default:
        luaL_argerror(L_, 1, lua_pushfstring(L_, "invalid format option '%c'", option_));
    }
  }

 private:
  int number(int otherwise) {
    if (!std::isdigit(static_cast<unsigned char>(*at_))) return otherwise;
    int value = 0;
    do {
      const int digit = *at_ - '0';
      if (value > INT_MAX / 10 || value * 10 > INT_MAX - digit) luaL_error(L_, "integral size overflow");
      value = value * 10 + digit;
      ++at_;
    } while (std::isdigit(static_cast<unsigned char>(*at_)));
    return value;
  }
  std::size_t read_size() {
    switch (option_) {
      case 'b':
      case 'B':
      case 'x':
        return 1;
      case 'h':
      case 'H':
        return sizeof(short);
      case 'l':
      case 'L':
        return sizeof(long);
      case 'T':
        return sizeof(std::size_t);
      case 'f':
        return sizeof(float);
      case 'd':
        return sizeof(double);
      case 'c':
        return static_cast<std::size_t>(number(1));
      case 'i':
      case 'I': {
        const int size = number(sizeof(int));
        if (size > kMaxInteger)
          luaL_error(L_, "integral size %d is larger than limit of %d", size, kMaxInteger);
        return static_cast<std::size_t>(size);
      }
      default:
        return 0;
    }
  }

  lua_State* L_;
  const char* at_;
  char option_ = '\0';
  std::size_t size_ = 0;
  std::size_t align_ = 1;
  bool big_endian_ = false;
};

bool is_integer_option(char option) {
  return option != '\0' && std::strchr("bBhHlLTiI", option) != nullptr;
}

// C leaves numbers that do not fit open; this is what x86 does with them.
std::int64_t to_int64(double number) {
  return number >= -0x1p63 && number < 0x1p63 ? static_cast<std::int64_t>(number) : INT64_MIN;
}
std::uint64_t to_uint64(double number) {
  if (!(number >= 0x1p63)) return static_cast<std::uint64_t>(to_int64(number));
  return static_cast<std::uint64_t>(to_int64(number - 0x1p63)) ^ (std::uint64_t{1} << 63);
}

void check_room(lua_State* L, const std::string& out, std::size_t more) {
  if (more > Vm::kMaxString - out.size()) luaL_error(L, "resulting string too large");
}

void append_integer(std::string& out, double number, std::size_t size, bool big_endian) {
  std::uint64_t bits = number < 0 ? static_cast<std::uint64_t>(to_int64(number)) : to_uint64(number);
  char bytes[kMaxInteger];
  for (std::size_t i = 0; i < size; ++i, bits >>= 8)
    bytes[big_endian ? size - 1 - i : i] = static_cast<char>(bits & 0xff);
  out.append(bytes, size);
}

template <class Real>
void append_real(std::string& out, double number, bool big_endian) {
  const auto real = static_cast<Real>(number);
  char bytes[sizeof real];
  std::memcpy(bytes, &real, sizeof real);
  if (big_endian) std::reverse(bytes, bytes + sizeof real);
  out.append(bytes, sizeof real);
}

int pack(lua_State* L) {
  Format format(L, luaL_checkstring(L, 1));
  lua_pushnil(L);  // what a missing argument is, by the errors of the original
  std::string out;
  std::size_t total = 0;  // not out.size(): as in Redis it counts the options' sizes
  int argument = 2;
  while (format.more()) {
    const char option = format.next();
    std::size_t size = format.size();
    const std::size_t padding = format.padding(total);
    check_room(L, out, padding + kMaxInteger);
    total += padding;
    out.append(padding, '\0');
    if (is_integer_option(option)) {
      append_integer(out, luaL_checknumber(L, argument++), size, format.big_endian());
    } else if (option == 'x') {
      out += '\0';
    } else if (option == 'f') {
      append_real<float>(out, luaL_checknumber(L, argument++), format.big_endian());
    } else if (option == 'd') {
      append_real<double>(out, luaL_checknumber(L, argument++), format.big_endian());
    } else if (option == 'c' || option == 's') {
      const std::string_view text = lua::check_text(L, argument++);
      if (size == 0) size = text.size();
      luaL_argcheck(L, text.size() >= size, argument, "string too short");
      check_room(L, out, size + 1);
      out.append(text.substr(0, size));
      if (option == 's') {
        out += '\0';
        ++size;
      }
    } else {
      format.control();
    }
    total += size;
  }
  lua::push(L, out);
  return 1;
}

double read_integer(const char* bytes, std::size_t size, bool is_signed, bool big_endian) {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < size; ++i)
    bits = bits << 8 | static_cast<unsigned char>(bytes[big_endian ? i : size - 1 - i]);
  if (!is_signed) return static_cast<double>(bits);
  // A size of 0 or of more than 8 bytes has no sign bit to copy: x86 counts shifts modulo 64.
  const std::uint64_t mask = ~std::uint64_t{0} << ((size * 8 - 1) & 63);
  if (bits & mask) bits |= mask;
  return static_cast<double>(static_cast<std::int64_t>(bits));
}

template <class Real>
double read_real(const char* at, bool big_endian) {
  char bytes[sizeof(Real)];
  std::memcpy(bytes, at, sizeof bytes);
  if (big_endian) std::reverse(bytes, bytes + sizeof bytes);
  Real real;
  std::memcpy(&real, bytes, sizeof real);
  return static_cast<double>(real);
}

// `c0` takes its size from the value before it, which goes.
std::size_t size_from_stack(lua_State* L, int& values) {
  if (values == 0 || !lua_isnumber(L, -1)) luaL_error(L, "format 'c0' needs a previous size");
  const std::uint64_t size = to_uint64(lua_tonumber(L, -1));
  lua_pop(L, 1);
  --values;
  return size;
}

int unpack(lua_State* L) {
  Format format(L, luaL_checkstring(L, 1));
  const std::string_view data = lua::check_text(L, 2);
  const lua_Integer first = luaL_optinteger(L, 3, 1);
  luaL_argcheck(L, first > 0, 3, "offset must be 1 or greater");
  auto at = static_cast<std::size_t>(first - 1);
  int values = 0;
  const auto check = [&](std::size_t size) {
    luaL_argcheck(L, size <= data.size() && at <= data.size() - size, 2, "data string too short");
  };
  while (format.more()) {
    const char option = format.next();
    std::size_t size = format.size();
    at += format.padding(at);
    check(size);
    luaL_checkstack(L, 2, "too many results");
    const char* const bytes = data.data() + at;
    if (is_integer_option(option)) {
      const bool is_signed = std::islower(static_cast<unsigned char>(option)) != 0;
      lua_pushnumber(L, read_integer(bytes, size, is_signed, format.big_endian()));
      ++values;
    } else if (option == 'f' || option == 'd') {
      lua_pushnumber(L, option == 'f' ? read_real<float>(bytes, format.big_endian())
                                      : read_real<double>(bytes, format.big_endian()));
      ++values;
    } else if (option == 'c') {
      if (size == 0) check(size = size_from_stack(L, values));
      lua_pushlstring(L, bytes, size);
      ++values;
    } else if (option == 's') {
      const std::size_t end = data.find('\0', at);
      if (end == data.npos) return luaL_error(L, "unfinished string in data");
      size = end - at + 1;
      lua_pushlstring(L, bytes, size - 1);
      ++values;
    } else if (option != 'x') {
      format.control();
    }
    at += size;
  }
  lua_pushinteger(L, static_cast<lua_Integer>(at + 1));
  return values + 1;
}

int size(lua_State* L) {
  Format format(L, luaL_checkstring(L, 1));
  std::size_t total = 0;
  while (format.more()) {
    const char option = format.next();
    total += format.padding(total);
    if (option == 's') return luaL_argerror(L, 1, "option 's' has no fixed size");
    if (option == 'c' && format.size() == 0) return luaL_argerror(L, 1, "option 'c0' has no fixed size");
    if (!std::isalnum(static_cast<unsigned char>(option))) format.control();
    total += format.size();
  }
  lua_pushinteger(L, static_cast<lua_Integer>(total));
  return 1;
}

}  // namespace

void push_struct(lua_State* L) {
  lua_newtable(L);
  lua::set_function(L, "pack", pack);
  lua::set_function(L, "unpack", unpack);
  lua::set_function(L, "size", size);
}

}  // namespace redouble::sandbox
