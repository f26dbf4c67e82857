#include "scripting/script_host.h"

#include <algorithm>
#include <array>
#include <new>
#include <utility>

#include "engine/command_table.h"
#include "engine/engine.h"
#include "protocol/sha1.h"
#include "scripting/chunk.h"
#include "scripting/lua_reply.h"
#include "scripting/lua_result.h"
#include "scripting/redis_api.h"
#include "scripting/sandbox.h"
#include "scripting/shebang.h"

namespace redouble {
namespace {

constexpr Millis kLoadLimit = 500;
// Where no clock runs, so many instructions count as a millisecond.
constexpr std::uint64_t kInstructionsInMillisecond = 100'000;
// How often others are served while a script runs past its limit.
constexpr Micros kServeEvery = 1000;
// A state that has grown by so much is collected whole when the script ends.
constexpr std::size_t kCollectAfter = 16 * 1024 * 1024;

}  // namespace

ScriptHost::ScriptHost(Engine& engine) : engine_(engine), functions_(*this) {
  engine_.persistence.functions = &functions_;
}

ScriptHost::~ScriptHost() = default;

ScriptHost& ScriptHost::of(lua_State* L) {
  return static_cast<ScriptHost&>(Vm::of(L).watchdog());
}

std::unique_ptr<Vm> ScriptHost::make_vm(void (*open)(lua_State*)) {
  auto vm = std::make_unique<Vm>(static_cast<Watchdog&>(*this), random_);
  const bool whole = vm->protect([open](lua_State* L) {
    sandbox::open(L);
    open(L);
  });
  if (!whole) throw std::bad_alloc();
  return vm;
}

Vm& ScriptHost::eval_vm() {
  if (eval_vm_ == nullptr) eval_vm_ = make_vm(redis_api::open_for_eval);
  return *eval_vm_;
}

// Scripts are compiled anew when they are needed again.
void ScriptHost::drop_eval_vm() {
  eval_vm_.reset();
  collected_at_ = 0;
  for (auto& [sha, script] : scripts_) script.function = LUA_NOREF;
}

// Commands that scripts call belong to a client of their own: SELECT in a script is over when the script is.
Session& ScriptHost::caller() {
  if (caller_ == nullptr) {
    caller_ = &engine_.connect_internal();
  }
  return *caller_;
}

// --- Scripts of EVAL -------------------------------------------------------------------------------------

const Script* ScriptHost::find(std::string_view sha) const {
  std::array<char, 40> name;
  if (sha.size() != name.size()) return nullptr;
  // Nearly all clients say it in lower case.
  if (const auto at = scripts_.find(sha); at != scripts_.end()) return &at->second;
  std::transform(sha.begin(), sha.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  const auto at = scripts_.find(std::string_view(name.data(), name.size()));
  return at == scripts_.end() ? nullptr : &at->second;
}

const Script* ScriptHost::load(std::string_view sha, std::string_view body, std::string& error) {
  const auto known = scripts_.find(sha);
  Script* script = known == scripts_.end() ? nullptr : &known->second;
  if (script != nullptr && script->function != LUA_NOREF) return script;
  ScriptFlags flags;
  std::string_view code = body;
  error = read_script_shebang(code, flags);
  if (!error.empty()) return nullptr;
  Vm& vm = eval_vm();
  int function = LUA_NOREF;
  vm.begin();
  bool whole = false;
  const auto compile = [&](lua_State* L) {
    if (Vm::compile(L, code, "@user_script")) {
      // Without the seal in front of them globals are found at once.
      if (!writes_globals(L)) {
        sandbox::push_globals(L);
        lua_setfenv(L, -2);
      }
      function = luaL_ref(L, LUA_REGISTRYINDEX);
    } else {
      error = fmt::format("ERR Error compiling script (new function): {}", lua::text(L, -1));
    }
  };
  try {
    whole = vm.protect(compile);
  } catch (const std::bad_alloc&) {
    drop_eval_vm();
    throw;
  }
  if (!whole) error = "ERR Error compiling script (new function): not enough memory";
  if (vm.doomed()) drop_eval_vm();
  if (function == LUA_NOREF || eval_vm_ == nullptr) return nullptr;
  if (script == nullptr) {
    std::string kept(body);
    const auto added = scripts_.try_emplace(std::string(sha)).first;
    script = &added->second;
    script->sha = added->first;
    script->body = std::move(kept);
    script_bytes_ += body.size() + sizeof(Script) + 64;
  }
  script->flags = flags;
  script->function = function;
  return script;
}

void ScriptHost::flush_scripts() {
  scripts_.clear();
  script_bytes_ = 0;
  eval_vm_.reset();
  collected_at_ = 0;
}

// --- Running ---------------------------------------------------------------------------------------------

// Why a script that says what it does may not begin. Others fail at their first command that may not be.
std::string_view ScriptHost::refusal(const Plan& plan) const {
  if (plan.flags.compatible || plan.flags.no_writes) return {};
  if (engine_.denies_writes()) return err::script_cannot_persist;
  if (plan.read_only_command) return err::writes_by_read_only;
  if (engine_.out_of_memory() && !plan.flags.allow_oom) return err::oom_without_flag;
  return {};
}

// What is to be done when a script has ended, however it did.
class ScriptHost::Ending {
 public:
  Ending(ScriptHost& host, const Plan& plan) : host_(host), plan_(plan) {}
  ~Ending() {
    host_.running_ = nullptr;
    host_.caller_->script_of = nullptr;
    host_.engine_.end_transaction(*host_.caller_);
    host_.engine_.end_busy();
    host_.clean_up(plan_);
  }
  Ending(const Ending&) = delete;
  Ending& operator=(const Ending&) = delete;

 private:
  ScriptHost& host_;
  const Plan& plan_;
};

Outcome ScriptHost::run(Call& c, const Plan& plan) {
  if (const auto why = refusal(plan); !why.empty()) return why;
  Running running{.plan = &plan,
                  .call = &c,
                  .read_only = plan.read_only_command || plan.flags.no_writes,
                  .allow_oom = plan.flags.allow_oom,
                  .started = engine_.now()};
  c.telling = Call::Telling::nothing;  // what it does speaks for itself
  caller().db = c.session.db;
  const Ending ending(*this, plan);
  running_ = &running;
  caller_->script_of = &c.session;
  caller().unpropagated = false;
  plan.vm->begin();
  bool replied = false;
  plan.vm->protect([&](lua_State* L) {
    execute(c, plan, L);
    replied = true;
  });
  if (!replied) engine_.reply_error(c.reply, err::script_out_of_memory);
  return done;
}

void ScriptHost::fill(lua_State* L, Argv words) {
  lua_createtable(L, static_cast<int>(words.size()), 0);
  for (std::size_t i = 0; i < words.size(); ++i) {
    lua::push(L, words[i]);
    lua_rawseti(L, -2, static_cast<int>(i + 1));
  }
}

void ScriptHost::execute(Call& c, const Plan& plan, lua_State* L) {
  Vm::push_kept(L, Vm::kHandler);
  lua_rawgeti(L, LUA_REGISTRYINDEX, plan.function);
  int arguments = 0;
  if (plan.is_eval) {
    Vm::push_kept(L, Vm::kGlobals);
    Vm::push_kept(L, Vm::kKeys);
    fill(L, plan.keys);
    lua_rawset(L, -3);
    Vm::push_kept(L, Vm::kArguments);
    fill(L, plan.arguments);
    lua_rawset(L, -3);
    lua_pop(L, 1);
  } else {
    fill(L, plan.keys);
    fill(L, plan.arguments);
    arguments = 2;
  }
  const int status = lua_pcall(L, arguments, 1, 1);
  if (status < 0) throw std::bad_alloc();
  // A reply that has begun is ended, whatever memory that takes.
  const Vm::Unbounded unbounded(*plan.vm);
  if (status == 0) return reply_result(c, L, running_->protocol);
  ScriptError error = read_error(L, -1);
  if (!error.source.empty() && !error.line.empty())
    error.text += fmt::format(" script: {}, on {}:{}.", plan.name, error.source, error.line);
  reply_script_error(c, error);
}

void ScriptHost::clean_up(const Plan& plan) {
  Vm& vm = *plan.vm;
  if (vm.doomed()) {
    // What it did to the commands that it ran is not known here.
    engine_.doubt();
    if (plan.is_eval)
      drop_eval_vm();
    else
      collected_at_ = 0;  // theirs is renewed at the next use
    return;
  }
  if (vm.bytes() < collected_at_ + kCollectAfter) return;
  vm.attempt([](lua_State* L) { lua_gc(L, LUA_GCCOLLECT, 0); });
  collected_at_ = vm.bytes();
}

Micros ScriptHost::running_for() const {
  return running_ != nullptr ? engine_.clock().now() - running_->started : 0;
}

bool ScriptHost::past(Millis limit, Micros since, std::uint64_t instructions) const {
  Clock& clock = engine_.clock();
  Micros allowed = 0;
  const bool is_endless = __builtin_mul_overflow(limit, Micros{1000}, &allowed);
  if (!is_endless && clock.now() - since >= allowed) return true;
  return !clock.runs() && instructions / kInstructionsInMillisecond >= static_cast<std::uint64_t>(limit);
}

void ScriptHost::look(std::uint64_t instructions) {
  if (loading_ != nullptr) return look_after_loading(instructions);
  if (running_ == nullptr) return;
  Running& run = *running_;
  run.instructions += instructions;
  if (!run.timed_out) {
    const Millis limit = engine_.config.number(Setting::busy_reply_threshold);
    if (limit <= 0 || !past(limit, run.started, run.instructions)) return;
    run.timed_out = true;
    engine_.host().log(
        LogLevel::warning,
        fmt::format("Slow script detected: still in execution after {} milliseconds. You can try "
                    "killing the script using the {} command. Script name is: {}.",
                    running_for() / 1000, run.plan->is_eval ? "SCRIPT KILL" : "FUNCTION KILL",
                    run.plan->name));
  }
  const Micros now = engine_.clock().now();
  if (engine_.clock().runs() && run.served != 0 && now - run.served < kServeEvery && now >= run.served)
    return;
  engine_.serve_while_busy(run.plan->is_eval ? err::busy_script : err::busy_function);
  run.served = engine_.clock().now();
  if (run.aborted)
    run.plan->vm->stop("The script was ended because the server stops");
  else if (run.killed)
    run.plan->vm->stop("Script killed by user with SCRIPT KILL...");
}

void ScriptHost::look_after_loading(std::uint64_t instructions) {
  loading_instructions_ += instructions;
  if (past(kLoadLimit, loading_since_, loading_instructions_)) loading_->stop("FUNCTION LOAD timeout");
}

Outcome ScriptHost::kill(Call& c, bool is_eval) {
  if (running_ == nullptr) return err::no_script_running;
  if (running_->wrote) return err::unkillable;
  if (is_eval != running_->plan->is_eval) return is_eval ? err::busy_function : err::busy_script;
  running_->killed = true;
  c.reply.ok();
  return done;
}

void ScriptHost::abort() {
  if (running_ != nullptr) running_->aborted = true;
}

// --- Commands of scripts ---------------------------------------------------------------------------------

// The words of a command from the arguments of the function; false when one is neither text nor number.
bool ScriptHost::gather(lua_State* L, std::vector<std::string_view>& argv) {
  const auto n = static_cast<std::size_t>(lua_gettop(L));
  argv.resize(n);
  if (numbers_.size() < n) numbers_.resize(n);
  for (std::size_t i = 0; i < n; ++i) {
    const int index = static_cast<int>(i) + 1;
    switch (lua_type(L, index)) {
      case LUA_TSTRING:
        argv[i] = lua::text(L, index);
        break;
      case LUA_TNUMBER: {
        const lua_Number number = lua_tonumber(L, index);
        const auto whole = static_cast<std::int64_t>(number >= -1e15 && number <= 1e15 ? number : 0);
        if (whole != 0 && static_cast<lua_Number>(whole) == number)
          numbers_[i].resize(format_int64(whole, numbers_[i].data()));
        else
          numbers_[i] = format_double(number);
        argv[i] = numbers_[i];
        break;
      }
      default:
        return false;
    }
  }
  return true;
}

// Names mean the same as long as the server runs, and a script says the same few again and again.
const Command* ScriptHost::command_of(Argv argv) {
  const std::string_view name = argv[0];
  Known& known = known_[reinterpret_cast<std::uintptr_t>(name.data()) / 32 % known_.size()];
  if (name.size() == known.size && std::memcmp(name.data(), known.name.data(), name.size()) == 0)
    return known.command;
  const Command* const command = engine_.command_of(argv);
  if (command == nullptr || command->run == nullptr || command->is_subcommand() ||
      name.size() > known.name.size())
    return command;
  known.command = command;
  known.size = name.size();
  std::memcpy(known.name.data(), name.data(), name.size());
  return command;
}

// What the user who runs the script may not do, the script may not either.
std::string_view ScriptHost::denial(const Command& command) const {
  const Session& session = running_->call->session;
  if (session.user->may_do_all()) [[likely]]
    return {};
  const AclVerdict verdict = engine_.acl.check(session, command, argv_);
  if (!verdict.denied()) return {};
  engine_.acl.log_denied(session, command, argv_, verdict, AclContext::script);
  switch (verdict.why) {
    case AclVerdict::Why::key:
      return err::script_user_key;
    case AclVerdict::Why::channel:
      return err::script_user_channel;
    default:
      return err::script_user_command;
  }
}

// Why a script may not run this command, in Redis's order; empty when it may.
std::string_view ScriptHost::refusal(const Command* command, std::size_t words) const {
  if (command == nullptr) return err::unknown_from_script;
  const auto count = static_cast<int>(words);
  if (command->arity > 0 ? count != command->arity : count < -command->arity) return err::arity_from_script;
  if (command->is(kNoScript) && !engine_.scripts_run_all) return err::denied_from_script;
  if (const auto denied = denial(*command); !denied.empty()) return denied;
  if (running_->read_only && command->is(kWrite | kMayReplicate)) return err::write_from_read_only;
  return refusal_of_write(*command);
}

// Once it has written a script is not stopped half way.
std::string_view ScriptHost::refusal_of_write(const Command& command) const {
  if (running_->wrote || !command.is(kWrite | kDenyOom)) return {};
  if (command.is(kWrite) && engine_.denies_writes()) return err::cannot_persist;
  if (command.is(kWrite) && engine_.replication.lacks_replicas()) return err::no_replicas;
  if (command.is(kDenyOom) && !running_->allow_oom && engine_.out_of_memory()) return err::oom;
  return {};
}

bool ScriptHost::call(lua_State* L) {
  if (running_ == nullptr) {
    push_error(L, "ERR redis.call/pcall can only be called inside a script invocation", false);
    return false;
  }
  if (lua_gettop(L) == 0) {
    push_error(L, "ERR Please specify at least one argument for this redis lib call", false);
    return false;
  }
  if (!gather(L, argv_)) {
    push_error(L, "ERR Lua redis lib command arguments must be strings or integers", false);
    return false;
  }
  const Command* command = command_of(argv_);
  if (const auto why = refusal(command, argv_.size()); !why.empty()) {
    engine_.count_rejected(command, why);
    push_error(L, why, true);
    return false;
  }
  if (command->run == nullptr) {
    push_error(L, err::arity_from_script, true);
    return false;
  }
  if (engine_.interception.active()) [[unlikely]]
    if (const auto why = engine_.interception.ask_in_script(*command, *caller_, argv_); !why.empty()) {
      engine_.count_rejected(command, why);
      push_error(L, why, true);
      return false;
    }
  if (command->is(kWrite)) running_->wrote = true;
  Vm& vm = Vm::of(L);
  LuaReply reply(L, running_->protocol);
  {
    const Vm::Unbounded unbounded(vm);
    engine_.run(*command, *caller_, argv_, reply, false);
    reply.finish();
  }
  // As in Redis: whatever a script reads, its caller is taken to know the keys that the script was given.
  const Call& script = *running_->call;
  if (script.session.tracking.on && command->is(kReadonly)) [[unlikely]]
    engine_.tracking.remember(script.session, script.command, script.args.all());
  vm.count(L, 1);
  vm.check_memory();
  vm.raise_if_stopping(L);
  if (reply.overflowed()) luaL_error(L, "reply nested too deeply");
  return !reply.is_error();
}

// --- ScriptEngine ----------------------------------------------------------------------------------------

ScriptEngine::Usage ScriptHost::usage() const {
  return {.eval_state = eval_vm_ != nullptr ? eval_vm_->bytes() : 0,
          .function_state = functions_.vm_bytes(),
          .scripts = scripts_.size(),
          .script_bytes = script_bytes_,
          .functions = functions_.count(),
          .libraries = functions_.all().size(),
          .function_bytes = functions_.bytes()};
}

std::uint32_t ScriptHost::flags_of(const Command& command, Argv argv) const {
  if (command.name.starts_with("FCALL")) {
    const ScriptFunction* function = functions_.find(argv[1]);
    return function != nullptr ? function->flags.of_command(command.flags) : command.flags;
  }
  const bool by_sha = command.name.starts_with("EVALSHA");
  const Script* script = find(by_sha ? argv[1] : std::string_view(sha1_hex(argv[1])));
  if (script != nullptr) return script->flags.of_command(command.flags);
  std::string_view body = argv[1];
  ScriptFlags flags;
  if (by_sha || !read_script_shebang(body, flags).empty()) return command.flags;
  return flags.of_command(command.flags);
}

void ScriptHost::reset() {
  flush_scripts();
  functions_.clear();
  random_ = {};
}

}  // namespace redouble
