// The command line of redouble_oracle.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace redouble::oracle {

struct Options {
  enum class Mode { all, cases, generate, scripts };
  Mode mode = Mode::all;
  std::string redouble;
  std::string redis = "redis-server";
  std::string case_directory;
  std::string record;                // where to keep what the generator has shown
  std::vector<std::string> filters;  // parts of case file names or titles
  std::vector<std::string> families;
  uint64_t seed = 0;
  long commands = 20000;
  long scripts = 3000;
  long seconds = 0;
  int resp = 0;  // 0 is both
  int differences = 10;
  bool help = false;
};

// Throws std::runtime_error on an unknown or bad argument.
Options read_options(int argc, char** argv);

std::string usage();

}  // namespace redouble::oracle
