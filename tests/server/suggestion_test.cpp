// Edit distances and the words they lead to.
#include "server/suggestion.h"

#include <catch2/catch.hpp>
#include <vector>

using redouble::edit_distance;
using redouble::nearest_word;

TEST_CASE("suggestion: a swap of neighbours is one mistake", "[options]") {
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("port", "port") == 0);
  CHECK(edit_distance("prot", "port") == 1);
  CHECK(edit_distance("maxmemory", "maxmemry") == 1);
  CHECK(edit_distance("kitten", "sitting") == 3);
}

TEST_CASE("suggestion: only what may have been meant", "[options]") {
  const std::vector<std::string_view> known = {"port", "save", "maxmemory", "maxclients"};
  CHECK(nearest_word("prt", known) == "port");
  CHECK(nearest_word("maxmem", known) == "");
  CHECK(nearest_word("max-memory", known) == "maxmemory");
  CHECK(nearest_word("xxxx", known) == "");
}
