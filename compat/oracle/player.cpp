// Implementation of player.h. A batch is a run of steps on one connection: it is sent in one write, to both
// servers, and answered in full before the next batch starts.
#include "player.h"

#include <algorithm>

#include "explain.h"
#include "settings.h"
#include "state.h"

namespace redouble::oracle {
namespace {

constexpr size_t kLongestBatch = 16;

bool is_message(const Reply& reply, std::string_view kind) {
  return reply.is_aggregate() && !reply.items.empty() && reply.items[0].text == kind;
}

// A keymiss event, in either of its forms.
bool is_miss(const Reply& reply) {
  return is_message(reply, "pmessage") && reply.items.size() == 4 &&
         (reply.items[3].text == "keymiss" || reply.items[2].text.ends_with(":keymiss"));
}

// Redis walks hash tables to deliver to patterns, to leave all channels at once, and to look keys up by the
// members of a set (SORT BY): neighbours that one command caused may come in any order. Puts such runs into
// one order.
void settle(std::vector<Reply>& messages) {
  const auto run_of = [&](size_t begin, const auto& belongs) {
    size_t end = begin;
    while (end < messages.size() && belongs(messages[end])) ++end;
    return end;
  };
  const auto by_text = [](const Reply& a, const Reply& b) { return describe(a) < describe(b); };
  for (size_t i = 0; i < messages.size();) {
    size_t end = i + 1;
    const Reply first = messages[i];
    if (is_miss(first)) {
      end = run_of(i, is_miss);
    } else if (is_message(first, "pmessage") && first.items.size() == 4) {
      end = run_of(i, [&](const Reply& other) {
        return is_message(other, "pmessage") && other.items.size() == 4 && other.items[2] == first.items[2] &&
               other.items[3] == first.items[3];
      });
    } else if (first.is_aggregate() && first.items.size() == 3 &&
               first.items[0].text.ends_with("unsubscribe")) {
      end = run_of(i, [&](const Reply& other) {
        return is_message(other, first.items[0].text) && other.items.size() == 3;
      });
      // The counts go down in order whatever the channel: only the channels are exchanged.
      std::vector<Reply> channels;
      for (size_t k = i; k < end; ++k) channels.push_back(messages[k].items[1]);
      std::sort(channels.begin(), channels.end(), by_text);
      for (size_t k = i; k < end; ++k) messages[k].items[1] = channels[k - i];
      i = end;
      continue;
    }
    std::sort(messages.begin() + static_cast<std::ptrdiff_t>(i),
              messages.begin() + static_cast<std::ptrdiff_t>(end), by_text);
    i = end;
  }
}

}  // namespace

Player::Player(Pair& pair) : pair_(pair) {
  ours_.process = pair_.ours.get();
  theirs_.process = pair_.theirs.get();
  prepare(ours_);
  prepare(theirs_);
}

// Expired keys leave when they are looked up, never in between: only so is DBSIZE a fixed number.
void Player::prepare(Side& side) {
  side.admin = std::make_unique<Connection>(side.process->port());
  side.admin->call({"DEBUG", "SET-ACTIVE-EXPIRE", "0"});
}

// Users that a sequence has made do not go with its keys. A server without ACL answers with an error.
void Player::remove_users(Side& side) {
  Argv gone{"ACL", "DELUSER"};
  for (const auto& user : side.admin->call({"ACL", "USERS"}).items)
    if (user.text != "default") gone.push_back(user.text);
  if (gone.size() > 2) side.admin->call(gone);
  side.admin->call({"ACL", "LOG", "RESET"});
}

bool Player::reset(Side& side, const Sequence& sequence) {
  side.connections.clear();
  Argv settings{"CONFIG", "SET", "notify-keyspace-events", ""};
  for (const auto& setting : kSettings) {
    settings.emplace_back(setting.name);
    settings.emplace_back(setting.value);
  }
  side.admin->send(frame({"FLUSHALL"}) + frame({"DEBUG", "QUICKLIST-PACKED-THRESHOLD", "0"}) +
                   frame(settings));
  side.admin->read();
  side.admin->read();
  if (side.admin->read().is_end()) {
    side.process->restart();
    prepare(side);
  }
  remove_users(side);
  for (size_t i = 0; i < sequence.connections; ++i) {
    side.connections.emplace_back(side.process->port());
    if (!side.connections.back().set_resp(sequence.resp)) return false;
  }
  return true;
}

bool Player::agree(const Step& step, const Reply& ours, const Reply& theirs) {
  auto& queue = queued_[step.connection];
  if (theirs.kind == Reply::Kind::simple && theirs.text == "QUEUED") {
    queue.push_back(step.rule);
    return ours == theirs;
  }
  const auto command = step.argv.empty() ? std::string() : upper(step.argv[0]);
  if (command != "EXEC" && command != "DISCARD" && command != "RESET") return same(ours, theirs, step.rule);
  const auto rules = std::move(queue);
  queue.clear();
  if (theirs.kind != Reply::Kind::array || theirs.items.size() != rules.size()) return ours == theirs;
  if (ours.kind != theirs.kind || ours.items.size() != theirs.items.size()) return false;
  for (size_t i = 0; i < rules.size(); ++i) {
    if (!same(ours.items[i], theirs.items[i], rules[i])) return false;
  }
  return true;
}

std::optional<Difference> Player::compare_replies(const Sequence& sequence, size_t first, size_t last) {
  const auto connection = sequence.steps[first].connection;
  for (size_t i = first; i < last; ++i) {
    const auto& step = sequence.steps[i];
    const auto theirs = theirs_.connections[connection].read();
    const auto ours = ours_.connections[connection].read();
    if (agree(step, ours, theirs)) continue;
    const auto command = step.argv.empty() ? "" : upper(step.argv[0]);
    const auto [our_text, their_text] = explain(ours, theirs, step.rule);
    return Difference{i, command, "reply", our_text, their_text};
  }
  return std::nullopt;
}

// What a connection that may be blocked has been sent. Each server has answered a command of the admin since,
// so that it is there; where one seems to have sent less it gets some more time.
void Player::collect(size_t connection, std::vector<Reply>& ours, std::vector<Reply>& theirs) {
  constexpr int kPatience = 20;
  const auto take = [&](Side& side, std::vector<Reply>& replies, int ms) {
    for (;;) {
      auto reply = side.connections[connection].read(std::chrono::milliseconds(ms));
      if (reply.kind == Reply::Kind::silence) return;
      const bool is_end = reply.is_end();
      replies.push_back(std::move(reply));
      if (is_end) return;
    }
  };
  for (int i = 0; i == 0 || (i < kPatience && ours != theirs); ++i) {
    take(theirs_, theirs, i);
    take(ours_, ours, i);
  }
}

std::optional<Difference> Player::compare_streams(const Sequence& sequence, size_t first, size_t last) {
  const auto token = "oracle-" + std::to_string(last);
  if (sequence.waiting) {
    theirs_.admin->call({"PING"});
    ours_.admin->call({"PING"});
  }
  const auto drain = [&](std::vector<Reply>& messages, Connection& connection, size_t owed) {
    for (auto& message : connection.drain(token, owed)) messages.push_back(std::move(message));
  };
  std::vector<std::vector<Reply>> all_theirs(sequence.connections), all_ours(sequence.connections);
  // Who sent the batch comes first: when its marker is back the round of the loop that ran the batch is over,
  // at whose end invalidations are broadcast.
  const auto sender = sequence.steps[last - 1].connection;
  if (!sequence.waiting && sender >= sequence.first_stream) {
    drain(all_theirs[sender], theirs_.connections[sender], last - first);
    drain(all_ours[sender], ours_.connections[sender], last - first);
  }
  for (size_t i = sequence.first_stream; i < sequence.connections; ++i) {
    auto& theirs = all_theirs[i];
    auto& ours = all_ours[i];
    if (sequence.waiting) {
      collect(i, ours, theirs);
    } else {
      drain(theirs, theirs_.connections[i], 0);
      drain(ours, ours_.connections[i], 0);
    }
    settle(theirs);
    settle(ours);
    if (ours == theirs) continue;
    const auto& step = sequence.steps[last - 1];
    return Difference{last - 1, step.argv.empty() ? "" : upper(step.argv[0]),
                      std::string("messages on connection ") + static_cast<char>('a' + i),
                      describe({Reply::Kind::array, {}, ours}), describe({Reply::Kind::array, {}, theirs})};
  }
  return std::nullopt;
}

std::optional<Difference> Player::play_batch(const Sequence& sequence, size_t first, size_t last) {
  const auto connection = sequence.steps[first].connection;
  std::string bytes;
  for (size_t i = first; i < last; ++i) bytes += frame(sequence.steps[i].argv);
  theirs_.connections[connection].send(bytes);
  // Ours also gets requests in pieces, cut anywhere.
  const auto cut = (sequence.steps.size() * 31 + last * 7919) % (bytes.size() * 4);
  ours_.connections[connection].send(std::string_view(bytes).substr(0, cut));
  if (cut < bytes.size()) ours_.connections[connection].send(std::string_view(bytes).substr(cut));
  if (connection < sequence.first_stream) {
    if (auto found = compare_replies(sequence, first, last)) return found;
  }
  return compare_streams(sequence, first, last);
}

std::optional<Difference> Player::play(const Sequence& sequence) {
  if (!reset(theirs_, sequence) || !reset(ours_, sequence)) {
    return Difference{0, "HELLO", "HELLO 3 at the start", "(see the log)", "(a map)"};
  }
  queued_.assign(sequence.connections, {});
  for (size_t first = 0; first < sequence.steps.size();) {
    size_t last = first + 1;
    // What stands behind a command that blocks runs when its connection is served, between batches.
    const size_t longest = sequence.waiting ? 1 : kLongestBatch;
    while (last < sequence.steps.size() && last - first < longest &&
           sequence.steps[last].connection == sequence.steps[first].connection) {
      ++last;
    }
    if (auto found = play_batch(sequence, first, last)) {
      if (!ours_.process->alive()) found->ours += " (the server ended: " + ours_.process->log_tail() + ")";
      return found;
    }
    first = last;
  }
  const auto found = compare_states(read_state(*ours_.admin), read_state(*theirs_.admin));
  if (!found) return std::nullopt;
  return Difference{sequence.steps.size(), "", "state", *found, ""};
}

}  // namespace redouble::oracle
