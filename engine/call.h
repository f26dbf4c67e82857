// What a command function gets: the engine, who calls, the selected database, the arguments and a sink.
#pragma once

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "engine/args.h"
#include "engine/command.h"
#include "engine/database.h"
#include "engine/outcome.h"
#include "engine/session.h"
#include "protocol/reply.h"

namespace redouble {

class Engine;

struct Call {
  Engine& engine;
  Session& session;
  Database& db;
  Args args;
  Reply& reply;
  const Command& command;
  bool may_block;  ///< false inside MULTI, scripts and in-process calls

  /// The database that the next argument names; nullptr, with an error in `args`, when there is none.
  Database* next_database(std::string_view bad_number = err::not_an_integer);

  /// An error made up for this call; the text lives until the next one is made.
  template <class... T>
  Outcome fail(fmt::format_string<T...> format, T&&... values) {
    return fail_text(fmt::format(format, std::forward<T>(values)...));
  }
  Outcome fail_text(std::string text);
  /// "wrong number of arguments for 'get' command".
  Outcome wrong_arity();
  /// The same as a subcommand that counts its own arguments says it.
  Outcome wrong_subcommand();
};

}  // namespace redouble
