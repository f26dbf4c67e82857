// What a command function gets: the engine, who calls, the selected database, the arguments and a sink.
#pragma once

#include <fmt/format.h>

#include <initializer_list>
#include <string_view>
#include <utility>

#include "engine/args.h"
#include "engine/command.h"
#include "engine/database.h"
#include "engine/outcome.h"
#include "engine/propagation.h"
#include "engine/session.h"
#include "protocol/reply.h"

namespace redouble {

class Engine;

/// What a command that parks its client may ask for beyond that.
struct Parking {
  Argv argv = {};                   ///< to be run in place of the command's own arguments
  std::string_view when_gone = {};  ///< the error that ends the wait when a key is not of its type any more
};

struct Call {
  Engine& engine;
  Session& session;
  Database& db;
  Args args;
  Reply& reply;
  const Command& command;
  bool may_block;                   ///< false inside MULTI, scripts and in-process calls
  Propagation* replicas = nullptr;  ///< who is to be told of changes; nullptr while nobody follows

  /// Whether replicas are told of the command as it was called.
  enum class Telling : std::uint8_t { changes, always, nothing };
  Telling telling = Telling::changes;  ///< `changes`: if it changed something

  bool propagates() const { return replicas != nullptr; }
  /// Tells replicas of this in place of the command itself.
  void propagate(Argv words);
  void propagate(std::initializer_list<std::string_view> words) {
    if (replicas != nullptr) propagate(Argv(words.begin(), words.size()));
  }
  /// The same for one of several effects: as in Redis even a script that keeps replicas out of it tells
  /// these.
  void propagate_effect(Argv words);
  void propagate_effect(std::initializer_list<std::string_view> words) {
    if (replicas != nullptr) propagate_effect(Argv(words.begin(), words.size()));
  }

  /// The database that the next argument names; nullptr, with an error in `args`, when there is none.
  Database* next_database(std::string_view bad_number = err::not_an_integer);

  /// Lets the client wait until one of `keys` holds a value of `type`, and runs the command again then; null
  /// array (or what `on_timeout` writes) when that is too late, or at once where nothing may block. Returns
  /// `blocked` or `done`; nothing may have been replied or changed before.
  Outcome park(Type type, Argv keys, Millis deadline,
               void (*on_timeout)(Engine&, Session&) = reply_null_array, const Parking& parking = {});
  static void reply_null_array(Engine&, Session& session) { session.reply.null_array(); }
  /// Whether the command is to look at this key: all in a first run; when it is run again after it had to
  /// wait, only the one that became ready, as in Redis.
  bool awaits(std::string_view key) const;
  /// Whether the command had to wait and is run again.
  bool is_woken() const;
  /// The deadline that a timeout in seconds (a float; 0 is none) or in milliseconds means; kNever for none.
  /// Errors go to `args`.
  Millis timeout_in_seconds() { return timeout_in_seconds(args.next()); }
  Millis timeout_in_seconds(std::string_view text);
  Millis timeout_in_milliseconds();

  /// An error made up for this call; the text lives until the next one is made.
  template <class... T>
  Outcome fail(fmt::format_string<T...> format, T&&... values) {
    return fail_text(fmt::format(format, std::forward<T>(values)...));
  }
  Outcome fail_text(std::string text);
  Millis deadline_in(Millis ms);
  /// "wrong number of arguments for 'get' command".
  Outcome wrong_arity();
  /// The same as a subcommand that counts its own arguments says it.
  Outcome wrong_subcommand();
};

}  // namespace redouble
