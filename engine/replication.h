// The stream that replicas follow: who follows, how much has been written, and the last part of it (backlog)
// for those who come back. It begins with the first SYNC or PSYNC and costs nothing before. What is written
// comes from engine/propagation.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/entry.h"
#include "protocol/buffer.h"

namespace redouble {

class Engine;
struct Replica;
struct Session;

class Replication {
 public:
  explicit Replication(Engine& engine, std::string id) : engine_(engine), id_(std::move(id)) {}

  /// Whether changes are to be told at all.
  bool active() const { return active_; }
  const std::string& id() const { return id_; }
  /// The past is nobody's any more.
  void change_id();
  /// How many bytes were ever written.
  std::uint64_t offset() const { return offset_; }
  const Buffer& backlog() const { return backlog_; }
  const std::vector<Session*>& replicas() const { return replicas_; }
  std::string address_of(const Session& replica) const;
  std::int64_t lag_seconds(const Replica& replica) const;
  /// How many replicas have the data and were heard of within min-replicas-max-lag.
  std::int64_t good_replicas() const;
  /// Whether min-replicas-to-write and min-replicas-max-lag ask for replicas at all.
  bool wants_replicas() const;
  /// True when writes are refused for want of them.
  bool lacks_replicas() const { return wants_replicas() && lacks_good_ones(); }

  /// The database that the stream's last SELECT named; -1: the next command needs one.
  int selected() const { return selected_; }
  void select(int db) { selected_ = db; }
  /// Writes whole commands to all who follow.
  void write(std::string_view bytes);

  /// Sends the whole data set, and from then on the stream. `announced`: with its id and offset in front.
  void start(Session& session, bool announced);
  /// Goes on behind `offset - 1`, if that is still known; false when it is not.
  bool resume(Session& session, std::string_view id, std::int64_t offset);
  void acknowledge(Session& session, std::uint64_t offset);
  /// How many replicas have all up to `offset`.
  std::int64_t acknowledged(std::uint64_t offset) const;
  /// Asks for acknowledgements when the present command has ended.
  void want_acknowledgements() { acks_wanted_ = true; }

  /// A request of `session` has ended.
  void settle(Session& session);
  void forget(Session& session);
  /// All who follow are to begin anew: the data were exchanged behind their backs.
  void restart();

 private:
  bool lacks_good_ones() const;
  void begin();
  void keep(std::string_view bytes);
  void attach(Session& session);
  void silence(Session& session);
  void send_snapshot(Session& session);
  void serve_waiting();
  void schedule_ping();
  void end_if_alone();

  Engine& engine_;
  std::string id_;
  bool active_ = false;
  bool acks_wanted_ = false;
  bool acks_unserved_ = false;  // some came while a script was busy
  bool ping_scheduled_ = false;
  int selected_ = -1;
  std::uint64_t offset_ = 0;
  Buffer backlog_;
  std::vector<Session*> replicas_;
  std::uint64_t partings_ = 0;  // how often the last replica left
};

}  // namespace redouble
