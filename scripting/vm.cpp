#include "scripting/vm.h"

#include <new>

namespace redouble {

Vm::Vm(Watchdog& watchdog, Random48& random)
    : watchdog_(watchdog), random_(random), state_(lua_newstate(allocate, this)) {
  if (state_ == nullptr) throw std::bad_alloc();
  const auto keep_entry = [](lua_State* L) {
    lua_pushcfunction(L, enter);
    keep(L, kEntry);
    return 0;
  };
  if (lua_cpcall(state_, keep_entry, nullptr) != 0) {
    lua_close(state_);
    throw std::bad_alloc();
  }
  lua_sethook(state_, on_count, LUA_MASKCOUNT, kInterval);
}

Vm::~Vm() {
  lua_close(state_);
}

// As lua_cpcall, but for the function that it would make for each call.
bool Vm::protect_call(Guarded guarded) {
  push_kept(state_, kEntry);
  lua_pushlightuserdata(state_, &guarded);
  const int status = lua_pcall(state_, 1, 0, 0);
  if (status == 0) return true;
  lua_settop(state_, 0);
  notice(status);
  if (status < 0) throw std::bad_alloc();
  return false;
}

int Vm::enter(lua_State* L) {
  const auto* const guarded = static_cast<const Guarded*>(lua_touserdata(L, 1));
  lua_settop(L, 0);
  guarded->run(L, guarded->what);
  return 0;
}

// Lua takes it for granted that making a block smaller succeeds.
void* Vm::allocate(void* self, void* block, std::size_t old_size, std::size_t new_size) {
  Vm& vm = *static_cast<Vm*>(self);
  if (new_size == 0) {
    if (block != nullptr) vm.blocks_.give_back(block, old_size);
    vm.bytes_ -= old_size;
    return nullptr;
  }
  const bool refused = new_size > old_size && vm.bytes_ + (new_size - old_size) > kMaxBytes && !vm.unbounded_;
  void* const moved = refused ? nullptr : vm.blocks_.resize(block, old_size, new_size);
  if (moved == nullptr) {
    vm.doom();
    return nullptr;
  }
  vm.bytes_ += new_size - old_size;
  return moved;
}

void Vm::doom() {
  doomed_ = true;
  stop("not enough memory");
}

bool Vm::compile(lua_State* L, std::string_view source, const char* chunk_name) {
  // The parser does not hold on to the name: it has to stay on the stack.
  lua_pushstring(L, chunk_name);
  if (source.size() > kMaxSource) {
    lua_pushliteral(L, "script is too long");
  } else if (source.starts_with('\x1b')) {
    // What the lexer says of this byte where there is no bytecode.
    const std::string_view name(chunk_name);
    if (name.starts_with('@') || name.starts_with('='))
      lua_pushfstring(L, "%s:1: unexpected symbol near 'char(27)'", chunk_name + 1);
    else
      lua_pushfstring(L, "[string \"%s\"]:1: unexpected symbol near 'char(27)'",
                      std::string(name.substr(0, name.find('\n'))).c_str());
  } else if (luaL_loadbuffer(L, source.data(), source.size(), chunk_name) == 0) {
    lua_remove(L, -2);
    return true;
  }
  lua_remove(L, -2);
  Vm::of(L).raise_if_stopping(L);
  return false;
}

void Vm::begin() {
  stopping_ = doomed_;
  uncounted_ = 0;
  pace();
  lua_sethook(state_, on_count, LUA_MASKCOUNT, kInterval);
}

// To collect is mostly to walk over what lives: a small state may leave more behind before that.
void Vm::pace() {
  constexpr std::size_t kSmall = 1024 * 1024;
  const int pause = bytes_ < kSmall ? 400 : 200;
  if (pause == pause_) return;
  pause_ = pause;
  lua_gc(state_, LUA_GCSETPAUSE, pause);
}

void Vm::on_count(lua_State* L, lua_Debug*) {
  Vm& vm = of(L);
  vm.raise_if_stopping(L);
  vm.count(L, kInterval);
}

void Vm::look(lua_State* L) {
  watchdog_.look(uncounted_);
  uncounted_ = 0;
  pace();
  raise_if_stopping(L);
}

// The hook stays, at every instruction: what catches this error is ended by the next.
void Vm::raise_stop(lua_State* L) {
  lua_sethook(L, on_count, LUA_MASKCOUNT, 1);
  lua_sethook(state_, on_count, LUA_MASKCOUNT, 1);
  lua::raise(L, stop_message_);
}

}  // namespace redouble
