// EVAL, EVALSHA, FCALL and their read-only forms.
#include "engine/engine.h"
#include "protocol/sha1.h"
#include "scripting/families.h"
#include "scripting/script_host.h"

namespace redouble {
namespace {

// Keys and arguments behind the count of keys at argument 2; an error text otherwise.
std::string_view split(Call& c, Argv& keys, Argv& arguments, std::string_view bad_count) {
  const Argv argv = c.args.all();
  const auto count = parse_int64(argv[2]);
  const Argv rest = argv.subspan(3);
  if (!count) return bad_count;
  if (*count > static_cast<std::int64_t>(rest.size())) return err::too_many_keys;
  if (*count < 0) return err::negative_keys;
  keys = rest.first(static_cast<std::size_t>(*count));
  arguments = rest.subspan(static_cast<std::size_t>(*count));
  return {};
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return result;
}

Outcome run_script(Call& c, std::string_view sha, std::string_view body, bool read_only) {
  ScriptHost& host = ScriptHost::of(c.engine);
  Argv keys, arguments;
  if (const auto wrong = split(c, keys, arguments, err::not_an_integer); !wrong.empty()) return wrong;
  const Script* script = host.find(sha);
  if (script == nullptr || script->function == LUA_NOREF) {
    if (script != nullptr) body = script->body;
    if (body.data() == nullptr) return err::no_script;
    std::string error;
    // The text may be the script's own, which `load` does not touch.
    script = host.load(sha, body, error);
    if (script == nullptr) return c.fail_text(std::move(error));
  }
  return host.run(c, {.vm = &host.eval_vm(),
                      .function = script->function,
                      .name = sha,
                      .flags = script->flags,
                      .is_eval = true,
                      .read_only_command = read_only,
                      .keys = keys,
                      .arguments = arguments});
}

Outcome eval(Call& c, bool read_only) {
  // Its calls are to be shown behind it.
  c.engine.feed_monitors(c.session, c.args.all());
  const std::string_view body = c.args.all()[1];
  return run_script(c, sha1_hex(body), body, read_only);
}

Outcome evalsha(Call& c, bool read_only) {
  c.engine.feed_monitors(c.session, c.args.all());
  const std::string_view sha = c.args.all()[1];
  if (sha.size() != 40) return err::no_script;
  return run_script(c, lower(sha), {}, read_only);
}

Outcome call_function(Call& c, bool read_only) {
  c.engine.feed_monitors(c.session, c.args.all());
  ScriptHost& host = ScriptHost::of(c.engine);
  const ScriptFunction* function = host.functions().find(c.args.all()[1]);
  if (function == nullptr) return err::function_not_found;
  Argv keys, arguments;
  if (const auto wrong = split(c, keys, arguments, err::bad_key_count); !wrong.empty()) return wrong;
  return host.run(c, {.vm = &host.functions().vm(),
                      .function = function->function,
                      .name = function->name,
                      .flags = function->flags,
                      .is_eval = false,
                      .read_only_command = read_only,
                      .keys = keys,
                      .arguments = arguments});
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

constexpr std::uint32_t kFlags = kNoScript | kStale | kSkipMonitor | kNoMandatoryKeys | kMovableKeys;
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
