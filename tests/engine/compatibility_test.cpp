// COMPATIBILITY.md, as it is made from the tables: each command that runs, each setting without effect.
#include "engine/compatibility.h"

#include <catch2/catch.hpp>
#include <string>

#include "engine/command_table.h"
#include "engine/config.h"

using redouble::CommandTable;

TEST_CASE("Compatibility: the page has a row for every command that runs", "[compatibility]") {
  const auto& table = CommandTable::standard();
  const std::string page = redouble::compatibility_markdown(table);
  std::size_t rows = 0;
  for (std::size_t at = page.find("\n| `"); at != std::string::npos; at = page.find("\n| `", at + 1)) ++rows;
  std::size_t commands = 0;
  for (std::size_t i = 0; i < table.size(); ++i)
    if (table[i].run != nullptr) ++commands;
  CHECK(rows == commands);
  CHECK(page.find("\n| `GETEX` | `key [EX seconds \\| PX milliseconds \\| EXAT unix-time-seconds \\| "
                  "PXAT unix-time-milliseconds \\| PERSIST]` | 6.2.0 | ") != std::string::npos);
  CHECK(page.find("\n| `CLIENT LIST` | ") != std::string::npos);
  CHECK(page.find("\n## Deliberate differences\n\n- ") != std::string::npos);
}
