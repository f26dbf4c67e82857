#include "scripting/lua_result.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "engine/call.h"
#include "engine/engine.h"

namespace redouble {
namespace {

// Elements of one reply. A table that holds itself twice would have no end.
constexpr std::size_t kMaxElements = 16 * 1024 * 1024;

// A text as C sees it, with line ends, which would end a reply line, made spaces.
std::string one_line(std::string_view text) {
  std::string line(text);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\r' || c == '\n'; }, ' ');
  return line;
}

std::string_view until_zero(std::string_view text) {
  return text.substr(0, text.find('\0'));
}

std::int64_t truncated(lua_Number number) {
  return number >= -0x1p63 && number < 0x1p63 ? static_cast<std::int64_t>(number) : INT64_MIN;
}

// Walks a value without recursion: a table may be nested as deeply as the Lua stack is long. The stack holds
// what it holds in Redis, so that "reached lua stack limit" comes at the same depth.
class Walk {
 public:
  Walk(Call& c, lua_State* L, int protocol) : c_(c), L_(L), protocol_(protocol) {}

  /// Replies with the value on top and pops it. `plain`: it is a table without names.
  void reply(bool plain = false) {
    plain ? aggregate(Kind::array) : value();
    while (!frames_.empty()) advance();
  }
  /// How many elements that would be, or kMaxElements.
  std::size_t count() {
    counting_ = true;
    lua_pushvalue(L_, -1);
    const int base = lua_gettop(L_) - 1;
    value();
    while (!frames_.empty() && elements_ < kMaxElements) advance();
    lua_settop(L_, base);
    frames_.clear();
    counting_ = false;
    return elements_;
  }

 private:
  enum class Kind : std::uint8_t { array, map_key, map_value, set };
  struct Frame {
    Kind kind;
    int next;
  };

  void value();
  void table();
  bool special();
  bool text_field(const char* name);
  bool table_field(const char* name);
  void aggregate(Kind kind);
  void advance();
  void verbatim();
  void error();
  Reply& out() { return c_.reply; }

