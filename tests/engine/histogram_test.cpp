// The numbers are those of redis-server 7.0.15's LATENCY HISTOGRAM and INFO latencystats for calls of known
// length (DEBUG SLEEP), and of its slot arithmetic.
#include "engine/histogram.h"

#include <catch2/catch.hpp>

using namespace redouble;

TEST_CASE("histogram: nothing recorded takes and shows nothing", "[histogram]") {
  LatencyHistogram histogram;
  CHECK(histogram.count() == 0);
  CHECK(histogram.percentile_ns(50) == 0);
  CHECK(histogram.steps().empty());
  CHECK(histogram.memory_bytes() == sizeof histogram);
}

TEST_CASE("histogram: a percentile is the end of its slot, for 0 the begin", "[histogram]") {
  LatencyHistogram histogram;
  histogram.record(77'000);
  CHECK(histogram.percentile_ns(0) == 76'800);
  CHECK(histogram.percentile_ns(0.1) == 77'311);
  CHECK(histogram.percentile_ns(50) == 77'311);
  CHECK(histogram.percentile_ns(100) == 77'311);
  CHECK(histogram.percentile_ns(250) == 77'311);
}

TEST_CASE("histogram: every slot's ends are right", "[histogram]") {
  const auto ends = [](std::uint64_t value) {
    LatencyHistogram histogram;
    histogram.record(value);
    return std::pair(histogram.percentile_ns(0), histogram.percentile_ns(100));
  };
  CHECK(ends(0) == std::pair<std::int64_t, std::int64_t>(1, 1));
  CHECK(ends(127) == std::pair<std::int64_t, std::int64_t>(127, 127));
  CHECK(ends(128) == std::pair<std::int64_t, std::int64_t>(128, 128));
  CHECK(ends(255) == std::pair<std::int64_t, std::int64_t>(255, 255));
  CHECK(ends(256) == std::pair<std::int64_t, std::int64_t>(256, 257));
  CHECK(ends(1'000) == std::pair<std::int64_t, std::int64_t>(1'000, 1'003));
  CHECK(ends(29'000) == std::pair<std::int64_t, std::int64_t>(28'928, 29'055));
  CHECK(ends(162'000) == std::pair<std::int64_t, std::int64_t>(161'792, 162'815));
  CHECK(ends(50'100'000) == std::pair<std::int64_t, std::int64_t>(50'069'504, 50'331'647));
  CHECK(ends(5'000'000'000) == std::pair<std::int64_t, std::int64_t>(998'244'352, 1'002'438'655));
}

TEST_CASE("histogram: percentiles count calls with rounding to the nearest", "[histogram]") {
  LatencyHistogram histogram;
  for (int i = 1; i <= 100; ++i) histogram.record(static_cast<std::uint64_t>(i));
  CHECK(histogram.count() == 100);
  CHECK(histogram.percentile_ns(0) == 1);
  CHECK(histogram.percentile_ns(50) == 50);
  CHECK(histogram.percentile_ns(50.4) == 50);
  CHECK(histogram.percentile_ns(50.5) == 51);
  CHECK(histogram.percentile_ns(99.9) == 100);
}

TEST_CASE("histogram: steps double from 1,024 ns and take in the slot they fall on", "[histogram]") {
  LatencyHistogram histogram;
  histogram.record(1);
  CHECK(histogram.steps() == std::vector<LatencyStep>{{1, 1}});
  histogram.record(1'031);
  CHECK(histogram.steps() == std::vector<LatencyStep>{{1, 2}});
  histogram.record(1'032);
  CHECK(histogram.steps() == std::vector<LatencyStep>{{1, 2}, {2, 3}});
  histogram.record(90'000);
  histogram.record(240'000);
  histogram.record(1'500'000);
  CHECK(histogram.steps() == std::vector<LatencyStep>{{1, 2}, {2, 3}, {132, 4}, {264, 5}, {2113, 6}});
}

TEST_CASE("histogram: what is past the last step is reported at the range's end", "[histogram]") {
  LatencyHistogram histogram;
  histogram.record(10'100'000);
  histogram.record(50'100'000);
  histogram.record(541'065'215);
  CHECK(histogram.steps() == std::vector<LatencyStep>{{16'908, 1}, {67'633, 2}, {541'065, 3}});
  histogram.record(541'065'216);
  histogram.record(1'100'000'000);
  CHECK(histogram.steps() ==
        std::vector<LatencyStep>{{16'908, 1}, {67'633, 2}, {541'065, 3}, {1'073'741, 5}});
}

TEST_CASE("histogram: memory follows the range in use and goes with a reset", "[histogram]") {
  LatencyHistogram histogram;
  for (int i = 0; i < 1000; ++i) histogram.record(2'000);
  CHECK(histogram.memory_bytes() > 1024);
  CHECK(histogram.memory_bytes() < 1400);
  for (int i = 0; i < 30; ++i) histogram.record(std::uint64_t{1} << i);
  CHECK(histogram.memory_bytes() < 25'000);
  histogram.reset();
  CHECK(histogram.count() == 0);
  CHECK(histogram.memory_bytes() == sizeof histogram);
}
