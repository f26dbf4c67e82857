// maxmemory: which key goes next, and making room. Exact by default: the least recently or least frequently
// used key of the whole server (eviction_order.h), the nearest deadline, or one drawn with the engine's seed;
// sampled on demand: Redis's approximation, a pool of sixteen candidates out of maxmemory-samples keys of
// each database.
#include "engine/eviction.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/commands/client_line.h"
#include "engine/engine.h"
#include "engine/glob.h"
#include "engine/memory_model.h"

namespace redouble {

void EvictionLog::add(Eviction eviction) {
  const bool forbidden = std::any_of(forbidden_.begin(), forbidden_.end(), [&](const std::string& pattern) {
    return glob_match(pattern, eviction.key, false);
  });
  if (forbidden && violations_.size() < kMost) violations_.push_back(eviction);
  if (log_.size() == kMost) log_.pop_front();
  log_.push_back(std::move(eviction));
}

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

}  // namespace

bool Engine::evicts_exactly() const {
  return config.word(Setting::redouble_eviction) == "exact";
}

// Begins the order that the settings ask for, if it is another than before.
void Engine::choose_eviction_order() {
  const EvictionPolicy policy = config.eviction_policy();
  const bool wanted = config.number(Setting::maxmemory) != 0 && evicts_exactly();
  const auto by = wanted ? order_of(policy) : EvictionOrder::By::nothing;
  if (!eviction_order.start(by, only_timed(policy), config.number(Setting::lfu_decay_time))) return;
  for (const auto& database : databases_) database->keys().place_all();
}

// --- Choosing --------------------------------------------------------------------------------------------

// The age of a candidate by Redis's measure: the higher the sooner it goes.
std::uint64_t Engine::staleness(const Entry& entry) const {
  switch (order_of(config.eviction_policy())) {
    case EvictionOrder::By::recency:
      return (lru_clock() - entry.lru) & 0xffffff;
    case EvictionOrder::By::frequency:
      return 255 - decayed_frequency(entry.lru);
    default:
      return UINT64_MAX - static_cast<std::uint64_t>(entry.expires_at());
  }
}

// Takes samples of every database into the pool, which keeps the stalest, the best last.
void Engine::sample_candidates() {
  constexpr std::size_t kPool = 16;
  const bool timed = only_timed(config.eviction_policy());
  for (const auto& database : databases_) {
    Keyspace& keys = database->keys();
    if ((timed ? keys.timed() : keys.size()) == 0) continue;
    for (std::int64_t n = config.number(Setting::maxmemory_samples); n > 0; --n) {
      const Entry& entry = timed ? *keys.random_timed(random) : *keys.random(random);
      Candidate candidate{staleness(entry), database->index(), std::string(entry.key())};
      const auto known = std::find_if(candidates_.begin(), candidates_.end(), [&](const Candidate& other) {
        return other.db == candidate.db && other.key == candidate.key;
      });
      if (known != candidates_.end()) continue;
      const auto at =
          std::upper_bound(candidates_.begin(), candidates_.end(), candidate,
                           [](const Candidate& a, const Candidate& b) { return a.staleness < b.staleness; });
      if (candidates_.size() == kPool) {
        if (at == candidates_.begin()) continue;
        const auto slot = at - candidates_.begin() - 1;
        candidates_.erase(candidates_.begin());
        candidates_.insert(candidates_.begin() + slot, std::move(candidate));
      } else {
        candidates_.insert(at, std::move(candidate));
      }
    }
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
  for (const auto& database : databases_)
    if (AnyRef ref = database->locate(first->key()); ref.entry() == first) return ref;
  return db(0).nothing();
}

// --- Making room -----------------------------------------------------------------------------------------

// False when the memory in use stays above the limit: every key that may go is gone.
bool Engine::make_room(std::size_t request_bytes) {
  const auto limit = static_cast<std::size_t>(config.number(Setting::maxmemory));
  if (limit == 0) return true;
  for (std::size_t used = used_memory() + request_bytes; used > limit; used = used_memory() + request_bytes) {
    AnyRef victim = next_victim();
    if (!victim) return false;
    Database& database = victim.db();
    evictions.add({now_, database.index(), std::string(victim.key()), config.eviction_policy(), used, limit});
    database.remove(victim, event::evicted);
  }
  return true;
}

// What the request itself takes while it is held in memory.
std::size_t Engine::request_memory(Argv argv) {
  std::size_t bytes = 0;
  for (const auto argument : argv) bytes += 16 + memory_model::string_allocation(argument.size());
  return bytes;
}

// --- Clients ---------------------------------------------------------------------------------------------

// maxmemory-clients: the largest goes first, until all together are below the limit.
void Engine::evict_clients() {
  auto limit = config.number(Setting::maxmemory_clients);
  if (limit < 0) {
    const auto whole = static_cast<std::uint64_t>(config.number(Setting::maxmemory));
    limit = static_cast<std::int64_t>(whole / 100 * static_cast<std::uint64_t>(-limit));
  }
  if (limit == 0) return;
  std::size_t total = 0;
  std::vector<std::pair<std::size_t, Session*>> clients;
  for (const auto& session : sessions_) {
    if (session->no_evict || !session->open() || session->is_replica()) continue;
    clients.emplace_back(memory_of(*session), session.get());
    total += clients.back().first;
  }
  std::stable_sort(clients.begin(), clients.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  for (const auto& [bytes, session] : clients) {
    if (total <= static_cast<std::size_t>(limit)) return;
    host_.log(LogLevel::notice, fmt::format("Evicting client: {}", describe(*this, *session)));
    ++stats.evicted_clients;
    total -= bytes;
    kill(*session);
  }
}

}  // namespace redouble
