#include "server/connection.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <new>
#include <string>
#include <utility>

#include "engine/engine.h"
#include "protocol/errors.h"
#include "server/core.h"

namespace redouble {
namespace {

constexpr std::size_t kReadSize = 64 * 1024;

// "127.0.0.1:51234", "[::1]:51234"; empty for a unix socket.
template <class Ask>
std::string ip_address(Ask&& ask, int descriptor) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  auto* const plain = reinterpret_cast<sockaddr*>(&address);
  if (ask(descriptor, plain, &size) != 0) return "?:0";
  char text[INET6_ADDRSTRLEN] = {};
  if (address.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    ::inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
    return fmt::format("{}:{}", text, ntohs(v4.sin_port));
  }
  if (address.ss_family != AF_INET6) return {};
  const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
  ::inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
  return fmt::format("[{}]:{}", text, ntohs(v6.sin6_port));
}

}  // namespace

Connection::Connection(Core& core, Channel channel)
    : core_(core), channel_(std::move(channel)), session_(&core.engine.connect()) {
  session_->connection = this;
  session_->descriptor = channel_.descriptor();
  try {
    session_->local_address = ip_address(::getsockname, channel_.descriptor());
    session_->over_unix_socket = session_->local_address.empty();
    if (session_->over_unix_socket)
      session_->address = session_->local_address = core.unix_path_ + ":0";
    else
      session_->address = ip_address(::getpeername, channel_.descriptor());
  } catch (...) {
    core.engine.disconnect(*session_);
    throw;
  }
}

// --- Out of memory ---------------------------------------------------------------------------------------

// What the loop does for this connection runs in here. It may close the connection, even from within: what
// time brings may be a script that runs past its own, and others are served meanwhile.
template <class Body>
void Connection::surviving(Body&& body) {
  ++pins_;
  try {
    body();
  } catch (const std::bad_alloc&) {
    out_of_memory();
  }
  --pins_;
  release_if_idle();
}

// The request that is being read or answered is lost, and with it the place of the next one.
void Connection::out_of_memory() {
  if (closed_) return;
  input_.release();
  parser_.release();
  core_.engine.garbage.collect_all();
  try {
    core_.log(LogLevel::warning, fmt::format("Closing client {}: out of memory", session_->address));
    session_->out.append("-");
    session_->out.append(err::no_memory);
    session_->out.append("\r\n");
    flush();
  } catch (const std::bad_alloc&) {  // then without a word
  }
  close();
}

// --- Waiting for the socket ------------------------------------------------------------------------------

// Waiting is a note to ourselves: the poller tells of every socket all the time.

void Connection::start() {
  await_readable();
}

void Connection::await_readable() {
  if (closed_) return;
  awaiting_read_ = true;
  // What has been read by TLS already, or was told of before, is not told again.
  if (readable_ || channel_.has_buffered()) core_.give_turn(*this);
}

void Connection::await_writable() {
  if (closed_) return;
  awaiting_write_ = true;
  if (told_of_writes_) return;
  told_of_writes_ = core_.poller_->add_writes(channel_.descriptor(), this);
  if (!told_of_writes_) close();
}

void Connection::note(const Poller::Event& event) {
  readable_ |= event.readable;
  writable_ |= event.writable;
  ended_ |= event.ended;
  urgent_ |= event.urgent;
  broken_ |= event.broken;
}

void Connection::take_turn() {
  if (closed_) return release_if_idle();
  surviving([this] {
    if (session_->executing > 0 && !broken_) return;  // it is looked after when that has ended
    if (std::exchange(writable_, false) && std::exchange(awaiting_write_, false)) {
      if (channel_.handshaking()) return on_readable();
      if (!answer_.waiting) core_.unanswered_.push(*this);
    }
    if (session_->executing == 0 && awaiting_read_ && (readable_ || channel_.has_buffered()))
      return on_readable();
    // A client that is not read from for the time being (it waits, and has sent much behind that) may go all
    // the same, without anything to be written to it.
    if (broken_ && (!awaiting_read_ || session_->executing > 0)) close();
  });
}

// The questions of `take_turn` and `on_readable`, all of which must be answered so that there is but to read.
bool Connection::reads_together() const {
  const bool only_reads =
      readable_ && awaiting_read_ && !writable_ && !ended_ && !broken_ && !urgent_ && !fresh_;
  return !closed_ && only_reads && channel_.is_plain() && last_read_ <= kLittle && input_.empty() &&
         session_->executing == 0 && session_->parked.why != Blocked::stalled && !is_stranger();
}

