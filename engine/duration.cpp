#include "engine/duration.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>

#include "protocol/ascii.h"
#include "protocol/number.h"

namespace redouble {
namespace {

using std::chrono::sys_days;

struct Unit {
  std::string_view name;
  double micros;
};

constexpr Unit kUnits[] = {
    {"us", 1}, {"ms", 1e3}, {"s", 1e6}, {"m", 60e6}, {"h", 3600e6}, {"d", 86'400e6}, {"", 1e3},
};
constexpr double kLongest = static_cast<double>(kLongestDuration);
constexpr Micros kEndOfTime = 253'402'300'800'000'000;  // the year 10000

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Digits at the front of `text`, exactly `count` of them, followed by `separator` (0: none).
std::optional<int> take_digits(std::string_view& text, std::size_t count, char separator) {
  const std::size_t size = count + (separator != 0 ? 1 : 0);
  if (text.size() < size) return std::nullopt;
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (!is_digit(text[i])) return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  if (separator != 0 && to_lower(text[count]) != to_lower(separator)) return std::nullopt;
  text.remove_prefix(size);
  return value;
}

std::optional<Micros> take_time_of_day(std::string_view text) {
  const auto hours = take_digits(text, 2, ':'), minutes = take_digits(text, 2, ':');
  const auto seconds = take_digits(text, 2, 0);
  if (!hours || !minutes || !seconds || *hours > 23 || *minutes > 59 || *seconds > 59) return std::nullopt;
  Micros micros = ((*hours * 60LL + *minutes) * 60 + *seconds) * 1'000'000;
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    if (text.empty() || !is_digit(text.front())) return std::nullopt;
    for (Micros unit = 100'000; !text.empty() && is_digit(text.front()); unit /= 10, text.remove_prefix(1))
      micros += (text.front() - '0') * unit;
  }
  if (!text.empty() && (text == "Z" || text == "z")) text.remove_prefix(1);
  return text.empty() ? std::optional(micros) : std::nullopt;
}

}  // namespace

std::optional<Micros> parse_duration(std::string_view text) {
  const std::size_t digits = std::min(text.find_first_not_of("+-.0123456789"), text.size());
  const auto number = parse_double(text.substr(0, digits));
  if (!number) return std::nullopt;
  for (const Unit& unit : kUnits) {
    if (!equal_ignoring_case(text.substr(digits), unit.name)) continue;
    const double micros = *number * unit.micros;
    return std::abs(micros) <= kLongest ? std::optional(static_cast<Micros>(std::llround(micros)))
                                        : std::nullopt;
  }
  return std::nullopt;
}

std::optional<Micros> parse_time(std::string_view text) {
  if (const auto millis = parse_int64(text))
    return *millis >= 0 && *millis < kEndOfTime / 1000 ? std::optional(*millis * 1000) : std::nullopt;
  const auto year = take_digits(text, 4, '-'), month = take_digits(text, 2, '-');
  const auto day = take_digits(text, 2, 0);
  if (!year || !month || !day) return std::nullopt;
  const auto date = std::chrono::year(*year) / *month / *day;
  if (!date.ok() || *year < 1970) return std::nullopt;
  const Micros midnight = std::chrono::microseconds(sys_days(date).time_since_epoch()).count();
  if (text.empty()) return midnight;
  if (text.front() != 'T' && text.front() != 't' && text.front() != ' ') return std::nullopt;
  const auto time = take_time_of_day(text.substr(1));
  return time ? std::optional(midnight + *time) : std::nullopt;
}

std::string format_time(Micros time) {
  const std::chrono::microseconds since(time);
  const auto days = std::chrono::floor<std::chrono::days>(since);
  const std::chrono::year_month_day date{sys_days(days)};
  const auto millis = (since - days).count() / 1000;
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     millis / 3'600'000, millis / 60'000 % 60, millis / 1000 % 60, millis % 1000);
}

std::string no_duration(std::string_view text) {
  return fmt::format("ERR '{}' is no duration: write 250ms, 61s, 5m, 2h, 1d, or plain milliseconds",
                     text.substr(0, 128));
}

std::string no_time(std::string_view text) {
  return fmt::format("ERR '{}' is no time: write 2031-01-01T00:00:00Z (UTC), or Unix milliseconds",
                     text.substr(0, 128));
}

}  // namespace redouble
