// The binary's life after its options are read: become a daemon, listen, announce, log, stop on a signal.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/config.h"

namespace redouble {

struct StandaloneOptions {
  Config config;
  std::string config_file;        ///< absolute path, or empty
  bool configured = false;        ///< anything at all was asked for
  bool any_port = false;          ///< take a free port from the kernel
  bool any_tls_port = false;      ///< and one for TLS
  bool announce_json = false;     ///< the first line tells pid, port, tls_port, url, version
  std::uint64_t seed = 0;         ///< of all randomness; 0: a new one
  bool exit_with_parent = false;  ///< stop when the process that started us is gone
  std::string port_file;          ///< written whole once listening; empty: none
  std::string load;               ///< test data to start with; empty: none
  bool leak_report = false;       ///< the log tells at the end what clients left behind
  bool leaks_fail = false;        ///< … and the exit code is 3 if there is anything
  std::string tls_directory;      ///< where the certificates that clients need are written; empty: nowhere
  std::vector<std::pair<std::string, std::string>> renamed_commands;  ///< to an empty name: removed
  std::vector<Setting> without_effect;  ///< what was set and redouble does nothing with
};

/// Serves until a signal or SHUTDOWN. Returns the exit code.
int run_standalone(const StandaloneOptions& options);

}  // namespace redouble
