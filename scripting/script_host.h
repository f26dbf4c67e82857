// Runs scripts and functions: the cache of EVAL's scripts, the two Lua states (EVAL's and the functions',
// each made at its first use), and the one that is running. Invariant: at most one script runs; while it
// does, no state is thrown away and no script is forgotten.
#pragma once

#include <array>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/call.h"
#include "engine/engine.h"
#include "engine/script_engine.h"
#include "protocol/number.h"
#include "scripting/functions.h"
#include "scripting/script_flags.h"
#include "scripting/vm.h"

namespace redouble {

struct HashOfText {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};
template <class Value>
using TextMap = std::unordered_map<std::string, Value, HashOfText, std::equal_to<>>;

struct Script {
  std::string_view sha;  ///< of its text, 40 digits in lower case: its name
  std::string body;
  ScriptFlags flags;
  int function = LUA_NOREF;  ///< in the state's registry; absent when the state was made anew
};

class ScriptHost final : public ScriptEngine, private Watchdog {
 public:
  explicit ScriptHost(Engine& engine);
  ~ScriptHost() override;

  static ScriptHost& of(Engine& engine) { return static_cast<ScriptHost&>(*engine.scripts()); }
  static ScriptHost& of(lua_State* L);

  // --- Scripts of EVAL -----------------------------------------------------------------------------------

  /// Compiles a script, or finds it. An error text otherwise. `sha` is that of `body`.
  const Script* load(std::string_view sha, std::string_view body, std::string& error);
  /// By its name in any case; nullptr when there is none. Its function may be absent: then `load` it.
  const Script* find(std::string_view sha) const;
  void flush_scripts();

  // --- Running -------------------------------------------------------------------------------------------

  /// How a script is run.
  struct Plan {
    Vm* vm = nullptr;
    int function = LUA_NOREF;
    std::string_view name = {};  ///< the sha of a script, the name of a function
    ScriptFlags flags = {};
    bool is_eval = false;
    bool read_only_command = false;
    Argv keys = {}, arguments = {};
  };
  Outcome run(Call& c, const Plan& plan);

  struct Running {
    const Plan* plan;
    const Call* call;
    bool read_only;
    bool allow_oom;
    bool wrote = false;
    bool killed = false;
    bool aborted = false;
    bool timed_out = false;
    int protocol = 2;
    Micros started;
    Micros served = 0;
    std::uint64_t instructions = 0;
  };
  /// The script that runs; null when none does.
  const Running* running() const { return running_; }
  Micros running_for() const;
  /// SCRIPT KILL and FUNCTION KILL.
  Outcome kill(Call& c, bool is_eval);

  // --- For the redis object ------------------------------------------------------------------------------

  Engine& engine() { return engine_; }
  /// redis.call: the arguments are the function's; pushes what is answered. False when that is an error.
  bool call(lua_State* L);
  void set_protocol(int protocol) {
    if (running_ != nullptr) running_->protocol = protocol;
  }
  /// redis.set_repl: whether replicas are told of what the script does from here on.
  void set_propagated(bool told) { caller().unpropagated = !told; }

  Vm& eval_vm();
  FunctionLibraries& functions() { return functions_; }
  /// Runs the code of a library, which registers functions, within a time limit of its own.
  template <class Body>
  bool load_library(Vm& vm, Body&& body) {
    loading_since_ = engine_.clock().now();
    loading_instructions_ = 0;
    vm.begin();
    loading_ = &vm;
    try {
      const bool whole = vm.protect(body);
      loading_ = nullptr;
      return whole;
    } catch (const std::bad_alloc&) {
      loading_ = nullptr;
      throw;
    }
  }
  std::unique_ptr<Vm> make_vm(void (*open)(lua_State*));

  // ScriptEngine:
  Usage usage() const override;
  void reset() override;
  void abort() override;
  std::uint32_t flags_of(const Command& command, Argv argv) const override;

 private:
  void look(std::uint64_t instructions) override;
  bool past(Millis limit, Micros since, std::uint64_t instructions) const;
  void look_after_loading(std::uint64_t instructions);
  const Command* command_of(Argv argv);
  bool gather(lua_State* L, std::vector<std::string_view>& argv);
  std::string_view denial(const Command& command) const;
  std::string_view refusal(const Command* command, std::size_t words) const;
  std::string_view refusal_of_write(const Command& command) const;
  std::string_view refusal(const Plan& plan) const;
  class Ending;
  void execute(Call& c, const Plan& plan, lua_State* L);
  void fill(lua_State* L, Argv words);
  void clean_up(const Plan& plan);
  void drop_eval_vm();
  Session& caller();

  Engine& engine_;
  Random48 random_;
  TextMap<Script> scripts_;
  std::size_t script_bytes_ = 0;
  std::unique_ptr<Vm> eval_vm_;
  FunctionLibraries functions_;
  Session* caller_ = nullptr;  // whom commands of scripts are run for
  Running* running_ = nullptr;
  Vm* loading_ = nullptr;
  Micros loading_since_ = 0;
  std::uint64_t loading_instructions_ = 0;
  // What a name means, by where its bytes are: Lua keeps equal strings once. Only a hint: the bytes are
  // compared.
  struct Known {
    const Command* command = nullptr;
    std::size_t size = 0;
    std::array<char, 16> name;
  };
  std::array<Known, 64> known_;
  std::vector<std::string_view> argv_;
  std::vector<DoubleText> numbers_;
  std::size_t collected_at_ = 0;  // the state's size when it was last collected whole
};

}  // namespace redouble
