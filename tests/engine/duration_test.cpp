// Durations and points in time as tests write them.
#include "engine/duration.h"

#include <catch2/catch.hpp>

using redouble::format_time;
using redouble::parse_duration;
using redouble::parse_time;

TEST_CASE("Durations: a number with a unit, plain milliseconds", "[duration]") {
  CHECK(parse_duration("250ms") == 250'000);
  CHECK(parse_duration("61s") == 61'000'000);
  CHECK(parse_duration("5m") == 300'000'000);
  CHECK(parse_duration("2h") == 7'200'000'000);
  CHECK(parse_duration("1D") == 86'400'000'000);
  CHECK(parse_duration("100us") == 100);
  CHECK(parse_duration("1500") == 1'500'000);
  CHECK(parse_duration("1.5s") == 1'500'000);
  CHECK(parse_duration("-5s") == -5'000'000);
}

TEST_CASE("Durations: what is none", "[duration]") {
  for (const char* text : {"", "5x", "s", "5 s", "1e3", "0x10", "inf", "nan", "1..5s", "5sm", "400000d", "-"})
    CHECK(parse_duration(text) == std::nullopt);
  CHECK(redouble::no_duration("5x") ==
        "ERR '5x' is no duration: write 250ms, 61s, 5m, 2h, 1d, or plain milliseconds");
}

TEST_CASE("Times: ISO 8601 in UTC, or Unix milliseconds", "[duration]") {
  CHECK(parse_time("2031-01-01T00:00:00Z") == 1'924'992'000'000'000);
  CHECK(parse_time("2031-01-01") == 1'924'992'000'000'000);
  CHECK(parse_time("2031-01-01 00:00:01.25") == 1'924'992'001'250'000);
  CHECK(parse_time("1924992000000") == 1'924'992'000'000'000);
  CHECK(parse_time("0") == 0);
  CHECK(format_time(1'924'992'001'250'999) == "2031-01-01T00:00:01.250Z");
  CHECK(format_time(-1) == "1969-12-31T23:59:59.999Z");
}

TEST_CASE("Times: what is none", "[duration]") {
  for (const char* text :
       {"", "2031-13-01", "2031-02-30T00:00:00Z", "2031-01-01T24:00:00Z", "-1", "2031-01-01T00:00:00+01:00",
        "2031-01-01T00:00:00.Z", "1969-12-31", "253402300800000", "tomorrow"})
    CHECK(parse_time(text) == std::nullopt);
}
