#include "engine/commands/families.h"

namespace redouble {

std::span<const Rows> families() {
  static const Rows kFamilies[] = {
      string_commands(),
      string_range_commands(),
      lcs_commands(),
      counter_commands(),

      key_commands(),
      expire_commands(),
      scan_commands(),

      hash_commands(),
      hash_walk_commands(),

      set_commands(),
      set_walk_commands(),
      set_algebra_commands(),

      sorted_set_commands(),
      sorted_set_range_commands(),
      sorted_set_pop_commands(),
      sorted_set_algebra_commands(),
      geo_commands(),
      geo_search_commands(),

      transaction_commands(),
      pubsub_commands(),

      connection_commands(),
      client_commands(),
      monitor_commands(),
      command_commands(),

      config_commands(),
      server_commands(),
      info_commands(),
      debug_commands(),
      diagnostics_commands(),
      memory_commands(),

      dump_commands(),
      save_commands(),
  };
  return kFamilies;
}

}  // namespace redouble
