// The reply sink of redis.call: makes Lua values on the stack, with no RESP in between. Which value stands
// for which reply depends on redis.setresp: a missing value is false with 2 and nil with 3, and only 3 knows
// maps, sets, doubles, booleans, big numbers and verbatim strings, each as a table with one field.
#pragma once

#include <array>
#include <cstdint>

#include "protocol/reply.h"
#include "scripting/lua.h"

namespace redouble {

class LuaReply final : public Reply {
 public:
  LuaReply(lua_State* L, int protocol) : L_(L), protocol_(protocol), base_(lua_gettop(L)) {}

  void status(std::string_view text) override;
  void error(std::string_view text) override;
  void integer(std::int64_t number) override;
  void bulk(std::string_view bytes) override;
  void null() override;
  void null_array() override { null(); }
  void array(std::size_t n) override { open(Kind::array, n); }
  void map(std::size_t n) override;
  void set(std::size_t n) override { open(protocol_ == 3 ? Kind::set : Kind::array, n); }
  void push(std::size_t n) override { open(Kind::array, n); }
  void real(double number) override;
  void boolean(bool truth) override;
  void big_number(std::string_view digits) override;
  void verbatim(std::string_view format, std::string_view text) override;
  void attribute(std::size_t n) override { open(Kind::attribute, n * 2); }

  int protocol() const override { return protocol_; }

  /// Leaves exactly one value above what was on the stack before. To be called when the command has ended.
  void finish();
  /// True when the reply as a whole is an error.
  bool is_error() const { return is_error_; }
  /// True when the reply was nested too deeply: what is there is not all of it.
  bool overflowed() const { return overflowed_; }

 private:
  enum class Kind : std::uint8_t { array, map, set, attribute };
  struct Open {
    Kind kind;
    std::size_t missing;
    int done;
  };

  void open(Kind kind, std::size_t n);
  void settle();
  bool put(Open& aggregate);
  void close(Kind kind);
  bool ready();
  void field(const char* name, std::string_view text);

  lua_State* L_;
  int protocol_;
  int base_;
  bool is_error_ = false;
  bool overflowed_ = false;
  // What is open, the innermost last. No reply of a command is nested as deeply as this.
  std::array<Open, 32> open_;
  std::size_t depth_ = 0;
};

/// Pushes the table that an error is for a script, with `text` (its code first).
void push_error(lua_State* L, std::string_view text, bool counted);

}  // namespace redouble
