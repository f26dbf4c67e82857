// `redouble --ping URL`: the probe of scripts, health checks and those who wait for a server to be ready.
#pragma once

#include <string>
#include <string_view>

namespace redouble {

struct PingResult {
  bool alive = false;
  std::string message;  // one line, without the password
};

// redis://[[user]:password@]host[:port][/db] or unix://path. Connects, authenticates if the URL has a
// password, sends PING. Takes a few seconds at most.
PingResult ping(std::string_view url);

}  // namespace redouble
