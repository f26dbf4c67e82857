#include "scripting/script_flags.h"

#include "engine/command.h"

namespace redouble {
namespace {

struct Name {
  std::string_view name;
  bool ScriptFlags::*flag;
};
constexpr Name kNames[] = {{"no-writes", &ScriptFlags::no_writes},
                           {"allow-oom", &ScriptFlags::allow_oom},
                           {"allow-stale", &ScriptFlags::allow_stale},
                           {"no-cluster", &ScriptFlags::no_cluster},
                           {"allow-cross-slot-keys", &ScriptFlags::allow_cross_slot_keys}};

}  // namespace

bool ScriptFlags::set(std::string_view name) {
  for (const Name& known : kNames) {
    if (name != known.name) continue;
    this->*known.flag = true;
    return true;
  }
  return false;
}

std::uint32_t ScriptFlags::of_command(std::uint32_t flags) const {
  if (compatible) return flags;
  flags &= ~(kStale | kDenyOom | kWrite | kMayReplicate);
  if (!no_writes) flags |= kWrite;
  if (!no_writes && !allow_oom) flags |= kDenyOom;
  if (allow_stale) flags |= kStale;
  return flags;
}

std::vector<std::string_view> ScriptFlags::names() const {
  std::vector<std::string_view> set;
  for (const Name& known : kNames)
    if (this->*known.flag) set.push_back(known.name);
  return set;
}

}  // namespace redouble
