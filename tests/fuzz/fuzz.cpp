// libFuzzer's door to the checks: `redouble_fuzz --check=NAME [options of libFuzzer] [corpus | input…]`.
// scripts/fuzz runs it.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/fuzz/checks.h"

namespace {

const redouble::Check* chosen = nullptr;

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  constexpr std::string_view kOption = "--check=";
  for (int i = 1; i < *argc; ++i) {
    const std::string_view word((*argv)[i]);
    if (!word.starts_with(kOption)) continue;
    for (const auto& check : redouble::checks())
      if (check.name == word.substr(kOption.size())) chosen = &check;
  }
  if (chosen != nullptr) return 0;
  std::fputs("redouble_fuzz: choose one of", stderr);
  for (const auto& check : redouble::checks())
    std::fprintf(stderr, " --check=%.*s", static_cast<int>(check.name.size()), check.name.data());
  std::fputs("\n", stderr);
  std::exit(2);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto problem = chosen->problem({reinterpret_cast<const char*>(data), size});
  if (!problem.empty()) {
    std::fprintf(stderr, "%.*s: %s\n", static_cast<int>(chosen->name.size()), chosen->name.data(),
                 problem.c_str());
    std::abort();
  }
  return 0;
}
