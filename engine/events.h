// Keyspace events: every name that a subscriber of __keyspace@N__ or __keyevent@N__ can see, with its
// class of notify-keyspace-events.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/config.h"

namespace redouble {

struct Event {
  std::uint32_t kind;  ///< one bit of notify::
  std::string_view name;
};

namespace event {
inline constexpr Event del{notify::kGeneric, "del"};
inline constexpr Event expire{notify::kGeneric, "expire"};
inline constexpr Event persist{notify::kGeneric, "persist"};
inline constexpr Event rename_from{notify::kGeneric, "rename_from"};
inline constexpr Event rename_to{notify::kGeneric, "rename_to"};
inline constexpr Event move_from{notify::kGeneric, "move_from"};
inline constexpr Event move_to{notify::kGeneric, "move_to"};
inline constexpr Event copy_to{notify::kGeneric, "copy_to"};
inline constexpr Event restore{notify::kGeneric, "restore"};
inline constexpr Event set{notify::kString, "set"};
inline constexpr Event append{notify::kString, "append"};
inline constexpr Event setrange{notify::kString, "setrange"};
inline constexpr Event incrby{notify::kString, "incrby"};
inline constexpr Event decrby{notify::kString, "decrby"};
inline constexpr Event incrbyfloat{notify::kString, "incrbyfloat"};
inline constexpr Event expired{notify::kExpired, "expired"};
inline constexpr Event evicted{notify::kEvicted, "evicted"};
inline constexpr Event keymiss{notify::kKeyMiss, "keymiss"};
inline constexpr Event created{notify::kNewKey, "new"};
}  // namespace event

}  // namespace redouble
