#include "engine/commands/families.h"

namespace redouble {

std::span<const Rows> families() {
  static const Rows kFamilies[] = {
      string_commands(),      string_range_commands(), lcs_commands(),          counter_commands(),

      list_commands(),        list_move_commands(),    list_pop_commands(),

      key_commands(),         expire_commands(),       scan_commands(),

      transaction_commands(), pubsub_commands(),

      connection_commands(),  client_commands(),       monitor_commands(),      command_commands(),

      config_commands(),      server_commands(),       info_commands(),         debug_commands(),
      diagnostics_commands(), memory_commands(),

      stream_commands(),      stream_read_commands(),  stream_group_commands(), stream_claim_commands(),
      stream_info_commands(),
  };
  return kFamilies;
}

}  // namespace redouble