  Call& c_;
  lua_State* L_;
  int protocol_;
  bool counting_ = false;
  std::size_t elements_ = 0;
  std::vector<Frame> frames_;
};

void Walk::value() {
  ++elements_;
  if (!lua_checkstack(L_, 4)) {
    if (!counting_) c_.engine.reply_error(out(), err::lua_stack_limit);
    lua_pop(L_, 1);
    return;
  }
  const int type = lua_type(L_, -1);
  if (type == LUA_TTABLE) return table();
  if (!counting_) {
    if (type == LUA_TSTRING)
      out().bulk(lua::text(L_, -1));
    else if (type == LUA_TNUMBER)
      out().integer(truncated(lua_tonumber(L_, -1)));
    else if (type == LUA_TBOOLEAN && protocol_ == 3)
      out().boolean(lua_toboolean(L_, -1));
    else if (type == LUA_TBOOLEAN && lua_toboolean(L_, -1))
      out().integer(1);
    else
      out().null();
  }
  lua_pop(L_, 1);
}

// Pushes the field when it is a string.
bool Walk::text_field(const char* name) {
  lua_pushstring(L_, name);
  lua_rawget(L_, -2);
  if (lua_type(L_, -1) == LUA_TSTRING) return true;
  lua_pop(L_, 1);
  return false;
}

bool Walk::table_field(const char* name) {
  lua_pushstring(L_, name);
  lua_rawget(L_, -2);
  if (lua_type(L_, -1) == LUA_TTABLE) return true;
  lua_pop(L_, 1);
  return false;
}

void Walk::error() {
  lua_pop(L_, 1);
  if (!counting_) reply_script_error(c_, read_error(L_, -1));
  lua_pop(L_, 1);
}

// A format of another length than three is cut or padded.
void Walk::verbatim() {
  if (text_field("format")) {
    std::string format(until_zero(lua::text(L_, -1)));
    lua_pop(L_, 1);
    format.resize(3, ' ');
    if (text_field("string")) {
      if (!counting_) out().verbatim(format, lua::text(L_, -1));
      lua_pop(L_, 3);
      return;
    }
  }
  lua_pop(L_, 1);
  aggregate(Kind::array);
}

// Replies other than arrays, told by a field. The table is popped if it was one.
bool Walk::special() {
  if (text_field("err")) {
    error();
    return true;
  }
  if (text_field("ok")) {
    if (!counting_) out().status(one_line(until_zero(lua::text(L_, -1))));
    lua_pop(L_, 2);
    return true;
  }
  lua_pushliteral(L_, "double");
  lua_rawget(L_, -2);
  if (lua_type(L_, -1) == LUA_TNUMBER) {
    if (!counting_) out().real(lua_tonumber(L_, -1));
    lua_pop(L_, 2);
    return true;
  }
  lua_pop(L_, 1);
  if (table_field("map")) {
    aggregate(Kind::map_key);
    return true;
  }
  if (table_field("set")) {
    aggregate(Kind::set);
    return true;
  }
  if (text_field("big_number")) {
    if (!counting_) out().big_number(one_line(lua::text(L_, -1)));
    lua_pop(L_, 2);
    return true;
  }
  if (table_field("verbatim_string")) {
    verbatim();
    return true;
  }
  return false;
}

void Walk::table() {
  if (!special()) aggregate(Kind::array);
}

// Opens the table on top: arrays count up to their first nil, maps and sets have all their pairs.
void Walk::aggregate(Kind kind) {
  std::size_t n = 0;
  if (kind == Kind::array) {
    while (true) {
      lua_rawgeti(L_, -1, static_cast<int>(n + 1));
      const bool end = lua_isnil(L_, -1);
      lua_pop(L_, 1);
      if (end) break;
      ++n;
    }
    if (!counting_) out().array(n);
    frames_.push_back({kind, 1});
    return;
  }
  for (lua_pushnil(L_); lua_next(L_, -2); lua_pop(L_, 1)) ++n;
  if (!counting_) kind == Kind::set ? out().set(n) : out().map(n);
  lua_pushnil(L_);
  frames_.push_back({kind, 0});
}

// The next element of the innermost open table.
void Walk::advance() {
  Frame& frame = frames_.back();
  switch (frame.kind) {
    case Kind::array:
      lua_rawgeti(L_, -1, frame.next++);
      if (!lua_isnil(L_, -1)) return value();
      lua_pop(L_, 2);
      break;
    case Kind::map_key:
      if (lua_next(L_, -2)) {
        frame.kind = Kind::map_value;
        lua_pushvalue(L_, -2);
        return value();
      }
      lua_pop(L_, 2);
      break;
    case Kind::map_value:
      frame.kind = Kind::map_key;
      return value();  // takes the value, leaves the key
    case Kind::set:
      if (lua_next(L_, -2)) {
        lua_pop(L_, 1);
        lua_pushvalue(L_, -1);
        return value();
      }
      lua_pop(L_, 2);
      break;
  }
  frames_.pop_back();
}

struct Contents {
  bool tables = false;
  bool names = false;  // keys that are no numbers: a plain array has none
};

Contents look_into_table(lua_State* L) {
  Contents found;
  lua_pushnil(L);
  while (lua_next(L, -2)) {
    found.tables = found.tables || lua_istable(L, -1);
    found.names = found.names || lua_type(L, -2) != LUA_TNUMBER;
    lua_pop(L, 1);
    if (!found.tables || !found.names) continue;
    lua_pop(L, 1);
    break;
  }
  return found;
}

std::string text_of_field(lua_State* L, int index, const char* name) {
  lua_pushstring(L, name);
  lua_rawget(L, index);
  std::string text(until_zero(lua::text(L, -1)));
  lua_pop(L, 1);
  return text;
}

}  // namespace

ScriptError read_error(lua_State* L, int index) {
  index = lua::absolute(L, index);
  ScriptError error;
  if (lua_isstring(L, index)) {
    error.text = "ERR " + std::string(until_zero(lua::text(L, index)));
    return error;
  }
  error.text = "ERR unknown error";
  if (!lua_istable(L, index)) return error;
  lua_pushliteral(L, "err");
  lua_rawget(L, index);
  if (lua_isstring(L, -1)) error.text = until_zero(lua::text(L, -1));
  lua_pop(L, 1);
  error.source = text_of_field(L, index, "source");
  error.line = text_of_field(L, index, "line");
  lua_pushliteral(L, "ignore_error_stats_update");
  lua_rawget(L, index);
  error.counted = lua_toboolean(L, -1) != 0;
  lua_pop(L, 1);
  return error;
}

void reply_script_error(Call& c, const ScriptError& error) {
  std::string_view text = error.text;
  while (text.ends_with('\r') || text.ends_with('\n')) text.remove_suffix(1);
  const std::string line = one_line(text);
  if (!error.counted) return c.engine.reply_error(c.reply, line);
  // Counted where it arose; the command that shows it has failed all the same.
  ++c.engine.stats_of(c.command).failed;
  c.reply.error(line);
}

void reply_result(Call& c, lua_State* L, int protocol) {
  Walk walk(c, L, protocol);
  if (!lua_istable(L, -1)) return walk.reply();
  const Contents contents = look_into_table(L);
  if (contents.tables && walk.count() >= kMaxElements) {
    lua_pop(L, 1);
    return c.engine.reply_error(c.reply, err::lua_stack_limit);
  }
  walk.reply(!contents.names);
}

}  // namespace redouble
