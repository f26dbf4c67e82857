// What clients take of the modelled memory. All count as redis-server's clients do at rest; those that hold
// more (replies that nobody reads, a long request, a transaction's queue) are kept in a list, so that the sum
// costs the same with one client and with ten thousand.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/commands/client_line.h"
#include "engine/engine.h"
#include "engine/memory_model.h"

namespace redouble {
namespace {

constexpr std::size_t kAtRest =
    memory_model::kClient + memory_model::kReplyBuffer + memory_model::kQueryBuffer;

}  // namespace

std::size_t Engine::memory_of(const Session& session) const {
  const std::size_t query = session.query_capacity > memory_model::kQueryBuffer
                                ? session.query_capacity - memory_model::kQueryBuffer
                                : 0;
  return kAtRest + session.unsent() + query + session.transaction.queued_bytes +
         session.transaction.queue.size() * 24;
}

void Engine::weigh(Session& session) {
  if (session.internal || session.weighed || memory_of(session) == kAtRest) return;
  std::erase_if(heavy_, [&](Session* other) {
    other->weighed = memory_of(*other) != kAtRest;
    return !other->weighed;
  });
  session.weighed = true;
  heavy_.push_back(&session);
}

std::size_t Engine::client_memory() const {
  std::size_t bytes = sessions_.size() * kAtRest;
  // As in Redis what replicas are sent does not count: deleting keys to make room would only make more of it.
  for (const Session* session : heavy_)
    if (!session->is_replica()) bytes += memory_of(*session) - kAtRest;
  return bytes;
}

// --- maxmemory-clients -----------------------------------------------------------------------------------

// The largest goes first, of equals the one that came first. All that are connected count, those with CLIENT
// NO-EVICT included, who stay. What a client has been answered so far still reaches it.
void Engine::evict_clients() {
  // The largest may be whose EXEC runs the script that is busy: its queue is in use.
  if (busy()) return;
  auto limit = config.number(Setting::maxmemory_clients);
  if (limit < 0) {
    const auto whole = static_cast<std::uint64_t>(config.number(Setting::maxmemory));
    limit = static_cast<std::int64_t>(whole / 100 * static_cast<std::uint64_t>(-limit));
  }
  const auto most = static_cast<std::size_t>(limit);
  if (most == 0 || client_memory() < most) {
    clients_over_limit_ = false;
    return;
  }
  std::size_t total = 0;
  std::vector<std::pair<std::size_t, Session*>> clients;
  for (const auto& session : sessions_) {
    if (!session->open() || session->is_replica()) continue;
    const std::size_t bytes = memory_of(*session);
    total += bytes;
    if (!session->no_evict) clients.emplace_back(bytes, session.get());
  }
  std::stable_sort(clients.begin(), clients.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  for (const auto& [bytes, session] : clients) {
    if (total < most) return;
    host_.log(LogLevel::notice, fmt::format("Evicting client: {}", describe(*this, *session)));
    ++stats.evicted_clients;
    total -= bytes;
    session->last_words = true;
    kill(*session);
  }
  if (total >= most && !std::exchange(clients_over_limit_, true))
    host_.log(LogLevel::warning, "Over client maxmemory after evicting all evictable clients");
}

}  // namespace redouble
