// Engine::snapshot and Engine::restore, and the way back to the start.
#include "engine/dataset.h"

#include <fmt/format.h>

#include <utility>

#include "engine/engine.h"
#include "engine/rdb/file.h"

namespace redouble {

std::shared_ptr<const Dataset> Engine::snapshot(std::optional<int> only) {
  auto taken = std::make_shared<Dataset>();
  taken->whole = !only;
  taken->taken_at = now_;
  taken->ages_count_frequency = ages_count_frequency_;
  taken->order_kind = eviction_order.kind();
  Keyspace::Copies copies;
  for (const auto& db : databases_)
    if (!only || db->index() == *only)
      taken->parts.push_back({db->index(), db->keys().snapshot(eviction_order.active() ? &copies : nullptr)});
  if (eviction_order.active())
    for (const Entry* entry : eviction_order.entries())
      if (const auto copy = copies.find(entry); copy != copies.end()) taken->order.push_back(copy->second);
  if (!only) taken->functions = functions_now();
  return taken;
}

std::vector<std::string> Engine::functions_now() const {
  return persistence.functions != nullptr ? persistence.functions->codes() : persistence.kept_functions;
}

std::string Engine::restore(const Dataset& from) {
  for (const auto& part : from.parts)
    if (part.db >= databases() && part.keys->size() > 0)
      return fmt::format("the snapshot has keys in database {}, and there are only {} (setting 'databases')",
                         part.db, databases());
  if (from.whole && from.functions != functions_now()) {
    if (persistence.functions == nullptr)
      persistence.kept_functions = from.functions;
    else if (auto reason = persistence.functions->load(from.functions, false); !reason.empty())
      return reason;
  }
  Keyspace::Copies copies;
  if (from.whole) eviction_order.clear();
  for (const auto& db : databases_)
    if (const Dataset::Part* part = from.part_of(db->index()))
      take_keys(from, *part, this->db(db->index()), copies);
    else if (from.whole)
      db->flush();
  settle_restored(from, copies);
  return {};
}

std::string Engine::restore(const Dataset& from, int target) {
  const Dataset::Part* part = from.whole ? from.part_of(target) : &from.parts.front();
  if (part == nullptr) return fmt::format("the snapshot has no database {}", target);
  if (target < 0 || target >= databases())
    return fmt::format("database {} does not exist: there are {} (setting 'databases')", target, databases());
  Keyspace::Copies copies;
  take_keys(from, *part, db(target), copies);
  settle_restored(from, copies);
  return {};
}

void Engine::take_keys(const Dataset& from, const Dataset::Part& part, Database& target,
                       Keyspace::Copies& copies) {
  const bool ordered = eviction_order.active();
  target.replace_keys(part.keys->copy_for(garbage, eviction_order, *this, ordered ? &copies : nullptr));
  if (from.ages_count_frequency == ages_count_frequency_) return;
  // The age fields are of the other kind: read as what they were, they become what they are here.
  const std::vector<Entry*> entries = target.keys().entries();
  const bool here = std::exchange(ages_count_frequency_, from.ages_count_frequency);
  for (Entry* entry : entries) entry->lru = converted_age(idle_units(*entry)) & 0xffffff;
  ages_count_frequency_ = here;
}

// The order of eviction as it was, where it is of the same kind and nothing else stands in it; else by age.
void Engine::settle_restored(const Dataset& from, const Keyspace::Copies& copies) {
  if (eviction_order.active()) {
    const bool alone = eviction_order.first() == nullptr;
    std::vector<Entry*> entries = eviction_order.entries();
    for (const Entry* entry : from.order)
      if (const auto copy = copies.find(entry); copy != copies.end()) entries.push_back(copy->second);
    if (alone && from.order_kind == eviction_order.kind()) {
      for (Entry* entry : entries) eviction_order.add(*entry);
    } else {
      eviction_order.clear();
      arrange_keys(entries);
    }
  }
  candidates_.clear();
  tracking.flushed();
  replication.restart();
  for (const auto& db : databases_) db->wake_waiters();
  if (current_ == nullptr) serve_waiters();
}

std::shared_ptr<const Dataset> Engine::snapshot_of(RdbFile& file) {
  auto taken = std::make_shared<Dataset>();
  taken->taken_at = now_;
  taken->ages_count_frequency = ages_count_frequency_;
  for (std::size_t i = 0; i < file.databases.size(); ++i)
    taken->parts.push_back({static_cast<int>(i), file.databases[i]->snapshot()});
  taken->functions = std::move(file.functions);
  return taken;
}

std::string Engine::export_snapshot(const Dataset& from) {
  return write_rdb_file(*this, from);
}

// Everything that a test may have changed goes back to the start through here, and through nothing else:
// what is added to a server belongs into reset(Config) if the engine has it, into Host::reset_ended (sockets)
// if its host has it.
void Engine::reset() {
  reset(start_config_);
  if (const auto reason = acl.load_configured(); !reason.empty()) host_.log(LogLevel::warning, reason);
  if (at_start != nullptr) static_cast<void>(restore(*at_start));
  host_.reset_ended();
}

void Engine::keep_start() {
  at_start = nullptr;
  if (auto taken = snapshot(); taken->keys() > 0 || !taken->functions.empty()) at_start = std::move(taken);
  changes = 0;
  reset_stats();
}

// The random sequence from its first number on, and what the constructor takes of it.
void Engine::restart_random() {
  random.reseed(seed_);
  static_cast<void>(random.next());  // of client-side caching
  run_id = random.hex(40);
  static_cast<void>(random.hex(40));  // of replication, which has chosen another
  for (const auto& db : databases_) db->restart(random.next());
}

}  // namespace redouble