bool Connection::take_turn_read(std::int32_t result, const char* at, std::size_t room) {
  const Transfer got = channel_.was_read(result, room);
  // The next read will be told that, too.
  if (got.state == Transfer::State::closed) {
    ended_ = true;
    return false;
  }
  std::size_t n = 0;
  if (took(got, room, n)) core_.take_in(*this, {at, n});
  return true;
}

// --- Reading ---------------------------------------------------------------------------------------------

// Whether there was something to read. If not, what is to be done about it has been done.
bool Connection::read(char* at, std::size_t room, std::size_t& n) {
  return took(channel_.read(at, room), room, n);
}

bool Connection::took(const Transfer& got, std::size_t room, std::size_t& n) {
  awaiting_read_ = false;
  note_drained(got);
  if (handshake_until_ != kNoHandshake && !channel_.handshaking()) core_.end_handshake(*this);
  switch (got.state) {
    case Transfer::State::some:
      last_read_ = n = got.bytes;
      pours_ = n == room;
      ++core_.activity_;
      session_->bytes_in += n;
      // Bytes that trickle in do not keep a client from being idle, a long request that arrives does.
      if (session_->bytes_in - session_->progress >= kSignOfLife) {
        session_->progress = session_->bytes_in;
        session_->active_at = core_.engine.now();
      }
      core_.engine.stats.bytes_in += n;
      ++core_.engine.stats.reads_processed;
      return true;
    case Transfer::State::wait_read:
      await_readable();
      return false;
    case Transfer::State::wait_write:
      await_writable();
      return false;
    case Transfer::State::closed:
      break;
  }
  if (const auto why = channel_.failure(); !why.empty())
    core_.log(LogLevel::warning,
              fmt::format("TLS with {} failed: {}{}", session_->address, why,
                          why.find(" alert ") != std::string::npos ? " (the client's verdict on us)" : ""));
  close();
  return false;
}

// The end of what the peer sends was told of once: it is read for until it is met.
void Connection::note_drained(const Transfer& got) {
  const bool is_empty = urgent_ ? got.state == Transfer::State::wait_read : channel_.drained();
  readable_ = !is_empty || ended_;
}

// A client that speaks TLS to the plain port, or not to the TLS port, would wait for ever, or see a
// connection that is reset: it is told, and so is the log.
bool Connection::turned_away() {
  fresh_ = false;
  if (channel_.handshaking() && core_.tls_drops_) {
    close();
    return true;
  }
  std::string_view told, reason;
  switch (channel_.mistake()) {
    case Channel::Mistake::none:
      return false;
    case Channel::Mistake::tls_on_plain:
      told = "-ERR this port does not speak TLS: use redis://, or rediss:// with the TLS port\r\n";
      reason = "sent a TLS hello to the plain port: use redis://, or rediss:// with the TLS port";
      break;
    case Channel::Mistake::plain_on_tls:
      told = "-ERR this port speaks TLS: use rediss://, or redis:// with the plain port\r\n";
      reason = "did not speak TLS to the TLS port: use rediss://, or redis:// with the plain port";
      break;
  }
  core_.log(LogLevel::warning, fmt::format("Client {} {}", session_->address, reason));
  channel_.send_plainly(told);
  close();
  return true;
}

// What a connection sends that is never to be served (STALL). That the client leaves is noticed all the same.
void Connection::throw_away() {
  char forgotten[kStrangerReads];
  const Transfer got = channel_.read_raw(forgotten, sizeof forgotten);
  note_drained(got);
  return got.state == Transfer::State::closed ? close() : await_readable();
}

// What it reads is executed when the core says so: no stack frame is to hold it while others are served.
void Connection::on_readable() {
  if (session_->parked.why == Blocked::stalled) return throw_away();
  if (fresh_ && turned_away()) return;
  if (!input_.empty()) {
    if (read_into_input()) core_.take_in(*this, {});
    return;
  }
  std::size_t n = 0;
  Core::Workplace& workplace = Core::workplace();
  char* const at = workplace.bytes + core_.intake_size_;
  static_assert(Core::kMostAhead + kReadSize / 4 <= sizeof workplace.bytes);
  const std::size_t left = sizeof workplace.bytes - core_.intake_size_;
  const std::size_t room = is_stranger() ? std::min(kStrangerReads, left) : left;
  if (read(at, room, n)) core_.take_in(*this, {at, n});
}

