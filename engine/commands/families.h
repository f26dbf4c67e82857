// The rows of every family of commands. A new family: declare its rows here and name them in families().
#pragma once

#include <span>

#include "engine/command.h"

namespace redouble {

using Rows = std::span<const Command>;

Rows string_commands();
Rows string_range_commands();
Rows lcs_commands();
Rows counter_commands();
Rows key_commands();
Rows expire_commands();
Rows scan_commands();

Rows hash_commands();
Rows hash_walk_commands();
Rows set_commands();
Rows set_walk_commands();
Rows set_algebra_commands();
Rows sorted_set_commands();
Rows sorted_set_range_commands();
Rows sorted_set_pop_commands();
Rows sorted_set_algebra_commands();
Rows geo_commands();
Rows geo_search_commands();

Rows transaction_commands();
Rows pubsub_commands();
Rows connection_commands();
Rows client_commands();
Rows monitor_commands();
Rows command_commands();
Rows config_commands();
Rows server_commands();
Rows info_commands();
Rows debug_commands();
Rows diagnostics_commands();
Rows memory_commands();

Rows dump_commands();
Rows save_commands();

/// All families, in the order in which COMMAND lists them.
std::span<const Rows> families();

}  // namespace redouble
