// What the geo commands share: reading places and units, writing distances and places.
#pragma once

#include <optional>

#include "engine/call.h"
#include "engine/types/geohash.h"

namespace redouble {

/// Two arguments, longitude and latitude; nothing, with an error in `args`, when they name no place.
std::optional<geo::Place> next_place(Call& c);
/// Metres in the unit that the next argument names; errors go to `args`.
double next_unit(Call& c);

/// Four digits behind the point.
void reply_distance(Call& c, double distance);
void reply_place(Call& c, const geo::Place& place);

}  // namespace redouble