// More of a request that is under way: it is read to where it will stay.
bool Connection::read_into_input() {
  char* at = nullptr;
  std::size_t room = 0, n = 0;
  if (is_stranger()) {
    // More than that is there only if it knew the password before.
    const std::size_t kept = std::max(kStrangerKeeps, input_.size() + 1);
    room = kept - input_.size();
    at = input_.reserve_exactly(room);
  } else {
    const std::size_t wanted = parser_.wanted() > input_.size() ? parser_.wanted() - input_.size() : 0;
    // What a client promises to send is not reserved on its word alone: at most as much again as it has sent.
    const std::size_t least = pours_ ? kReadSize : kReadSize / 4;
    room = std::clamp(wanted, least, std::max(kReadSize, input_.size()));
    at = input_.reserve(room);
  }
  if (!read(at, room, n)) return false;
  input_.commit(n);
  return true;
}

// Whether its requests are parsed now, to be executed later in this turn. Where there is no memory for that
// it is done then.
bool Connection::gather_ahead(std::string_view bytes, RequestBatch& batch) {
  if (is_stranger() || !may_process()) return false;
  const std::size_t before = batch.size();
  try {
    ahead_ = gather(bytes, {core_.engine.config.number(Setting::proto_max_bulk_len), true}, batch);
  } catch (const std::bad_alloc&) {
    batch.shrink(before);
    parser_.release();
    return false;
  }
  return true;
}

void Connection::execute_intake() {
  if (closed_) return release_if_idle();
  surviving([this] {
    const std::string_view bytes = std::exchange(intake_bytes_, {});
    const RequestBatch::Part ahead = std::exchange(ahead_, {});
    if (!input_.empty()) {
      if (check_input_limit()) process_input();
    } else {
      const std::size_t used = process(bytes, ahead);
      if (used < bytes.size() && !closed_ && is_stranger()) input_.reserve_exactly(kStrangerKeeps);
      input_.append(bytes.substr(used));
    }
    if (!closed_ && check_input_limit() && !answer_.waiting) core_.unanswered_.push(*this);
  });
}

void Connection::process_input() {
  if (input_.empty() || !may_process()) return;
  const std::size_t used = process(input_.view());
  if (used > 0 && !closed_) input_.consume(used);
}

bool Connection::is_stranger() const {
  return core_.engine.needs_auth(*session_);
}

// Not inside a request of its own either: a script past its time, which a pause had held back.
bool Connection::may_process() const {
  return !closed_ && session_->executing == 0 && !session_->is_blocked() && !session_->close_after_reply &&
         !session_->close_now && !core_.engine.asleep() && session_->out.size() < max_unsent();
}

// What stands behind a command that waits is kept up to a point; the rest stays with the client.
bool Connection::may_read() const {
  return !session_->close_after_reply && !core_.engine.asleep() && session_->out.size() < max_unsent() &&
         !(session_->is_blocked() && input_.size() >= kMaxUnread);
}

// Parses requests into the batch until it is full or something else ends it.
RequestBatch::Part Connection::gather(std::string_view bytes, const RequestParser::Limits& limits,
                                      RequestBatch& batch) {
  RequestBatch::Part part{&batch, batch.size(), batch.size()};
  bool goes_on = true;
  while (goes_on && !batch.full()) {
    part.behind =
        bytes.empty() ? RequestParser::Status::incomplete : parser_.parse(bytes, limits, batch.room());
    if (part.behind != RequestParser::Status::request) break;
    const bool is_copied = batch.add(parser_.argv(), parser_.consumed());
    part.end = batch.size();
    // The words of an inline request belong to the parser; before AUTH other limits hold than behind it.
    goes_on = is_copied && bytes.front() == '*' && limits.authenticated;
    bytes.remove_prefix(parser_.consumed());
  }
  return part;
}

// Executes the whole requests at the front of `bytes`; returns how many bytes they took. The first of them
// may have been parsed before, with a client's usual limits.
std::size_t Connection::process(std::string_view bytes, RequestBatch::Part part) {
  if (!may_process()) {
    parser_.reset();
    return 0;
  }
  std::size_t used = 0;
  RequestParser::Limits limits{core_.engine.config.number(Setting::proto_max_bulk_len), true};
  while (used < bytes.size() && may_process()) {
    if (part.of == nullptr) {
      RequestBatch& batch = Core::workplace().batch;
      batch.clear();
      limits.authenticated = !core_.engine.needs_auth(*session_);
      part = gather(bytes.substr(used), limits, batch);
    }
    RequestBatch& batch = *part.of;
    std::size_t i = part.begin;
    const std::size_t flush_at = std::min(kFlushAt, max_unsent());
    bool is_quiet = core_.engine.is_quiet(*session_);
    while (i < part.end && may_process() && core_.engine.needs_auth(*session_) != limits.authenticated) {
      if (const auto next = batch.to_fetch(i); next.size() > 1) core_.engine.prefetch(*session_, next);
      std::size_t n =
          is_quiet ? core_.engine.execute_quietly(*session_, batch.fetched(i, part.end), flush_at) : 0;
      if (n == 0) {
        is_quiet = false;
        core_.engine.execute(*session_, batch.request(i));
        n = 1;
      }
      for (; n > 0; --n) used += batch.bytes(i++);
      if (session_->out.size() >= flush_at && !session_->close_now) flush();
    }
    const auto behind = part.behind;
    const bool is_done = i == part.end;
    part = {};
    if (!is_done || !may_process()) {
      // What was read ahead is read again when its turn comes.
      if (!is_done || behind == RequestParser::Status::error) parser_.reset();
    } else if (behind == RequestParser::Status::incomplete) {
      break;
    } else if (behind == RequestParser::Status::error) {
      core_.engine.reply_error(session_->reply, parser_.error());
      session_->close_after_reply = true;
      parser_.release();
      return bytes.size();
    }
  }
  parser_.trim();
  return used;
}

