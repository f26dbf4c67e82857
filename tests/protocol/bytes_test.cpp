// copy_bytes and same_bytes against what the standard library does, for every size around those where they
// change their ways.
#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

#include "protocol/copy_bytes.h"
#include "protocol/same_bytes.h"

using namespace redouble;

TEST_CASE("copy_bytes: every size, nothing beside it, and over itself", "[bytes]") {
  std::string from(100, ' ');
  for (std::size_t i = 0; i < from.size(); ++i) from[i] = static_cast<char>('!' + i % 90);
  for (std::size_t size = 0; size <= 80; ++size) {
    CAPTURE(size);
    // Exactly as large, so that a sanitizer sees what lies outside.
    const std::string bytes = from.substr(0, size);
    std::string to(size + 2, '#');
    CHECK(copy_bytes(bytes, to.data() + 1) == to.data() + 1 + size);
    CHECK(to == '#' + bytes + '#');
    for (const std::size_t by : {1, 3, 7, 15, 20}) {
      std::string forward = from, backward = from;
      copy_bytes({forward.data(), size}, forward.data() + by);
      copy_bytes({backward.data() + by, size}, backward.data());
      CHECK(forward.substr(by, size) == from.substr(0, size));
      CHECK(backward.substr(0, size) == from.substr(by, size));
    }
  }
  char nothing = '#';
  CHECK(copy_bytes({}, &nothing) == &nothing);
}

TEST_CASE("same_bytes: every size, and a difference at every place", "[bytes]") {
  for (std::size_t size = 0; size <= 80; ++size) {
    CAPTURE(size);
    const std::string one(size, 'a');
    CHECK(same_bytes(one, std::string(size, 'a')));
    CHECK_FALSE(same_bytes(one, std::string(size + 1, 'a')));
    for (std::size_t at = 0; at < size; ++at) {
      std::string other = one;
      other[at] = 'b';
      CHECK_FALSE(same_bytes(one, other));
    }
  }
}
