#include "engine/acl_log.h"

#include <algorithm>

namespace redouble {
namespace {

constexpr std::size_t kLookedAt = 10;  // the latest entries that a new case may join
constexpr Micros kTogether = 60'000'000;

bool alike(const AclLogEntry& a, const AclLogEntry& b) {
  return a.why == b.why && a.context == b.context && b.at - a.at <= kTogether && a.object == b.object &&
         a.user == b.user;
}

}  // namespace

std::string_view name_of(AclVerdict::Why why) {
  switch (why) {
    case AclVerdict::Why::command:
      return "command";
    case AclVerdict::Why::key:
      return "key";
    case AclVerdict::Why::channel:
      return "channel";
    case AclVerdict::Why::authentication:
      return "auth";
    case AclVerdict::Why::allowed:
      break;
  }
  return "unknown";
}

std::string_view name_of(AclContext context) {
  switch (context) {
    case AclContext::toplevel:
      return "toplevel";
    case AclContext::multi:
      return "multi";
    case AclContext::script:
      break;
  }
  return "lua";
}

// The log is cut only where it grows: a lower acllog-max-len shows with the next new entry.
void AclLog::add(AclLogEntry entry, std::size_t max_entries) {
  const auto end = entries_.begin() + static_cast<std::ptrdiff_t>(std::min(kLookedAt, entries_.size()));
  const auto known =
      std::find_if(entries_.begin(), end, [&](const AclLogEntry& old) { return alike(old, entry); });
  if (known != end) {
    entry.count = known->count + 1;
    entries_.erase(known);
    entries_.push_front(std::move(entry));
    return;
  }
  entries_.push_front(std::move(entry));
  while (entries_.size() > max_entries) entries_.pop_back();
}

}  // namespace redouble