bool Connection::check_input_limit() {
  session_->query_bytes = input_.size();
  session_->query_capacity = input_.capacity();
  if (input_.capacity() > kReadSize / 4) core_.engine.weigh(*session_);
  const auto limit = static_cast<std::size_t>(core_.engine.config.number(Setting::client_query_buffer_limit));
  if (core_.engine.config.number(Setting::maxmemory_clients) != 0) core_.engine.evict_clients();
  if (input_.size() + parser_.memory() <= limit) return true;
  ++core_.engine.stats.query_buffer_disconnections;
  core_.log(LogLevel::warning,
            fmt::format("Closing client {} that reached max query buffer length", session_->address));
  close();
  return false;
}

void Connection::flush() {
  if (closed_) return;
  Buffer& out = session_->out;
  while (!out.empty()) {
    const std::size_t most = session_->pacing == nullptr
                                 ? out.size()
                                 : session_->pacing->sendable(session_->bytes_out, out.size());
    if (most == 0) return;
    const auto [state, n] = channel_.write(out.data(), most);
    if (state == Transfer::State::wait_read) return await_readable();
    if (state == Transfer::State::wait_write) return await_writable();
    if (state == Transfer::State::closed) return close();
    wrote(n);
  }
}

void Connection::wrote(std::size_t bytes) {
  Buffer& out = session_->out;
  session_->bytes_out += bytes;
  session_->active_at = core_.engine.now();
  core_.engine.stats.bytes_out += bytes;
  ++core_.engine.stats.writes_processed;
  out.consume(bytes);
  if (session_->pacing != nullptr) [[unlikely]]
    core_.engine.interception.sent(*session_);
  session_->unasked = std::min<std::uint64_t>(session_->unasked, out.size());
  if (out.empty()) session_->soft_limit_since = -1;
}

bool Connection::writes_together() const {
  return !closed_ && !awaiting_write_ && channel_.is_plain() && session_->executing == 0 &&
         !session_->close_now && session_->pacing == nullptr && !session_->out.empty();
}

void Connection::was_written(std::int32_t result) {
  if (result > 0) wrote(static_cast<std::size_t>(result));
}

void Connection::answer() {
  if (closed_) return release_if_idle();
  service();
}

void Connection::service() {
  surviving([this] { do_service(); });
}

void Connection::do_service() {
  if (closed_ || session_->executing > 0) return;
  if (session_->close_now) return leave();
  flush();
  if (!closed_ && may_process() && !input_.empty()) {
    core_.engine.tick();
    if (closed_) return;
    process_input();
    if (closed_) return;
    if (session_->close_now) return leave();
    flush();
  }
  if (closed_) return;
  // A gate may keep the last reply back.
  const bool is_done = session_->close_after_reply && session_->out.empty() && session_->course == nullptr;
  if (session_->close_now || is_done) return close();
  if (may_read()) await_readable();
}

// Closes, at the engine's behest.
void Connection::leave() {
  if (session_->last_words) flush();
  close();
}

void Connection::close() {
  if (closed_) return;
  if (session_->executing > 0) {
    session_->close_now = true;
    return;
  }
  closed_ = true;
  if (handshake_until_ != kNoHandshake) core_.end_handshake(*this);
  core_.poller_->remove(channel_.descriptor());
  if (session_->reset_on_close)
    channel_.abort();
  else
    channel_.close();
  core_.engine.disconnect(*session_);
  session_ = nullptr;
  release_if_idle();
}

void Connection::release_if_idle() {
  if (!closed_ || released_ || turn_.waiting || intake_.waiting || answer_.waiting || pins_ > 0) return;
  released_ = true;
  core_.released(*this);
}

}  // namespace redouble
