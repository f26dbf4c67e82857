#include "engine/types/geohash.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace redouble::geo {
namespace {

constexpr double kEarthRadius = 6372797.560856;
constexpr double kHalfEquator = 20037726.37;  // of Web Mercator's square
constexpr double kDegree = M_PI / 180.0;
constexpr unsigned kMaxStep = 26;

double radians(double degrees) {
  return degrees * kDegree;
}
double degrees(double radians) {
  return radians / kDegree;
}

struct Area {
  double west, east, south, north;
};

// A square of the grid that has 2^step columns and rows.
struct Square {
  std::uint32_t column, row;
  unsigned step;
};

// Bit i of the number becomes bit 2i.
std::uint64_t spread(std::uint32_t number) {
  std::uint64_t bits = number;
  bits = (bits | (bits << 16)) & 0x0000FFFF0000FFFF;
  bits = (bits | (bits << 8)) & 0x00FF00FF00FF00FF;
  bits = (bits | (bits << 4)) & 0x0F0F0F0F0F0F0F0F;
  bits = (bits | (bits << 2)) & 0x3333333333333333;
  return (bits | (bits << 1)) & 0x5555555555555555;
}

std::uint32_t gather(std::uint64_t bits) {
  bits &= 0x5555555555555555;
  bits = (bits | (bits >> 1)) & 0x3333333333333333;
  bits = (bits | (bits >> 2)) & 0x0F0F0F0F0F0F0F0F;
  bits = (bits | (bits >> 4)) & 0x00FF00FF00FF00FF;
  bits = (bits | (bits >> 8)) & 0x0000FFFF0000FFFF;
  return static_cast<std::uint32_t>(bits | (bits >> 16));
}

std::uint64_t bits_of(const Square& square) {
  return spread(square.row) | spread(square.column) << 1;
}

Square square_of(const Place& place, unsigned step, double max_latitude) {
  const double row = (place.latitude + max_latitude) / (max_latitude - -max_latitude);
  const double column = (place.longitude + kMaxLongitude) / (kMaxLongitude - -kMaxLongitude);
  // The very last longitude and latitude give a column or row past the last.
  const auto squares = static_cast<double>(std::uint64_t{1} << step);
  return {static_cast<std::uint32_t>(column * squares), static_cast<std::uint32_t>(row * squares), step};
}

Area area_of(const Square& square) {
  const auto squares = static_cast<double>(std::uint64_t{1} << square.step);
  const auto at = [&](std::uint32_t number, double limit) {
    return -limit + (static_cast<double>(number) / squares) * (limit - -limit);
  };
  return {at(square.column, kMaxLongitude), at(square.column + 1, kMaxLongitude),
          at(square.row, kMaxLatitude), at(square.row + 1, kMaxLatitude)};
}

double clamp(double value, double limit) {
  return value > limit ? limit : value < -limit ? -limit : value;
}

// What a conversion to an unsigned integer gives on x86-64 for any double: a sorted set may hold scores that
// were never a place.
std::uint64_t bits_of_score(double score) {
  constexpr double kHalf = 9223372036854775808.0;
  const auto to_signed = [](double value) {
    return value >= -kHalf && value < kHalf ? static_cast<std::int64_t>(value) : INT64_MIN;
  };
  if (score < kHalf) return static_cast<std::uint64_t>(to_signed(score));
  return static_cast<std::uint64_t>(to_signed(score - kHalf)) ^ (std::uint64_t{1} << 63);
}

double north_south_distance(double a, double b) {
  return kEarthRadius * std::fabs(radians(b) - radians(a));
}

// --- Covering a shape ------------------------------------------------------------------------------------

// Half of the box that a shape's bounds are computed from, in metres.
struct Reach {
  double width, height, corner;
};

Reach reach_of(const Shape& shape) {
  if (!shape.is_box) {
    const double radius = shape.unit * shape.radius;
    return {radius, radius, shape.radius * shape.unit};
  }
  const double corner =
      std::sqrt((shape.width / 2) * (shape.width / 2) + (shape.height / 2) * (shape.height / 2));
  return {shape.unit * (shape.width / 2), shape.unit * (shape.height / 2), corner * shape.unit};
}

Area bounds_of(const Place& center, const Reach& reach) {
  const double tall = degrees(reach.height / kEarthRadius);
  const double wide_north = degrees(reach.width / kEarthRadius / std::cos(radians(center.latitude + tall)));
  const double wide_south = degrees(reach.width / kEarthRadius / std::cos(radians(center.latitude - tall)));
  const double wide = center.latitude < 0 ? wide_south : wide_north;
  return {center.longitude - wide, center.longitude + wide, center.latitude - tall, center.latitude + tall};
}

// The finest grid of which nine squares cover that distance.
unsigned step_for(double metres, double latitude) {
  if (metres == 0) return kMaxStep;
  int step = 1;
  for (; metres < kHalfEquator; metres *= 2) ++step;
  step -= 2;
  // Towards the poles a degree of longitude is shorter.
  if (latitude > 66 || latitude < -66) --step;
  if (latitude > 80 || latitude < -80) --step;
  return static_cast<unsigned>(std::clamp(step, 1, static_cast<int>(kMaxStep)));
}

Square neighbour(Square square, int columns, int rows) {
  const std::uint32_t mask = (std::uint32_t{1} << square.step) - 1;
  if (columns != 0) square.column = (square.column + static_cast<std::uint32_t>(columns)) & mask;
  if (rows != 0) square.row = (square.row + static_cast<std::uint32_t>(rows)) & mask;
  return square;
}

// Whether the squares around the middle one leave something of the bounds uncovered.
bool falls_short(const Square& middle, const Area& bounds) {
  return area_of(neighbour(middle, 0, 1)).north < bounds.north ||
         area_of(neighbour(middle, 0, -1)).south > bounds.south ||
         area_of(neighbour(middle, 1, 0)).east < bounds.east ||
         area_of(neighbour(middle, -1, 0)).west > bounds.west;
}

}  // namespace

