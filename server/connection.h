// One client's socket: reads requests into the engine, writes out what its session holds. Runs under the
// core's lock. Reads go to a buffer shared by all connections, so an idle connection costs no buffer: only a
// request that is not complete yet, or that stands behind one that waits, is kept. A client that does not
// read its replies is not read from beyond kMaxUnsent, nor one that waits beyond kMaxUnread; who has not
// authenticated yet is read in small pieces and may leave next to nothing unread. Memory that cannot be had
// ends the request, or the connection, that asked for it: see `surviving` and `execute`.
#pragma once

#include <chrono>
#include <string_view>

#include "engine/session.h"
#include "protocol/buffer.h"
#include "protocol/request_parser.h"
#include "server/channel.h"

namespace redouble {

class Core;

class Connection {
 public:
  /// Owned by the core, which deletes it when it is closed and no handler of it is left.
  Connection(Core& core, Channel channel);

  void start();
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
  static constexpr auto kNoHandshake = std::chrono::steady_clock::time_point::max();

  template <class Body>
  void surviving(Body&& body);
  void out_of_memory();
  void await_readable();
  void await_writable();
  void await_hangup();
  void on_readable();
  void do_service();
  bool read(char* at, std::size_t room, std::size_t& n);
  bool turned_away();
  void throw_away();
  void read_into_input();
  void read_little();
  RequestParser::Status gather(std::string_view bytes, const RequestParser::Limits& limits);
  std::size_t process(std::string_view bytes);
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
  bool closed_ = false;
  bool executing_ = false;  // a request of it is under way: it is neither served nor closed meanwhile
  bool awaiting_read_ = false;
  bool awaiting_write_ = false;
  bool awaiting_hangup_ = false;
  bool hangup_watched_ = false;
  bool awaiting_answer_ = false;  // in Core's list of those to be answered
  // When a TLS handshake must be over: Core's list of handshakes goes by it.
  std::chrono::steady_clock::time_point handshake_until_ = kNoHandshake;
};

}  // namespace redouble
