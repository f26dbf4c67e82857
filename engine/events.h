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
  bool wakes = true;  ///< false: clients that wait for the key are left alone
};

namespace event {
inline constexpr Event del{notify::kGeneric, "del"};
inline constexpr Event expire{notify::kGeneric, "expire", false};
inline constexpr Event persist{notify::kGeneric, "persist", false};
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
inline constexpr Event lpush{notify::kList, "lpush"};
inline constexpr Event rpush{notify::kList, "rpush"};
inline constexpr Event lpop{notify::kList, "lpop"};
inline constexpr Event rpop{notify::kList, "rpop"};
inline constexpr Event linsert{notify::kList, "linsert"};
inline constexpr Event lset{notify::kList, "lset"};
inline constexpr Event lrem{notify::kList, "lrem"};
inline constexpr Event ltrim{notify::kList, "ltrim"};
inline constexpr Event sortstore{notify::kList, "sortstore"};
inline constexpr Event sadd{notify::kSet, "sadd"};
inline constexpr Event srem{notify::kSet, "srem"};
inline constexpr Event spop{notify::kSet, "spop"};
inline constexpr Event sinterstore{notify::kSet, "sinterstore"};
inline constexpr Event sunionstore{notify::kSet, "sunionstore"};
inline constexpr Event sdiffstore{notify::kSet, "sdiffstore"};
inline constexpr Event hset{notify::kHash, "hset"};
inline constexpr Event hincrby{notify::kHash, "hincrby"};
inline constexpr Event hincrbyfloat{notify::kHash, "hincrbyfloat"};
inline constexpr Event hdel{notify::kHash, "hdel"};
inline constexpr Event zadd{notify::kSortedSet, "zadd"};
inline constexpr Event zincr{notify::kSortedSet, "zincr"};
inline constexpr Event zrem{notify::kSortedSet, "zrem"};
inline constexpr Event zremrangebyscore{notify::kSortedSet, "zremrangebyscore"};
inline constexpr Event zremrangebylex{notify::kSortedSet, "zremrangebylex"};
inline constexpr Event zremrangebyrank{notify::kSortedSet, "zremrangebyrank"};
inline constexpr Event zpopmin{notify::kSortedSet, "zpopmin"};
inline constexpr Event zpopmax{notify::kSortedSet, "zpopmax"};
inline constexpr Event zunionstore{notify::kSortedSet, "zunionstore"};
inline constexpr Event zinterstore{notify::kSortedSet, "zinterstore"};
inline constexpr Event zdiffstore{notify::kSortedSet, "zdiffstore"};
inline constexpr Event zrangestore{notify::kSortedSet, "zrangestore"};
inline constexpr Event geosearchstore{notify::kSortedSet, "geosearchstore"};
inline constexpr Event georadiusstore{notify::kSortedSet, "georadiusstore"};
inline constexpr Event setbit{notify::kString, "setbit"};
inline constexpr Event pfadd{notify::kString, "pfadd"};
inline constexpr Event xadd{notify::kStream, "xadd"};
inline constexpr Event xdel{notify::kStream, "xdel", false};
inline constexpr Event xtrim{notify::kStream, "xtrim", false};
inline constexpr Event xsetid{notify::kStream, "xsetid"};
inline constexpr Event xgroup_create{notify::kStream, "xgroup-create"};
inline constexpr Event xgroup_setid{notify::kStream, "xgroup-setid"};
inline constexpr Event xgroup_destroy{notify::kStream, "xgroup-destroy"};
inline constexpr Event xgroup_createconsumer{notify::kStream, "xgroup-createconsumer"};
inline constexpr Event xgroup_delconsumer{notify::kStream, "xgroup-delconsumer"};
inline constexpr Event expired{notify::kExpired, "expired"};
inline constexpr Event evicted{notify::kEvicted, "evicted"};
inline constexpr Event keymiss{notify::kKeyMiss, "keymiss"};
inline constexpr Event created{notify::kNewKey, "new"};
}  // namespace event

}  // namespace redouble