std::uint64_t encode(const Place& place) {
  return bits_of(square_of(place, kMaxStep, kMaxLatitude));
}

Place decode(double score) {
  const std::uint64_t bits = bits_of_score(score);
  const Area area = area_of({gather(bits >> 1), gather(bits), kMaxStep});
  return {clamp((area.west + area.east) / 2, kMaxLongitude),
          clamp((area.south + area.north) / 2, kMaxLatitude)};
}

// Elsewhere the latitude goes to 90 degrees. There are bits for ten letters; the last is always a zero.
std::array<char, 11> text(double score) {
  constexpr std::string_view kLetters = "0123456789bcdefghjkmnpqrstuvwxyz";
  const std::uint64_t bits = bits_of(square_of(decode(score), kMaxStep, 90));
  std::array<char, 11> letters;
  for (unsigned i = 0; i < 10; ++i) letters[i] = kLetters[(bits >> (52 - (i + 1) * 5)) & 31];
  letters[10] = kLetters[0];
  return letters;
}

double distance(const Place& a, const Place& b) {
  const double west_east = std::sin((radians(b.longitude) - radians(a.longitude)) / 2);
  if (west_east == 0) return north_south_distance(a.latitude, b.latitude);
  const double from = radians(a.latitude), to = radians(b.latitude);
  const double north_south = std::sin((to - from) / 2);
  const double haversine = north_south * north_south + std::cos(from) * std::cos(to) * west_east * west_east;
  return 2.0 * kEarthRadius * std::asin(std::sqrt(haversine));
}

bool Shape::contains(const Place& place, double& metres) const {
  if (!is_box) {
    metres = distance(center, place);
    return !(metres > radius * unit);
  }
  if (north_south_distance(place.latitude, center.latitude) > height * unit / 2) return false;
  if (distance(place, {center.longitude, place.latitude}) > width * unit / 2) return false;
  metres = distance(center, place);
  return true;
}

Cover cover(const Shape& shape) {
  const Reach reach = reach_of(shape);
  const Area bounds = bounds_of(shape.center, reach);
  unsigned step = step_for(reach.corner, shape.center.latitude);
  Square middle = square_of(shape.center, step, kMaxLatitude);
  if (step > 1 && falls_short(middle, bounds)) middle = square_of(shape.center, --step, kMaxLatitude);

  // Sides that the bounds do not reach are left out; on the coarsest grid there is nothing to save.
  const Area area = area_of(middle);
  const bool fine = step >= 2;
  const bool no_south = fine && area.south < bounds.south, no_north = fine && area.north > bounds.north;
  const bool no_west = fine && area.west < bounds.west, no_east = fine && area.east > bounds.east;
  constexpr std::array<std::pair<int, int>, 9> kAround = {
      {{0, 0}, {0, 1}, {0, -1}, {1, 0}, {-1, 0}, {1, 1}, {-1, 1}, {1, -1}, {-1, -1}}};
  Cover cover;
  std::uint64_t last = 0;
  for (const auto& [columns, rows] : kAround) {
    if ((no_south && rows < 0) || (no_north && rows > 0) || (no_west && columns < 0) ||
        (no_east && columns > 0))
      continue;
    const std::uint64_t bits = bits_of(neighbour(middle, columns, rows));
    // On the coarsest grid east and west are the same square, and so on: they stand next to each other here.
    if (cover.count > 0 && bits == last) continue;
    const unsigned shift = 2 * (kMaxStep - step);
    cover.cells[cover.count++] = {bits << shift, (bits + 1) << shift};
    last = bits;
  }
  return cover;
}

}  // namespace redouble::geo
