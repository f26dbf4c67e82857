// A seeded, bounded run of the checks that the fuzz target makes: good requests, broken at random.
#include <catch2/catch.hpp>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tests/fuzz/checks.h"

namespace {

using redouble::request_parser_problem;

constexpr std::string_view kWords[] = {"\r\n",    "\n",      "*",          "$",       "*0\r\n",
                                       "*-1\r\n", "$-1\r\n", "$0\r\n\r\n", "\"",      "'",
                                       "\\x4",    "\\",      " ",          "1048577", "9223372036854775808",
                                       "-",       "+"};

class Mutator {
 public:
  explicit Mutator(std::uint32_t seed) : random_(seed) {}

  std::size_t below(std::size_t bound) { return random_() % bound; }

  std::string pipeline() {
    std::string stream;
    for (std::size_t request = 0; request < 1 + below(4); ++request) {
      stream += below(4) == 0 ? inline_request() : bulk_request();
    }
    for (std::size_t change = below(4); change > 0; --change) mutate(stream);
    return stream;
  }

 private:
  std::string bytes() {
    std::string text(below(below(8) == 0 ? 300 : 8), '\0');
    for (auto& byte : text) byte = static_cast<char>(random_());
    return text;
  }

  std::string bulk_request() {
    const auto count = 1 + below(below(6) == 0 ? 20 : 4);
    std::string text = "*" + std::to_string(count) + "\r\n";
    for (std::size_t i = 0; i < count; ++i) {
      const auto argument = bytes();
      text += "$" + std::to_string(argument.size()) + "\r\n" + argument + "\r\n";
    }
    return text;
  }

  std::string inline_request() {
    static const std::string words[] = {"SET", "k", "\"a\\x41\\n\"", "'it\\'s'", "", "v", "\"\""};
    std::string text;
    for (std::size_t i = 0; i < below(6); ++i) text += words[below(7)] + " ";
    return text + (below(2) == 0 ? "\r\n" : "\n");
  }

  void mutate(std::string& stream) {
    if (stream.empty()) return;
    const auto at = below(stream.size());
    switch (below(5)) {
      case 0:
        stream[at] = static_cast<char>(random_());
        break;
      case 1:
        stream.erase(at, 1 + below(5));
        break;
      case 2:
        stream.insert(at, kWords[below(std::size(kWords))]);
        break;
      case 3:
        stream.insert(at, stream.substr(below(stream.size()), below(20)));
        break;
      default:
        stream.resize(at);
        break;
    }
  }

  std::mt19937 random_;
};

}  // namespace

TEST_CASE("request parser: broken requests keep its promises however they are split",
          "[request_parser][fuzz]") {
  constexpr std::uint32_t kSeeds = 4000;
  for (std::uint32_t seed = 1; seed <= kSeeds; ++seed) {
    Mutator mutator(seed);
    const auto stream = mutator.pipeline();
    for (const char choice : {char(0), char(4 * 1), char(4 * 4 + 1), char(2 + 4 * 2)}) {
      const auto problem = request_parser_problem(choice + stream);
      if (!problem.empty()) {
        INFO("seed " << seed << ", choice " << int(choice));
        INFO(Catch::Detail::rawMemoryToString(stream.data(), stream.size()));
        FAIL(problem);
      }
    }
  }
}

TEST_CASE("request parser: the checks of the fuzz target see a request that differs",
          "[request_parser][fuzz]") {
  // An inline line longer than 64 KB is read when it comes at once and refused when it comes in pieces.
  std::string line(70000, 'a');
  line += "\r\n";
  CHECK_FALSE(request_parser_problem(std::string(1, char(4 * 7)) + line).empty());
  CHECK(request_parser_problem(std::string(1, char(4 * 7)) + "PING\r\n").empty());
}
