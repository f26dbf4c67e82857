// ACL LOG: what was denied lately, the latest first. Like cases within a minute are one entry with a count.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "engine/acl_selector.h"
#include "engine/clock.h"

namespace redouble {

/// Where a call came from.
enum class AclContext : std::uint8_t { toplevel, multi, script };

struct AclLogEntry {
  AclVerdict::Why why;
  AclContext context;
  std::string object;  // the command, key or channel; for a failed login the command that tried
  std::string user;
  std::string client;  // CLIENT LIST's line of the client
  Micros at;
  std::uint64_t count = 1;
};

std::string_view name_of(AclVerdict::Why why);
std::string_view name_of(AclContext context);

class AclLog {
 public:
  void add(AclLogEntry entry, std::size_t max_entries);
  void clear() { entries_.clear(); }
  const std::deque<AclLogEntry>& entries() const { return entries_; }

 private:
  std::deque<AclLogEntry> entries_;
};

}  // namespace redouble
