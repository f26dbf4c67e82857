// Places on earth as scores of a sorted set: 26 bits of longitude and of latitude each, one bit of one and
// one of the other in turn (a geohash), so that near places mostly have near scores. All arithmetic is in the
// order in which redis-server does it: the digits that clients see depend on it.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace redouble::geo {

struct Place {
  double longitude, latitude;
};

/// Web Mercator ends here, towards the poles.
inline constexpr double kMaxLongitude = 180;
inline constexpr double kMaxLatitude = 85.05112878;

inline bool is_valid(const Place& place) {
  return !(place.longitude < -kMaxLongitude || place.longitude > kMaxLongitude ||
           place.latitude < -kMaxLatitude || place.latitude > kMaxLatitude);
}

/// The score of a valid place.
std::uint64_t encode(const Place& place);
/// The middle of the cell that a score means; any score is taken.
Place decode(double score);
/// The 11 letters that GEOHASH tells, which other programs read.
std::array<char, 11> text(double score);
/// Metres, on a sphere.
double distance(const Place& a, const Place& b);

/// A circle or a box around a place; sizes are in units of `unit` metres.
struct Shape {
  Place center{};
  double unit = 1;
  bool is_box = false;
  double radius = 0;
  double width = 0, height = 0;

  /// Whether a place lies in it; its distance from the center then.
  bool contains(const Place& place, double& metres) const;
};

/// Scores from `min` up to `max`, which does not belong.
struct Cell {
  std::uint64_t min, max;
};

/// Up to nine cells, none twice, that cover a shape, in the order in which Redis looks into them.
struct Cover {
  std::array<Cell, 9> cells;
  std::size_t count = 0;
};
Cover cover(const Shape& shape);

}  // namespace redouble::geo
