// maxmemory: which key goes next, and making room. Exact by default: the least recently or least frequently
// used key of the whole server (eviction_order.h), the nearest deadline, or one drawn with the engine's seed;
// sampled on demand: Redis's approximation, a pool of sixteen candidates out of maxmemory-samples keys of
// each database.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "engine/command.h"
#include "engine/engine.h"
#include "engine/memory_model.h"

namespace redouble {
namespace {

bool only_timed(EvictionPolicy policy) {
  return policy == EvictionPolicy::volatile_lru || policy == EvictionPolicy::volatile_lfu ||
         policy == EvictionPolicy::volatile_random || policy == EvictionPolicy::volatile_ttl;
}

bool is_random(EvictionPolicy policy) {
  return policy == EvictionPolicy::allkeys_random || policy == EvictionPolicy::volatile_random;
}

EvictionOrder::By order_of(EvictionPolicy policy) {
  switch (policy) {
    case EvictionPolicy::allkeys_lru:
    case EvictionPolicy::volatile_lru:
      return EvictionOrder::By::recency;
    case EvictionPolicy::allkeys_lfu:
    case EvictionPolicy::volatile_lfu:
      return EvictionOrder::By::frequency;
    default:
      return EvictionOrder::By::nothing;
  }
}

// Shows `n` keys as redis-server picks them: from a bucket drawn at random and those behind it, the head of a
// chain first. In a heap of deadlines it is one by one.
template <class Visit>
void sample(Keyspace& keys, Random& random, std::int64_t n, Visit&& visit) {
  const std::uint64_t buckets = std::max(keys.buckets(0), keys.buckets(1));
  std::uint64_t at = random.below(buckets);
  std::int64_t empty = 0;
  const std::int64_t patience = std::max<std::int64_t>(5, n + 1);
  for (std::int64_t steps = n * 10; n > 0 && steps > 0; --steps) {
    const std::int64_t before = n;
    keys.scan(at, [&](Entry& entry) {
      if (n > 0) visit(entry), --n;
    });
    empty = n == before ? empty + 1 : 0;
    const bool is_desert = empty >= patience;
    at = is_desert ? random.below(buckets) : (at + 1) & (buckets - 1);
    if (is_desert) empty = 0;
  }
}

}  // namespace

bool Engine::evicts_exactly() const {
  return config.word(Setting::redouble_eviction) == "exact";
}

// --- The order of all keys -------------------------------------------------------------------------------

// Begins the order that the settings ask for, if it is another than before. Without a limit too: one that is
// set later is to find the keys in the order of their uses.
void Engine::choose_eviction_order() {
  const EvictionPolicy policy = config.eviction_policy();
  const auto by = evicts_exactly() ? order_of(policy) : EvictionOrder::By::nothing;
  const auto decay = config.number(Setting::lfu_decay_time);
  const bool converts = counts_frequency() != ages_count_frequency_;
  if (!converts && eviction_order.is(by, only_timed(policy), decay)) return;
  const auto before = eviction_order.entries();
  eviction_order.start(by, only_timed(policy), decay);
  arrange_keys(before);
}

void Engine::arrange_keys() {
  if (!eviction_order.active() && counts_frequency() == ages_count_frequency_) return;
  const auto before = eviction_order.entries();
  eviction_order.clear();
  arrange_keys(before);
}

// What is known of a key's last use is its age field, to the second or the minute; equals come in the order
// in which they stood `before`, and behind these by database and name.
void Engine::arrange_keys(const std::vector<Entry*>& before) {
  struct Standing {
    std::uint32_t idle;
    std::size_t place;
    int db;
    Entry* entry;
  };
  // Should memory run out below, no entry claims a place that it has not.
  for (const auto& database : databases_)
    database->keys().for_each([](Entry& entry) {
      if (entry.placed) entry.place() = {nullptr, nullptr};
    });
  std::unordered_map<const Entry*, std::size_t> places;
  for (std::size_t i = 0; i < before.size(); ++i) places.emplace(before[i], i);
  std::vector<Standing> all;
  for (const auto& database : databases_)
    for (Entry* entry : database->keys().entries()) {
      const auto at = places.find(entry);
      const std::size_t place = at != places.end() ? at->second : before.size();
      entry = database->keys().fit(entry);
      all.push_back({idle_units(*entry), place, database->index(), entry});
    }
  std::sort(all.begin(), all.end(), [](const Standing& a, const Standing& b) {
    if (a.idle != b.idle) return a.idle > b.idle;
    return std::tuple(a.place, a.db, a.entry->key()) < std::tuple(b.place, b.db, b.entry->key());
  });
  const bool converts = counts_frequency() != ages_count_frequency_;
  if (converts)
    for (const Standing& standing : all) standing.entry->lru = converted_age(standing.idle) & 0xffffff;
  ages_count_frequency_ = counts_frequency();
  for (const Standing& standing : all) eviction_order.add(*standing.entry);
}

// How long ago the key was used by its age field: seconds, or minutes where that counts frequency.
std::uint32_t Engine::idle_units(const Entry& entry) const {
  if (!ages_count_frequency_) return idle_since(entry.lru);
  const auto minutes = static_cast<std::uint32_t>(now_ / 60'000'000);
  return (minutes - (entry.lru >> 8)) & 0xffff;
}

// The policy has changed between LRU and LFU: redis-server reads the old field as if it were of the new kind,
// which makes what goes first depend on the time of day. Here the last use stays known, and a counter starts
// as that of a new key.
std::uint32_t Engine::converted_age(std::uint32_t idle) const {
  const Micros unit = ages_count_frequency_ ? 60'000'000 : 1'000'000;
  const Micros used_at = std::max<Micros>(0, now_ - idle * unit);
  if (ages_count_frequency_) return static_cast<std::uint32_t>(used_at / 1'000'000);
  return static_cast<std::uint32_t>(used_at / 60'000'000) << 8 | kFirstCount;
}

// --- Choosing --------------------------------------------------------------------------------------------

// The age of a candidate by Redis's measure: the higher the sooner it goes.
std::uint64_t Engine::staleness(const Entry& entry) const {
  switch (order_of(config.eviction_policy())) {
    case EvictionOrder::By::recency:
      return idle_since(entry.lru);
    case EvictionOrder::By::frequency:
      return 255 - decayed_frequency(entry.lru);
    default:
      return UINT64_MAX - static_cast<std::uint64_t>(entry.expires_at());
  }
}

// Takes samples of every database into the pool, which keeps the stalest, the best last; of equals the one
// that is there longest, as in Redis, whose pool may hold a key twice, too.
void Engine::sample_candidates() {
  constexpr std::size_t kPool = 16;
  const bool timed = only_timed(config.eviction_policy());
  for (const auto& database : databases_) {
    Keyspace& keys = database->keys();
    const auto consider = [&](const Entry& entry) {
      const std::uint64_t stale = staleness(entry);
      const bool is_full = candidates_.size() == kPool;
      if (is_full && stale <= candidates_.front().staleness) return;
      if (is_full) candidates_.erase(candidates_.begin());
      const auto at = std::find_if(candidates_.begin(), candidates_.end(),
                                   [&](const Candidate& other) { return other.staleness >= stale; });
      candidates_.insert(at, {stale, database->index(), std::string(entry.key())});
    };
    const auto there = static_cast<std::int64_t>(timed ? keys.timed() : keys.size());
    const std::int64_t n = std::min(config.number(Setting::maxmemory_samples), there);
    if (!timed && n > 0) sample(keys, random, n, consider);
    for (std::int64_t i = 0; timed && i < n; ++i) consider(*keys.random_timed(random));
  }
}

AnyRef Engine::sampled_victim() {
  const bool timed = only_timed(config.eviction_policy());
  while (true) {
    const bool any = std::any_of(databases_.begin(), databases_.end(), [&](const auto& database) {
      return (timed ? database->keys().timed() : database->keys().size()) > 0;
    });
    if (!any) return db(0).nothing();
    sample_candidates();
    while (!candidates_.empty()) {
      const Candidate best = std::move(candidates_.back());
      candidates_.pop_back();
      const AnyRef ref = db(best.db).locate(best.key);
      // By the entry's own bytes: the candidate's are about to go.
      if (ref && (!timed || ref.entry()->has_ttl())) return db(best.db).locate(ref.entry()->key());
    }
  }
}

// One database after the other, so that none is spared.
AnyRef Engine::random_victim() {
  const bool timed = only_timed(config.eviction_policy());
  for (int i = 0; i < databases(); ++i) {
    next_random_db_ = (next_random_db_ + 1) % databases();
    Keyspace& keys = db(next_random_db_).keys();
    if ((timed ? keys.timed() : keys.size()) == 0) continue;
    return db(next_random_db_).locate((timed ? keys.random_timed(random) : keys.random(random))->key());
  }
  return db(0).nothing();
}

AnyRef Engine::next_victim() {
  const EvictionPolicy policy = config.eviction_policy();
  if (policy == EvictionPolicy::noeviction) return db(0).nothing();
  if (is_random(policy)) return random_victim();
  if (!evicts_exactly()) return sampled_victim();
  if (policy == EvictionPolicy::volatile_ttl) {
    Database* nearest = databases_[0].get();
    for (const auto& database : databases_)
      if (database->keys().next_deadline() < nearest->keys().next_deadline()) nearest = database.get();
    return nearest->keys().timed() == 0 ? nearest->nothing()
                                        : nearest->locate(nearest->keys().next_due()->key());
  }
  Entry* first = eviction_order.first();
  if (first == nullptr) return db(0).nothing();
  for (const auto& database : databases_) {
    if (database->keys().size() == 0) continue;
    if (AnyRef ref = database->locate(first->key()); ref.entry() == first) return ref;
  }
  return db(0).nothing();
}

// --- Making room -----------------------------------------------------------------------------------------

bool Engine::has_room(std::size_t bytes) const {
  const auto limit = static_cast<std::size_t>(config.number(Setting::maxmemory));
  return limit == 0 || used_memory() + bytes <= limit;
}

// False when the memory in use stays above the limit: every key that may go is gone. As in Redis nothing is
// evicted, and nothing refused for it, while clients are paused.
bool Engine::make_room(std::size_t request_bytes, const Command* command) {
  const auto limit = static_cast<std::size_t>(config.number(Setting::maxmemory));
  if (limit == 0 || pause_ != Pause::none) return true;
  if (used_memory() + request_bytes <= limit) [[likely]] {
    count_excess(false);
    return true;
  }
  if (config.eviction_policy() == EvictionPolicy::noeviction) {
    count_excess(true);
    return false;
  }
  const bool is_watched = config.number(Setting::latency_monitor_threshold) > 0;
  const Micros begun = is_watched ? clock_.now() : 0;
  const bool fits = evict_until_below(limit, request_bytes, command);
  if (is_watched) note_latency("eviction-cycle", begun);
  count_excess(!fits || eviction_goes_on_);
  return fits;
}

bool Engine::evict_until_below(std::size_t limit, std::size_t request_bytes, const Command* command) {
  const Micros until = evicts_exactly() ? INT64_MAX : clock_.now() + eviction_time();
  Eviction facts;
  facts.at = now_;
  facts.policy = config.eviction_policy();
  facts.command = command != nullptr ? command->name : std::string_view();
  facts.maxmemory = limit;
  for (int n = 1;; ++n) {
    facts.used_memory = used_memory() + request_bytes;
    if (facts.used_memory <= limit) return true;
    AnyRef victim = next_victim();
    if (!victim) return false;
    evict(victim, facts);
    if (n % 16 != 0 || until == INT64_MAX || clock_.now() <= until) continue;
    // The rest goes between the next commands, which are let through meanwhile: not at this very time, which
    // would be before any of them.
    if (!std::exchange(eviction_goes_on_, true))
      deadlines.add(now_ms() + 1, [this] {
        eviction_goes_on_ = false;
        static_cast<void>(make_room(0, nullptr));
      });
    return true;
  }
}

void Engine::evict(AnyRef& victim, const Eviction& facts) {
  Database& database = victim.db();
  Eviction eviction = facts;
  eviction.db = database.index();
  eviction.measure = measure_of(*victim.entry());
  evictions.add(victim.entry()->key(), eviction);
  const bool is_watched = config.number(Setting::latency_monitor_threshold) > 0;
  const Micros begun = is_watched ? clock_.now() : 0;
  database.remove(victim, event::evicted);
  if (is_watched) note_latency("eviction-del", begun);
}

// What made it the one: see Eviction::measure.
std::int64_t Engine::measure_of(const Entry& entry) const {
  switch (order_of(config.eviction_policy())) {
    case EvictionOrder::By::recency:
      return idle_since(entry.lru);
    case EvictionOrder::By::frequency:
      return decayed_frequency(entry.lru);
    default:
      return config.eviction_policy() == EvictionPolicy::volatile_ttl ? entry.expires_at() - now_ms() : 0;
  }
}

// maxmemory-eviction-tenacity, for the sampled way: how long one command may have to wait.
Micros Engine::eviction_time() const {
  const auto tenacity = static_cast<double>(config.number(Setting::maxmemory_eviction_tenacity));
  if (tenacity <= 10) return static_cast<Micros>(50 * tenacity);
  if (tenacity < 100) return static_cast<Micros>(500 * std::pow(1.15, tenacity - 10));
  return INT64_MAX / 2;
}

// INFO's total_eviction_exceeded_time and current_eviction_exceeded_time.
void Engine::count_excess(bool exceeded) {
  if (exceeded == (stats.over_limit_since != 0)) [[likely]]
    return;
  if (!exceeded) stats.over_limit_before += std::max<Micros>(0, now_ - stats.over_limit_since);
  stats.over_limit_since = exceeded ? now_ : 0;
}

void Engine::note_latency(std::string_view event, Micros begun) {
  const std::int64_t took = (clock_.now() - begun) / 1000;
  if (took >= config.number(Setting::latency_monitor_threshold)) latency.add(event, now_ / 1'000'000, took);
}

void Engine::warn_of_limit() {
  const auto limit = static_cast<std::size_t>(config.number(Setting::maxmemory));
  const std::size_t used = used_memory();
  if (limit == 0 || used <= limit) return;
  host_.log(
      LogLevel::warning,
      fmt::format("WARNING: the new maxmemory value set via CONFIG SET ({}) is smaller than the current "
                  "memory usage ({}). This will result in key eviction and/or the inability to accept "
                  "new write commands depending on the maxmemory-policy.",
                  limit, used));
}

// What the request itself takes while it is held in memory.
std::size_t Engine::request_memory(Argv argv) {
  std::size_t bytes = 0;
  for (const auto argument : argv) bytes += 16 + memory_model::string_allocation(argument.size());
  return bytes;
}

}  // namespace redouble
