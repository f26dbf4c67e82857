#include "engine/command_table.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <string>

#include "engine/commands/families.h"
#include "protocol/ascii.h"

namespace redouble {
namespace {

constexpr std::string_view kCategoryNames[] = {
    "@keyspace", "@read",   "@write",       "@set",       "@sortedset",  "@list",        "@hash",
    "@string",   "@bitmap", "@hyperloglog", "@geo",       "@stream",     "@pubsub",      "@admin",
    "@fast",     "@slow",   "@blocking",    "@dangerous", "@connection", "@transaction", "@scripting"};

// A command with one of these waits, runs others, passes gates of its own, or changes what the next command
// of its client meets.
constexpr std::uint32_t kMoreThanItself = kAdmin | kNoScript | kBlocking | kSkipMonitor | kSkipSlowlog |
                                          kNoAuth | kProtectedCommand | kNoMulti | kRunsScript;

bool is_plain(const Command& command) {
  const bool is_known = command.is(kWrite | kReadonly) || command.channels == Channels::publish;
  const bool is_whole = command.run != nullptr && command.name.find('|') == std::string_view::npos;
  return is_known && is_whole && !command.is(kMoreThanItself);
}

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && (a == b || equal_ignoring_case(a, b));
}

}  // namespace

std::uint32_t categories_of(const Command& command) {
  std::uint32_t set = command.categories;
  if (command.is(kWrite)) set |= kCatWrite;
  if (command.is(kReadonly) && (set & kCatScripting) == 0) set |= kCatRead;
  if (command.is(kAdmin)) set |= kCatAdmin | kCatDangerous;
  if (command.is(kPubsub)) set |= kCatPubsub;
  if (command.is(kBlocking)) set |= kCatBlocking;
  set |= command.is(kFast) ? kCatFast : kCatSlow;
  return set;
}

std::span<const std::string_view> category_names() {
  return kCategoryNames;
}

std::uint32_t category_by_name(std::string_view name) {
  for (std::size_t bit = 0; bit < std::size(kCategoryNames); ++bit)
    if (same_name(kCategoryNames[bit].substr(1), name)) return 1u << bit;
  return 0;
}

std::string full_name(const Command& command) {
  return to_lower(command.name);
}

const CommandTable& CommandTable::standard() {
  static const CommandTable table(families());
  return table;
}

// Letters of either case differ in the bit 0x20 alone. A short name is read in pieces that overlap, so that
// no letter is looked at by itself.
CommandTable::Folded::Folded(std::string_view name) : front(0), back(0), size(name.size()) {
  constexpr std::uint64_t kFold = 0x2020202020202020u;
  const char* const end = name.data() + size;
  if (size >= 8) {
    std::memcpy(&front, name.data(), 8);
    std::memcpy(&back, end - 8, 8);
  } else if (size >= 4) {
    std::uint32_t first, last;
    std::memcpy(&first, name.data(), 4);
    std::memcpy(&last, end - 4, 4);
    front = std::uint64_t{first} << 32 | last;
  } else if (size > 0) {
    const auto letter = [&](std::size_t i) { return std::uint64_t{static_cast<unsigned char>(name[i])}; };
    front = letter(0) << 16 | letter(size / 2) << 8 | letter(size - 1);
  }
  front |= kFold;
  back |= kFold;
}

std::size_t CommandTable::Folded::hash() const {
  const std::uint64_t h = (front ^ (back * 0x9e3779b97f4a7c15u + size)) * 0xc2b2ae3d27d4eb4fu;
  return h >> 40;
}

CommandTable::CommandTable(std::span<const std::span<const Command>> families) {
  std::size_t rows = 0;
  for (const auto& family : families) rows += family.size();
  all_.reserve(rows);
  for (const auto& family : families) all_.insert(all_.end(), family.begin(), family.end());
  std::size_t capacity = 16;
  while (capacity < all_.size() * 4) capacity *= 2;
  slots_.resize(capacity);
  for (std::size_t i = 0; i < all_.size(); ++i) {
    all_[i].number = static_cast<std::uint16_t>(i);
    all_[i].plain = is_plain(all_[i]);
    assert(find(all_[i].name) == nullptr && "a command stands in two rows");
    const std::string_view name = all_[i].name;
    const Folded folded(name);
    std::size_t at = folded.hash() & (capacity - 1);
    while (slots_[at].command != nullptr) at = (at + 1) & (capacity - 1);
    const bool letters = std::all_of(name.begin(), name.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    slots_[at] = {folded, &all_[i], letters && name.size() <= 16};
  }
  subcommands_.resize(all_.size());
  for (Command& command : all_) {
    const std::size_t bar = command.name.find('|');
    if (bar == std::string_view::npos) {
      commands_.push_back(&command);
      continue;
    }
    const Command* parent = find(command.name.substr(0, bar));
    assert(parent != nullptr && "a subcommand without its parent");
    command.words = 2;
    all_[parent->number].has_subcommands = true;
    subcommands_[parent->number].push_back(&command);
  }
}

const Command* CommandTable::find(std::string_view name) const {
  const std::size_t mask = slots_.size() - 1;
  const Folded folded(name);
  for (std::size_t at = folded.hash() & mask; slots_[at].command != nullptr; at = (at + 1) & mask) {
    const Slot& slot = slots_[at];
    if (slot.name == folded && (slot.is_exact || same_name(slot.command->name, name))) return slot.command;
  }
  return nullptr;
}

const Command* CommandTable::find(const Command& parent, std::string_view subcommand) const {
  for (const Command* command : subcommands(parent))
    if (same_name(command->name.substr(parent.name.size() + 1), subcommand)) return command;
  return nullptr;
}

std::span<const Command* const> CommandTable::subcommands(const Command& parent) const {
  return subcommands_[parent.number];
}

}  // namespace redouble
