// The `redouble` binary: reads its options and serves.
#include <fmt/format.h>

#include <string>
#include <vector>

#include "server/standalone.h"

int main(int argc, char** argv) {
  redouble::StandaloneOptions options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const auto* setting = redouble::find_setting(std::string_view(argv[i]).substr(2));
    if (setting == nullptr) return 1;
    if (const auto reason = options.config.load(setting->setting, std::vector<std::string>{argv[i + 1]})) {
      fmt::print(stderr, "{}\n", *reason);
      return 1;
    }
  }
  return redouble::run_standalone(options);
}
