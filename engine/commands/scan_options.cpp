#include "engine/commands/scan_options.h"

#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <string>

#include "engine/glob.h"

namespace redouble {

bool ScanOptions::matches(std::string_view text) const {
  return pattern == "*" || glob_match(pattern, text, false);
}

std::optional<std::uint64_t> parse_cursor(std::string_view text) {
  const std::string digits(text);
  char* end = nullptr;
  errno = 0;
  const std::uint64_t cursor = std::strtoull(digits.c_str(), &end, 10);
  if (errno == ERANGE || *end != '\0' || std::isspace(static_cast<unsigned char>(digits[0])) != 0)
    return std::nullopt;
  return cursor;
}

Outcome read_scan_options(Call& c, ScanOptions& options, bool with_type) {
  while (c.args.more()) {
    if (c.args.left() < 2) return err::syntax;
    if (c.args.take("COUNT")) {
      options.count = c.args.integer();
      if (!c.args.ok()) return c.args.error();
      if (options.count < 1) return err::syntax;
    } else if (c.args.take("MATCH")) {
      options.pattern = c.args.next();
    } else if (with_type && c.args.take("TYPE")) {
      options.type = c.args.next();
    } else {
      return err::syntax;
    }
  }
  return done;
}

}  // namespace redouble
