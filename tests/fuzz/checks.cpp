#include "tests/fuzz/checks.h"

namespace redouble {

std::span<const Check> checks() {
  static constexpr Check kChecks[] = {
      {"request_parser", request_parser_problem},
      {"reply_parser", reply_parser_problem},
      {"payload", dump_payload_problem, 10},
      {"rdb_file", rdb_file_problem, 40},
      {"config", config_problem, 40},
      {"acl", acl_problem, 40},
      {"glob", glob_problem},
      {"commands", commands_problem, 20},
      {"script", script_problem, 10},
      {"library", library_problem, 20},
  };
  return kChecks;
}

}  // namespace redouble
