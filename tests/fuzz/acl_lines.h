// What ACL LIST tells, for comparing.
#pragma once

#include <string>
#include <vector>

#include "engine/acl.h"

namespace redouble {

/// Without the word that `reset` adds and that changes nothing.
inline std::vector<std::string> acl_lines(const Acl& acl) {
  constexpr std::string_view kNothing = " sanitize-payload";
  auto lines = acl.lines();
  for (std::string& line : lines) {
    const std::size_t behind_name = line.find(' ', line.find(' ') + 1);
    if (const auto at = line.find(kNothing, behind_name); at != std::string::npos)
      line.erase(at, kNothing.size());
  }
  return lines;
}

}  // namespace redouble
