#include "scripting/scripting.h"

#include <vector>

#include "engine/command_table.h"
#include "scripting/families.h"
#include "scripting/script_host.h"

namespace redouble {
namespace {

const CommandTable& all_commands() {
  static const CommandTable table = [] {
    std::vector<Rows> rows(families().begin(), families().end());
    for (const Rows own : {eval_commands(), script_commands(), function_commands()}) rows.push_back(own);
    return CommandTable(rows);
  }();
  return table;
}

std::unique_ptr<ScriptEngine> make(Engine& engine) {
  return std::make_unique<ScriptHost>(engine);
}

}  // namespace

const Extension& scripting() {
  static const Extension extension{all_commands(), make};
  return extension;
}

}  // namespace redouble
