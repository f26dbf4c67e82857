// EVAL, EVALSHA, FCALL and their read-only forms.
#include "engine/engine.h"
#include "protocol/sha1.h"
#include "scripting/families.h"
#include "scripting/script_host.h"

namespace redouble {
namespace {

// Keys and arguments behind the count of keys at argument 2; an error text otherwise.
std::string_view split(Call& c, ScriptHost::Plan& plan, std::string_view bad_count) {
  const Argv argv = c.args.all();
  const auto count = parse_int64(argv[2]);
  const Argv rest = argv.subspan(3);
  if (!count) return bad_count;
  if (*count > static_cast<std::int64_t>(rest.size())) return err::too_many_keys;
  if (*count < 0) return err::negative_keys;
  plan.keys = rest.first(static_cast<std::size_t>(*count));
  plan.arguments = rest.subspan(static_cast<std::size_t>(*count));
  return {};
}

// What a script calls is shown to MONITOR behind it.
void show(Call& c) {
  if (!c.engine.monitors.empty()) c.engine.feed_monitors(c.session, c.args.all());
}

Outcome run(Call& c, const Script& script, ScriptHost::Plan& plan) {
  ScriptHost& host = ScriptHost::of(c.engine);
  plan.vm = &host.eval_vm();
  plan.function = script.function;
  plan.name = script.sha;
  plan.flags = script.flags;
  return host.run(c, plan);
}

Outcome eval(Call& c, bool read_only) {
  show(c);
  ScriptHost::Plan plan{.is_eval = true, .read_only_command = read_only};
  if (const auto wrong = split(c, plan, err::not_an_integer); !wrong.empty()) return wrong;
  const std::string_view body = c.args.all()[1];
  std::string error;
  const Script* script = ScriptHost::of(c.engine).load(sha1_hex(body), body, error);
  return script != nullptr ? run(c, *script, plan) : c.fail_text(std::move(error));
}

Outcome evalsha(Call& c, bool read_only) {
  show(c);
  const std::string_view sha = c.args.all()[1];
  if (sha.size() != 40) return err::no_script;
  ScriptHost::Plan plan{.is_eval = true, .read_only_command = read_only};
  if (const auto wrong = split(c, plan, err::not_an_integer); !wrong.empty()) return wrong;
  ScriptHost& host = ScriptHost::of(c.engine);
  const Script* script = host.find(sha);
  if (script == nullptr) return err::no_script;
  std::string error;
  // The state may be a new one, where it is not compiled yet.
  if (script->function == LUA_NOREF) script = host.load(script->sha, script->body, error);
  return script != nullptr ? run(c, *script, plan) : c.fail_text(std::move(error));
}

Outcome call_function(Call& c, bool read_only) {
  show(c);
  ScriptHost& host = ScriptHost::of(c.engine);
  if (host.functions().find(c.args.all()[1]) == nullptr) return err::function_not_found;
  Vm& vm = host.functions().vm();  // may load all functions anew
  const ScriptFunction* function = host.functions().find(c.args.all()[1]);
  if (function == nullptr) return err::function_not_found;
  ScriptHost::Plan plan{.vm = &vm,
                        .function = function->function,
                        .name = function->name,
                        .flags = function->flags,
                        .read_only_command = read_only};
  if (const auto wrong = split(c, plan, err::bad_key_count); !wrong.empty()) return wrong;
  return host.run(c, plan);
}

template <Outcome (*kRun)(Call&, bool), bool kReadOnly>
Outcome with(Call& c) {
  return kRun(c, kReadOnly);
}

constexpr KeySpec counted_keys(int flags, std::string_view notes) {
  KeySpec spec = keys::counted(2, 0, 1, 1, flags);
  spec.notes = notes;
  return spec;
}

constexpr std::uint32_t kFlags =
    kRunsScript | kNoScript | kStale | kSkipMonitor | kNoMandatoryKeys | kMovableKeys;
constexpr int kWorst = kRW | kAccess | kUpdate;
constexpr std::string_view kWorstNotes = "A script may read, write and delete its keys";
constexpr std::string_view kReadNotes = "A read-only script may read its keys";

constexpr Command kCommands[] = {
    {.name = "EVAL",
     .arity = -3,
     .flags = kFlags | kMayReplicate,
     .categories = kCatScripting,
     .keys = {counted_keys(kWorst, kWorstNotes)},
     .group = Group::scripting,
     .since = "2.6.0",
     .syntax = "script numkeys:int [key...] [arg...]",
     .summary = "Runs a Lua script.",
     .run = with<eval, false>},
    {.name = "EVALSHA",
     .arity = -3,
     .flags = kFlags | kMayReplicate,
     .categories = kCatScripting,
     .keys = {counted_keys(kWorst, {})},
     .group = Group::scripting,
     .since = "2.6.0",
     .syntax = "sha1 numkeys:int [key...] [arg...]",
     .summary = "Runs a cached Lua script by the SHA-1 of its text.",
     .run = with<evalsha, false>},
    {.name = "EVAL_RO",
     .arity = -3,
     .flags = kFlags | kReadonly,
     .categories = kCatScripting,
     .keys = {counted_keys(kRO | kAccess, kReadNotes)},
     .group = Group::scripting,
     .since = "7.0.0",
     .syntax = "script numkeys:int [key...] [arg...]",
     .summary = "Runs a Lua script that may not write.",
     .run = with<eval, true>},
    {.name = "EVALSHA_RO",
     .arity = -3,
     .flags = kFlags | kReadonly,
     .categories = kCatScripting,
     .keys = {counted_keys(kRO | kAccess, {})},
     .group = Group::scripting,
     .since = "7.0.0",
     .syntax = "sha1 numkeys:int [key...] [arg...]",
     .summary = "Runs a cached Lua script, which may not write, by the SHA-1 of its text.",
     .run = with<evalsha, true>},
    {.name = "FCALL",
     .arity = -3,
     .flags = kFlags | kMayReplicate,
     .categories = kCatScripting,
     .keys = {counted_keys(kWorst, kWorstNotes)},
     .group = Group::scripting,
     .since = "7.0.0",
     .syntax = "function numkeys:int [key...] [arg...]",
     .summary = "Calls a function.",
     .run = with<call_function, false>},
    {.name = "FCALL_RO",
     .arity = -3,
     .flags = kFlags | kReadonly,
     .categories = kCatScripting,
     .keys = {counted_keys(kRO | kAccess, kReadNotes)},
     .group = Group::scripting,
     .since = "7.0.0",
     .syntax = "function numkeys:int [key...] [arg...]",
     .summary = "Calls a function that may not write.",
     .run = with<call_function, true>},
};

}  // namespace

Rows eval_commands() {
  return kCommands;
}

}  // namespace redouble
