// Configuration files that include one another twice were read without end: 2^15 times within the depth that
// is allowed, and ten in a file ten times as often at each level.
#include <catch2/catch.hpp>

#include <map>
#include <string>
#include <vector>

#include "server/options.h"

using namespace redouble;

TEST_CASE("include: files that include one another several times are given up", "[options]") {
  int read = 0;
  const Surroundings surroundings{.read_file = [&](const std::string& path) -> Surroundings::File {
                                    ++read;
                                    const int number = std::stoi(path.substr(path.rfind('/') + 1));
                                    if (number == 12) return {"hz 20\n", {}};
                                    std::string text;
                                    for (int i = 0; i < 10; ++i)
                                      text += "include /" + std::to_string(number + 1) + "\n";
                                    return {text, {}};
                                  },
                                  .expand = [](const std::string&) { return std::vector<std::string>(); },
                                  .read_standard_input = [] { return std::string(); },
                                  .working_directory = [] { return std::string("/"); },
                                  .enter_directory = [](const std::string&) { return std::string(); },
                                  .check_log_file = [](const std::string&) { return std::string(); },
                                  .is_command = [](std::string_view) { return false; }};
  const Startup startup = read_command_line(std::vector<std::string>{"/0"}, surroundings);
  CHECK(startup.action == Startup::Action::fail);
  CHECK(startup.text.find("more than 10000 files are included: do they include one another?") !=
        std::string::npos);
  CHECK(read < 10'100);
}
