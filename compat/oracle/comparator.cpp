// Implementation of comparator.h. A new rule needs an enumerator, a word in kWords, and a branch in same().
#include "comparator.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "text.h"

namespace redouble::oracle {
namespace {

using Kind = Reply::Kind;

constexpr std::array<std::pair<std::string_view, Rule::Kind>, 10> kWords = {{
    {"exact", Rule::Kind::exact},
    {"unordered", Rule::Kind::unordered},
    {"type-only", Rule::Kind::type_only},
    {"shape", Rule::Kind::shape},
    {"times", Rule::Kind::times},
    {"nonempty", Rule::Kind::nonempty},
    {"fields", Rule::Kind::fields},
    {"lines", Rule::Kind::lines},
    {"payload", Rule::Kind::payload},
    {"any", Rule::Kind::any},
}};

// The reply with every aggregate sorted; maps by pair.
Reply sorted(const Reply& reply) {
  Reply result = reply;
  for (auto& item : result.items) item = sorted(item);
  const size_t width = reply.kind == Kind::map ? 2 : 1;
  std::vector<std::pair<std::string, std::vector<Reply>>> groups;
  for (size_t i = 0; i + width <= result.items.size(); i += width) {
    std::string name;
    std::vector<Reply> group;
    for (size_t j = 0; j < width; ++j) {
      name += describe(result.items[i + j]) + "\n";
      group.push_back(result.items[i + j]);
    }
    groups.emplace_back(std::move(name), std::move(group));
  }
  std::stable_sort(groups.begin(), groups.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  result.items.clear();
  for (auto& [name, group] : groups) {
    for (auto& item : group) result.items.push_back(std::move(item));
  }
  return result;
}

bool same_shape(const Reply& ours, const Reply& theirs) {
  if (ours.kind != theirs.kind || ours.items.size() != theirs.items.size()) return false;
  for (size_t i = 0; i < ours.items.size(); ++i) {
    if (!same_shape(ours.items[i], theirs.items[i])) return false;
  }
  return true;
}

std::optional<double> as_number(const std::string& text) {
  if (text.empty()) return std::nullopt;
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (end != text.c_str() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

// -1 and -2 have meanings of their own (no TTL, no key): they are never near a positive number.
bool near(const Reply& ours, const Reply& theirs, long long within) {
  if (ours.kind != theirs.kind || ours.items.size() != theirs.items.size()) return false;
  for (size_t i = 0; i < ours.items.size(); ++i) {
    if (!near(ours.items[i], theirs.items[i], within)) return false;
  }
  if (ours.is_aggregate() || ours.is_error() || ours.text == theirs.text) return ours.text == theirs.text;
  const auto a = as_number(ours.text);
  const auto b = as_number(theirs.text);
  if (!a || !b || *a < 0 || *b < 0) return false;
  return std::fabs(*a - *b) <= static_cast<double>(within);
}

// Whether item `i` of a reply about a stream is a time: idle or seen-time of a consumer; behind a pending
// entry's id, and its consumer if that is told, when it was delivered or how long ago.
bool is_time(const Reply& parent, size_t i) {
  const auto& items = parent.items;
  if (i == 0 || items[i].kind != Kind::integer) return false;
  if (items[i - 1].text == "idle" || items[i - 1].text == "seen-time") return true;
  return items.size() == i + 2 && i <= 2 && items[i + 1].kind == Kind::integer && items[0].kind == Kind::bulk;
}

bool same_but_times(const Reply& ours, const Reply& theirs) {
  constexpr long long kNear = 2000;
  if (!ours.is_aggregate() || ours.kind != theirs.kind || ours.items.size() != theirs.items.size())
    return ours == theirs;
  for (size_t i = 0; i < ours.items.size(); ++i) {
    const bool is_near = is_time(theirs, i) && near(ours.items[i], theirs.items[i], kNear);
    if (!is_near && !same_but_times(ours.items[i], theirs.items[i])) return false;
  }
  return true;
}

bool is_empty(const Reply& reply) {
  const bool null =
      reply.kind == Kind::null || reply.kind == Kind::null_bulk || reply.kind == Kind::null_array;
  return null || (reply.is_aggregate() ? reply.items.empty() : reply.text.empty());
}

// The lines of a text, each up to `mark` when there is one.
std::vector<std::string> lines_of(const std::string& text, char mark) {
  std::vector<std::string> lines;
  size_t at = 0;
  while (at < text.size()) {
    const auto end = std::min(text.find("\r\n", at), text.size());
    const auto line = std::string_view(text).substr(at, end - at);
    lines.emplace_back(line.substr(0, mark == '\0' ? line.npos : line.find(mark)));
    at = end + 2;
  }
  return lines;
}

std::vector<std::string> sorted_lines(const std::string& text) {
  auto lines = lines_of(text, '\0');
  std::sort(lines.begin(), lines.end());
  return lines;
}

// The first byte tells how the value is written: 2 and 4 are the tables of sets and hashes, 19 streams.
bool same_payload(const Reply& ours, const Reply& theirs) {
  if (ours == theirs) return true;
  if (ours.kind != theirs.kind || ours.text.empty() || theirs.text.empty() || ours.text[0] != theirs.text[0])
    return false;
  const bool is_table = ours.text[0] == 2 || ours.text[0] == 4;
  return ours.text[0] == 19 || (is_table && ours.text.size() == theirs.text.size());
}

}  // namespace

bool add_annotation(Rule& rule, std::string_view text) {
  const auto word = text.substr(0, text.find(' '));
  const auto rest = trim(text.substr(word.size()));
  if (word == "mask" && !rest.empty()) {
    try {
      rule.masks.emplace_back(std::string(rest));
    } catch (const std::regex_error&) {
      return false;
    }
    rule.mask_texts.emplace_back(rest);
    return true;
  }
  if (word == "without" && !rest.empty()) {
    rule.omitted.emplace_back(rest);
    return true;
  }
  if (word == "approx") {
    const auto within = to_integer(rest);
    if (!within || *within < 0) return false;
    rule.kind = Rule::Kind::approx;
    rule.within = *within;
    return true;
  }
  const auto* const found =
      std::find_if(kWords.begin(), kWords.end(), [&](const auto& entry) { return entry.first == text; });
  if (found == kWords.end()) return false;
  rule.kind = found->second;
  return true;
}

std::vector<std::string> annotations(const Rule& rule) {
  std::vector<std::string> lines;
  if (rule.kind == Rule::Kind::approx) lines.push_back("approx " + std::to_string(rule.within));
  for (const auto& [word, kind] : kWords) {
    if (kind == rule.kind && kind != Rule::Kind::exact) lines.emplace_back(word);
  }
  for (const auto& mask : rule.mask_texts) lines.push_back("mask " + mask);
  for (const auto& name : rule.omitted) lines.push_back("without " + name);
  return lines;
}

namespace {

// The text without its lines `name:value` of the given name.
std::string without_line(std::string text, const std::string& name) {
  const auto line = name + ":";
  const auto at = text.starts_with(line) ? 0 : text.find("\n" + line) + 1;
  if (at == 0 && !text.starts_with(line)) return text;
  const auto end = text.find('\n', at);
  return text.erase(at, end == text.npos ? text.npos : end + 1 - at);
}

}  // namespace

Reply blanked(const Reply& reply, const Rule& rule) {
  Reply result = reply;
  for (const auto& name : rule.omitted) result.text = without_line(std::move(result.text), name);
  for (const auto& mask : rule.masks) {
    if (!result.text.empty()) result.text = std::regex_replace(result.text, mask, "*");
  }
  result.items.clear();
  for (size_t i = 0; i < reply.items.size(); ++i) {
    const auto& item = reply.items[i];
    const bool out = item.kind == Kind::bulk &&
                     std::find(rule.omitted.begin(), rule.omitted.end(), item.text) != rule.omitted.end();
    if (out) {
      ++i;
    } else {
      result.items.push_back(blanked(item, rule));
    }
  }
  return result;
}

bool same(const Reply& ours, const Reply& theirs, const Rule& rule) {
  if (rule.kind == Rule::Kind::any) return !ours.is_end() || ours.kind == theirs.kind;
  if (!rule.masks.empty() || !rule.omitted.empty()) {
    Rule unmasked;
    unmasked.kind = rule.kind;
    unmasked.within = rule.within;
    return same(blanked(ours, rule), blanked(theirs, rule), unmasked);
  }
  if (ours.is_error() || theirs.is_error()) return ours == theirs;
  switch (rule.kind) {
    case Rule::Kind::unordered:
      return sorted(ours) == sorted(theirs);
    case Rule::Kind::type_only:
      return ours.kind == theirs.kind;
    case Rule::Kind::shape:
      return same_shape(ours, theirs);
    case Rule::Kind::approx:
      return near(ours, theirs, rule.within);
    case Rule::Kind::times:
      return same_but_times(ours, theirs);
    case Rule::Kind::nonempty:
      return ours.kind == theirs.kind && !is_empty(ours) && !is_empty(theirs);
    case Rule::Kind::fields:
      return ours.kind == theirs.kind && lines_of(ours.text, ':') == lines_of(theirs.text, ':');
    case Rule::Kind::lines:
      return ours.kind == theirs.kind && sorted_lines(ours.text) == sorted_lines(theirs.text);
    case Rule::Kind::payload:
      return same_payload(ours, theirs);
    case Rule::Kind::exact:
    case Rule::Kind::any:
      break;
  }
  return ours == theirs;
}

}  // namespace redouble::oracle
