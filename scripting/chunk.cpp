// Walks what lua_dump writes of a function: the header of Lua 5.1, then functions inside functions. It is of
// our own Lua's making, in this process, and never a script's.
#include "scripting/chunk.h"

#include <cstdint>
#include <cstring>
#include <string>

namespace redouble {
namespace {

constexpr std::size_t kHeader = 12;
constexpr std::uint32_t kOpcodeBits = 0x3f, kSetGlobal = 7;

class Dump {
 public:
  explicit Dump(std::string_view bytes) : at_(bytes.data() + kHeader) {}

  bool function_writes_globals() {
    text();  // its source
    at_ += 2 * sizeof(int) + 4;
    bool writes = false;
    for (int n = count(); n > 0; --n) writes |= (read<std::uint32_t>() & kOpcodeBits) == kSetGlobal;
    for (int n = count(); n > 0; --n) constant();
    for (int n = count(); n > 0; --n) writes |= function_writes_globals();
    at_ += static_cast<std::size_t>(count()) * sizeof(int);  // lines
    for (int n = count(); n > 0; --n) {                      // names of locals
      text();
      at_ += 2 * sizeof(int);
    }
    for (int n = count(); n > 0; --n) text();  // names of upvalues
    return writes;
  }

 private:
  template <class T>
  T read() {
    T value;
    std::memcpy(&value, at_, sizeof value);
    at_ += sizeof value;
    return value;
  }
  int count() { return read<int>(); }
  void text() { at_ += read<std::size_t>(); }
  void constant() {
    switch (read<unsigned char>()) {
      case LUA_TBOOLEAN:
        ++at_;
        break;
      case LUA_TNUMBER:
        at_ += sizeof(lua_Number);
        break;
      case LUA_TSTRING:
        text();
        break;
      default:  // nil
        break;
    }
  }

  const char* at_;
};

int append(lua_State*, const void* bytes, size_t size, void* dump) {
  static_cast<std::string*>(dump)->append(static_cast<const char*>(bytes), size);
  return 0;
}

}  // namespace

bool writes_globals(lua_State* L) {
  std::string bytes;
  if (lua_dump(L, append, &bytes) != 0) return true;
  return Dump(bytes).function_writes_globals();
}

}  // namespace redouble
