// "Did you mean …?": the known word that a mistyped one was most likely meant to be.
#pragma once

#include <span>
#include <string_view>

namespace redouble {

// The number of single characters to insert, drop or replace, or neighbours to swap, to get from one to the
// other.
std::size_t edit_distance(std::string_view from, std::string_view to);

// The nearest of `known`, or nothing when even that is too far away to be meant. The first one wins a tie.
std::string_view nearest_word(std::string_view word, std::span<const std::string_view> known);

// The parameter that was most likely meant, or another of the `other` words that are allowed in its place.
std::string_view nearest_setting(std::string_view name, std::span<const std::string_view> other = {});

}  // namespace redouble
