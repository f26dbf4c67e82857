// libFuzzer's door to request_parser_problem. Run by scripts/fuzz; a crashing input is kept in build/fuzz.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/fuzz/request_parser_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto problem = redouble::request_parser_problem({reinterpret_cast<const char*>(data), size});
  if (!problem.empty()) {
    std::fprintf(stderr, "request parser: %s\n", problem.c_str());
    std::abort();
  }
  return 0;
}
