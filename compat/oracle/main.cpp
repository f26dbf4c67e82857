// redouble_oracle: starts both servers, plays the written cases and the generated sequences, and says what
// differs. Exit code 0 when nothing does, 1 on a difference, 2 when it could not run.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>

#include "case_runner.h"
#include "generated_run.h"
#include "options.h"
#include "process.h"
#include "script_run.h"

namespace redouble::oracle {
namespace {

bool selected(const Case& written, const Options& options) {
  if (options.filters.empty()) return true;
  return std::any_of(options.filters.begin(), options.filters.end(), [&](const std::string& part) {
    return written.file.find(part) != std::string::npos || written.title.find(part) != std::string::npos;
  });
}

std::vector<Case> read_cases(const Options& options) {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(options.case_directory)) {
    if (entry.path().extension() == ".case") paths.push_back(entry.path().string());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<Case> cases;
  for (const auto& path : paths) {
    for (auto& written : read_case_file(path)) {
      if (selected(written, options)) cases.push_back(std::move(written));
    }
  }
  return cases;
}

bool run_cases(Pair& pair, const Options& options) {
  const auto cases = read_cases(options);
  CaseRunner runner(pair);
  for (const auto& written : cases) runner.run(written, options.resp);
  if (runner.skipped() > 0) {
    std::printf("%d skipped: they need commands that redouble does not list\n", runner.skipped());
  }
  std::printf("%d passed, %d failed\n", runner.passed(), runner.failed());
  return runner.failed() == 0;
}

int run(int argc, char** argv) {
  const auto options = read_options(argc, argv);
  if (options.help) {
    std::printf("%s", usage().c_str());
    return 0;
  }
  Pair pair;
  pair.theirs = std::make_unique<Process>("redis", options.redis);
  pair.ours = std::make_unique<Process>("redouble", options.redouble);
  bool agreed = true;
  const auto is = [&](Options::Mode mode) {
    return options.mode == Options::Mode::all || options.mode == mode;
  };
  if (is(Options::Mode::cases)) agreed = run_cases(pair, options) && agreed;
  // Before the generated sequences, which leave the settings of both servers as they may be.
  if (is(Options::Mode::scripts)) agreed = run_scripts(pair, options) && agreed;
  if (is(Options::Mode::generate)) agreed = run_generated(pair, options) && agreed;
  return agreed ? 0 : 1;
}

}  // namespace
}  // namespace redouble::oracle

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  try {
    return redouble::oracle::run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "redouble_oracle: %s\n", error.what());
    return 2;
  }
}
