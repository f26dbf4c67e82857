// The `redouble` binary: reads its options, then serves or answers and exits.
#include <malloc.h>

#include <cstdio>
#include <string>
#include <vector>

#include "server/options.h"
#include "server/ping.h"
#include "server/standalone.h"

namespace {

int ping(const std::string& url) {
  const auto result = redouble::ping(url);
  std::fprintf(result.alive ? stdout : stderr, "%s\n", result.message.c_str());
  return result.alive ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  // A big value is freed bit by bit; glibc's fast bins would put its pieces together again all at once.
  ::mallopt(M_MXFAST, 0);
  using Action = redouble::Startup::Action;
  const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  const auto startup = redouble::read_command_line(arguments, redouble::real_surroundings());
  switch (startup.action) {
    case Action::serve:
      return redouble::run_standalone(startup.options);
    case Action::ping:
      return ping(startup.text);
    case Action::print:
      std::fputs(startup.text.c_str(), stdout);
      return 0;
    case Action::fail:
      break;
  }
  std::fputs(startup.text.c_str(), stderr);
  return 1;
}
