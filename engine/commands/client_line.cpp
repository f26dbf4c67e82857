// See client_line.h. Fields, their order and the letters of `flags` are those of 7.0.15.
#include "engine/commands/client_line.h"

#include <fmt/format.h>

#include "engine/args.h"
#include "engine/command_table.h"

namespace redouble {
namespace {

std::string flags_of(const Session& session) {
  std::string flags;
  if (session.is_replica()) flags += 'S';
  if (session.monitor) flags += 'O';
  if (session.subscribed()) flags += 'P';
  if (session.transaction.open) flags += 'x';
  if (session.is_blocked() && session.parked.why != Blocked::condition) flags += 'b';
  if (session.tracking.on) flags += 't';
  if (session.tracking.broken) flags += 'R';
  if (session.tracking.broadcast) flags += 'B';
  if (session.transaction.conflict) flags += 'd';
  if (session.close_after_reply) flags += 'c';
  if (session.close_now) flags += 'A';
  if (session.over_unix_socket) flags += 'U';
  if (session.no_evict) flags += 'e';
  return flags.empty() ? "N" : flags;
}

}  // namespace

std::string describe(const Engine& engine, const Session& session, std::size_t argument_bytes) {
  const auto seconds = [&](Micros since) { return (engine.now() - since) / 1'000'000; };
  const std::size_t query_free = session.query_capacity - session.query_bytes;
  // As much as Redis needs for a queued command and a watched key beside their bytes.
  const std::size_t queue = session.transaction.queued_bytes + session.transaction.queue.size() * 24;
  const std::size_t backlog = session.unsent();
  const bool waits_to_write = !session.out.empty() && !session.in_dirty_list && argument_bytes == 0;
  return fmt::format(
      "id={} addr={} laddr={} fd={} name={} age={} idle={} flags={} db={} sub={} psub={} ssub={} multi={} "
      "qbuf={} "
      "qbuf-free={} argv-mem={} multi-mem={} rbs={} rbp={} obl={} oll={} omem={} tot-mem={} events={} cmd={} "
      "user={} "
      "redir={} resp={}",
      session.id, session.address, session.local_address, session.descriptor, session.name,
      seconds(session.connected_at), seconds(session.active_at), flags_of(session), session.db,
      session.channels.size(), session.patterns.size(), session.shard_channels.size(),
      session.transaction.open ? static_cast<std::int64_t>(session.transaction.queue.size()) : -1,
      session.query_bytes, query_free, argument_bytes, queue, session.out.capacity(), session.out.capacity(),
      session.out.size() - backlog, (backlog + kReplyBlock - 1) / kReplyBlock, backlog,
      engine.memory_of(session) + argument_bytes, waits_to_write ? "rw" : "r",
      session.last_command == nullptr ? "NULL" : full_name(*session.last_command), session.user->name(),
      session.tracking.redirection(), session.protocol());
}

std::optional<ClientKind> parse_client_kind(std::string_view word) {
  if (is_word(word, "NORMAL")) return ClientKind::normal;
  if (is_word(word, "SLAVE") || is_word(word, "REPLICA")) return ClientKind::replica;
  if (is_word(word, "PUBSUB")) return ClientKind::pubsub;
  if (is_word(word, "MASTER")) return ClientKind::master;
  return std::nullopt;
}

ClientKind kind_of(const Session& session) {
  if (session.is_replica()) return ClientKind::replica;
  return session.subscribed() ? ClientKind::pubsub : ClientKind::normal;
}

}  // namespace redouble
