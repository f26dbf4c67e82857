// libFuzzer's door to payload_problem and rdb_file_problem. Run by scripts/fuzz; a crashing input is kept in
// build/fuzz.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/fuzz/payload_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto problem =
      input.starts_with("REDIS") ? redouble::rdb_file_problem(input) : redouble::payload_problem(input);
  if (!problem.empty()) {
    std::fprintf(stderr, "payload: %s\n", problem.c_str());
    std::abort();
  }
  return 0;
}
