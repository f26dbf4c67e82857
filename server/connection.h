// One client's socket: reads requests into the engine, writes out what its session holds. Runs under the
// core's lock. Reads go to a buffer shared by all connections, so an idle connection costs no buffer: only a
// request that is not complete yet, or that stands behind one that waits, is kept. A client that does not
// read its replies is not read from beyond kMaxUnsent, nor one that waits beyond kMaxUnread; who has not
// authenticated yet is read in small pieces and may leave next to nothing unread. Memory that cannot be had
// ends the request, or the connection, that asked for it: see `surviving` and `execute`.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "engine/session.h"
#include "protocol/buffer.h"
#include "protocol/request_parser.h"
#include "server/channel.h"
#include "server/poller.h"
#include "server/request_batch.h"

namespace redouble {

class Core;

class Connection {
 public:
  /// A place in a line, which each connection has for itself: to stand in one takes no memory.
  struct Place {
    Connection* behind = nullptr;
    bool waiting = false;
  };
  /// Connections, first come first served; each stands in it once at most.
  template <Place Connection::*place>
  class Line {
   public:
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    void push(Connection& connection) {
      connection.*place = {nullptr, true};
      (empty() ? first_ : (last_->*place).behind) = &connection;
      last_ = &connection;
      ++size_;
    }
    Connection& front() { return *first_; }
    /// How many of the first ones, at most so many, are like that.
    template <class Like>
    std::size_t count_first(std::size_t most, Like&& like) const {
      std::size_t n = 0;
      for (const Connection* each = first_; n < std::min(most, size_) && like(*each); ++n)
        each = (each->*place).behind;
      return n;
    }
    template <class Visit>
    void for_first(std::size_t n, Visit&& visit) {
      for (Connection* each = first_; n > 0; --n) visit(*std::exchange(each, (each->*place).behind));
    }
    Connection& pop() {
      Connection& first = *first_;
      first_ = (first.*place).behind;
      (first.*place).waiting = false;
      --size_;
      return first;
    }

   private:
    Connection *first_ = nullptr, *last_ = nullptr;
    std::size_t size_ = 0;
  };

  /// Owned by the core, which deletes it when it is closed and stands in none of its lists.
  Connection(Core& core, Channel channel);

  void start();
  /// The socket is ready for something. What that is good for is done in `take_turn`.
  void note(const Poller::Event& event);
  void take_turn();
  /// Whether its turn is but a read of what will not be much, which Core may do for several: see SocketRing.
  bool reads_together() const;
  /// Its turn, when it has been read from to `at`, where there was so much room. `result` is a count of bytes
  /// or the negative of an errno. False if the client has gone: that is for a turn of its own.
  bool take_turn_read(std::int32_t result, const char* at, std::size_t room);
  /// Executes what it read in its turn.
  void execute_intake();
  /// Sends what the requests of this turn were answered.
  void answer();
  /// Whether `answer` begins with a write that Core may make before, for several.
  bool writes_together() const;
  /// Takes in what that came to. What failed `answer` will try again, and do what is to be done about it.
  void was_written(std::int32_t result);
  /// Writes what there is, goes on with requests that were held up, closes if ordered to.
  void service();
  void close();
  void leave();

 private:
  friend class Core;
  static constexpr std::size_t kFlushAt = 64 * 1024;
  static constexpr std::size_t kMaxUnsent = 16 * 1024 * 1024;
  static constexpr std::size_t kMaxUnread = 16 * 1024 * 1024;
  // Of clients that must authenticate: what is read at once, what is kept of it (the parser refuses what is
  // not whole by then), and what replies may wait.
  static constexpr std::size_t kStrangerReads = 16 * 1024;
  static constexpr std::size_t kStrangerKeeps = 18 * 1024;
  static constexpr std::size_t kStrangerUnsent = 2 * 1024;
  static constexpr std::uint64_t kSignOfLife = 16 * 1024;
  // Whose last read took more than that is read from alone, with more room.
  static constexpr std::size_t kLittle = 3 * 1024;
  static constexpr auto kNoHandshake = std::chrono::steady_clock::time_point::max();

  template <class Body>
  void surviving(Body&& body);
  void out_of_memory();
  void await_readable();
  void await_writable();
  void on_readable();
  void do_service();
  bool read(char* at, std::size_t room, std::size_t& n);
  bool took(const Transfer& got, std::size_t room, std::size_t& n);
  void wrote(std::size_t bytes);
  void note_drained(const Transfer& got);
  bool turned_away();
  void throw_away();
  bool gather_ahead(std::string_view bytes, RequestBatch& batch);
  bool read_into_input();
  RequestBatch::Part gather(std::string_view bytes, const RequestParser::Limits& limits, RequestBatch& batch);
  std::size_t process(std::string_view bytes, RequestBatch::Part part = {});
  void process_input();
  bool is_stranger() const;
  std::size_t max_unsent() const { return is_stranger() ? kStrangerUnsent : kMaxUnsent; }
  bool may_process() const;
  bool may_read() const;
  void flush();
  bool check_input_limit();
  void release_if_idle();

  Core& core_;
  Channel channel_;
  Session* session_;  // null once closed
  RequestParser parser_;
  Buffer input_;       // bytes read that are not a whole request, or not to be executed yet
  bool fresh_ = true;  // nothing has been read yet
  std::size_t last_read_ = 0;
  bool pours_ = false;  // the last read filled its room: there is more than one needs to ask for
  bool closed_ = false, released_ = false;
  int pins_ = 0;  // stack frames of it that are under way: it is not deleted meanwhile
  // What the socket is known to be ready for, and what of it the connection waits for.
  bool readable_ = false, writable_ = false;
  bool ended_ = false;   // the peer sends nothing more: there will be no news of that
  bool broken_ = false;  // and reads nothing more
  bool urgent_ = false;  // it sent urgent data, at which a read stops
  bool awaiting_read_ = false, awaiting_write_ = false;
  bool told_of_writes_ = false;  // by the poller
  Place turn_, intake_, answer_;
  std::string_view intake_bytes_;  // read in its turn and not executed yet, if it had no `input_` before
  RequestBatch::Part ahead_;       // the requests of those, if they were parsed then
  // When a TLS handshake must be over: Core's list of handshakes goes by it.
  std::chrono::steady_clock::time_point handshake_until_ = kNoHandshake;
};

}  // namespace redouble
