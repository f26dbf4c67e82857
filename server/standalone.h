// The binary's life after its options are read: become a daemon, listen, announce, log, stop on a signal.
#pragma once

#include <string>

#include "engine/config.h"

namespace redouble {

struct StandaloneOptions {
  Config config;
  std::string config_file;        ///< absolute path, or empty
  bool any_port = false;          ///< take a free port from the kernel
  bool announce_json = false;     ///< the first line of output tells pid, port, url, version
  bool exit_with_parent = false;  ///< stop when the process that started us is gone
  std::string port_file;          ///< written whole once listening; empty: none
};

/// Serves until a signal or SHUTDOWN. Returns the exit code.
int run_standalone(const StandaloneOptions& options);

}  // namespace redouble
