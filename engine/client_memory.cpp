// What clients take of the modelled memory. All count as redis-server's clients do at rest; those that hold
// more (replies that nobody reads, a long request, a transaction's queue) are kept in a list, so that the sum
// costs the same with one client and with ten thousand.
#include <algorithm>

#include "engine/engine.h"
#include "engine/memory_model.h"

namespace redouble {
namespace {

constexpr std::size_t kAtRest =
    memory_model::kClient + memory_model::kReplyBuffer + memory_model::kQueryBuffer;

}  // namespace

std::size_t Engine::memory_of(const Session& session) const {
  const std::size_t unsent = session.out.size() > kReplyBlock ? session.out.size() - kReplyBlock : 0;
  const std::size_t query = session.query_capacity > memory_model::kQueryBuffer
                                ? session.query_capacity - memory_model::kQueryBuffer
                                : 0;
  return kAtRest + unsent + query + session.transaction.queued_bytes + session.transaction.queue.size() * 24;
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

}  // namespace redouble
