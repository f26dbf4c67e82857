// One Lua state that scripts share: its memory is counted and bounded, and whatever runs in it can be
// stopped.
//
// Stopping is final for the script: from then on every instruction, and every function of ours that would
// catch an error (pcall, xpcall, coroutine.resume, load), raises again, until nothing of the script is left.
// A state that was refused memory is `doomed`: Lua 5.1 may have left a table half done, so its owner makes a
// new one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <string>
#include <type_traits>
#include <utility>

#include "scripting/lua.h"
#include "scripting/random48.h"
#include "scripting/small_blocks.h"

namespace redouble {

/// Who is asked, every few thousand instructions, whether a script may go on.
class Watchdog {
 public:
  virtual ~Watchdog() = default;
  /// `instructions` have been executed since the last call. May call Vm::stop.
  virtual void look(std::uint64_t instructions) = 0;
};

class Vm {
 public:
  /// More memory than this is refused.
  static constexpr std::size_t kMaxBytes = std::size_t{1} << 30;
  /// The longest source that is compiled: longer ones overflow the parser's counters.
  static constexpr std::size_t kMaxSource = 32 * 1024 * 1024;
  /// The longest string that string.rep and its like may make.
  static constexpr std::size_t kMaxString = 512 * 1024 * 1024;

  /// An empty state. `watchdog` and `random` outlive it.
  Vm(Watchdog& watchdog, Random48& random);
  ~Vm();
  Vm(const Vm&) = delete;
  Vm& operator=(const Vm&) = delete;

  static Vm& of(lua_State* L) {
    void* self = nullptr;
    lua_getallocf(L, &self);
    return *static_cast<Vm*>(self);
  }

  lua_State* state() { return state_; }
  std::size_t bytes() const { return bytes_; }
  bool doomed() const { return doomed_; }

  /// What a call of Lua's ended with is below zero when an exception of ours flew through it: std::bad_alloc.
  /// Lua has swallowed it, and no script is to go on behind it.
  void notice(int status) {
    if (status < 0) doom();
  }

  /// Runs body(L) where Lua errors may be raised. False when one was: nothing of the body's is left on the
  /// stack. Throws std::bad_alloc when that was what ended it.
  template <class Body>
  bool protect(Body&& body) {
    using What = std::remove_reference_t<Body>;
    const auto run = [](lua_State* L, const void* what) {
      (*static_cast<What*>(const_cast<void*>(what)))(L);
    };
    return protect_call({run, &body});
  }

  /// The same for what need not succeed: at worst the state is doomed.
  template <class Body>
  void attempt(Body&& body) {
    try {
      protect(body);
    } catch (const std::bad_alloc&) {
      // Noticed.
    }
  }

  /// Compiles a chunk and leaves a function, or an error message, on the stack. Refuses bytecode.
  static bool compile(lua_State* L, std::string_view source, const char* chunk_name);

  // --- Stopping ------------------------------------------------------------------------------------------

  /// A script begins, or has ended: from here on nothing is to be stopped.
  void begin();
  /// Lets the script end with this message, whatever it does to catch it.
  void stop(const char* message) {
    if (!stopping_) stop_message_ = message;
    stopping_ = true;
  }
  bool stopping() const { return stopping_; }
  /// Raises if the script is to stop: for everything that has caught an error.
  void raise_if_stopping(lua_State* L) {
    if (stopping_) [[unlikely]]
      raise_stop(L);
  }
  /// For loops in C++ that a script can make long: counts as `n` instructions.
  void count(lua_State* L, unsigned n) {
    if ((uncounted_ += n) >= kInterval) [[unlikely]]
      look(L);
  }

  /// While it lives, memory is not refused: what is done between must not be cut short. Ends with a check.
  class Unbounded {
   public:
    explicit Unbounded(Vm& vm) : vm_(vm) { vm_.unbounded_ = true; }
    ~Unbounded() { vm_.unbounded_ = false; }
    Unbounded(const Unbounded&) = delete;
    Unbounded& operator=(const Unbounded&) = delete;

   private:
    Vm& vm_;
  };
  /// Stops the script if it has taken more memory than it may.
  void check_memory() {
    if (bytes_ > kMaxBytes) doom();
  }

  Random48& random() { return random_; }
  Watchdog& watchdog() { return watchdog_; }

  /// The first slots of the registry, where what every run needs is found at once: the function that enters,
  /// the message handler, which makes any error a table and notes where it arose, the table behind the
  /// globals, and the names of what a script is given. luaL_ref hands out those behind them: they are filled
  /// before it is called.
  enum Slot : int { kEntry = 1, kHandler, kGlobals, kKeys, kArguments };
  static void keep(lua_State* L, Slot slot) { lua_rawseti(L, LUA_REGISTRYINDEX, slot); }
  static void push_kept(lua_State* L, Slot slot) { lua_rawgeti(L, LUA_REGISTRYINDEX, slot); }

 private:
  static constexpr unsigned kInterval = 10'000;

  struct Guarded {
    void (*run)(lua_State* L, const void* what);
    const void* what;
  };
  bool protect_call(Guarded guarded);
  static int enter(lua_State* L);

  static void* allocate(void* self, void* block, std::size_t old_size, std::size_t new_size);
  static void on_count(lua_State* L, lua_Debug*);
  void look(lua_State* L);
  void pace();
  [[noreturn]] void raise_stop(lua_State* L);
  void doom();

  Watchdog& watchdog_;
  Random48& random_;
  std::size_t bytes_ = 0;
  unsigned uncounted_ = 0;
  int pause_ = 200;  // how far it may grow, in hundredths, before Lua collects: Lua's own choice
  bool unbounded_ = false;
  bool doomed_ = false;
  bool stopping_ = false;
  const char* stop_message_ = "";
  SmallBlocks blocks_;
  lua_State* state_;  // last: making it allocates
};

}  // namespace redouble
