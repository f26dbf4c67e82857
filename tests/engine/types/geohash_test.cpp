// Numbers observed on redis-server 7.0.15.
#include "engine/types/geohash.h"

#include <catch2/catch.hpp>
#include <string>

namespace geo = redouble::geo;

namespace {

std::string text_of(double score) {
  const auto letters = geo::text(score);
  return {letters.data(), letters.size()};
}

}  // namespace

TEST_CASE("geohash: encodes and decodes as Redis does", "[geo]") {
  CHECK(geo::encode({13.361389, 38.115556}) == 3479099956230698);
  CHECK(geo::encode({0, 0}) == 3377699720527872);
  CHECK(geo::encode({-180, -85.05112878}) == 0);
  CHECK(geo::encode({180, 85.05112878}) == 13510798882111488);
  CHECK(text_of(3479099956230698) == "sqc8b49rny0");
  CHECK(text_of(0) == "00bh0hbj200");
  const geo::Place place = geo::decode(3479099956230698);
  CHECK(place.longitude == 13.36138933897018433);
  CHECK(place.latitude == 38.11555639549629859);
}

TEST_CASE("geohash: takes any score", "[geo]") {
  for (const double score : {-1.0, 1e300, -1e300, 1.0 / 0.0, -1.0 / 0.0, 9.3e18}) {
    const geo::Place place = geo::decode(score);
    CHECK(geo::is_valid(place));
    CHECK(text_of(score).size() == 11);
  }
}

TEST_CASE("geohash: the cover of a small circle leaves out the far sides", "[geo]") {
  geo::Shape shape;
  shape.center = {15, 37};
  shape.radius = 200;
  shape.unit = 1000;
  const auto cover = geo::cover(shape);
  CHECK(cover.count >= 1);
  CHECK(cover.count <= 9);
  const std::uint64_t middle = geo::encode(shape.center);
  CHECK(cover.cells[0].min <= middle);
  CHECK(middle < cover.cells[0].max);
}
