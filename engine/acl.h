// Who may do what: the users, the gate that every call passes (see Engine::admit), logging in, and the log of
// what was denied. A user who may do all, as `default` may by default, costs one test a call.
//
// Invariant: a session's `user` points to a user of this table. Whoever removes a user makes its clients the
// default user's, logged out, and ends them.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/acl_log.h"
#include "engine/acl_user.h"

namespace redouble {

class Engine;
struct Session;

class Acl {
 public:
  using Users = std::map<std::string, std::unique_ptr<AclUser>, std::less<>>;

  /// The default user alone, with the password of `requirepass`.
  Acl(Engine& engine, const CommandTable& commands);

  AclUser& default_user() { return *default_user_; }
  const AclUser& default_user() const { return *default_user_; }
  AclUser* find(std::string_view name) const;
  /// In the order of their names.
  const Users& users() const { return users_; }

  // --- The gate --------------------------------------------------------------------------------------------

  /// Whether the session's user may make this call. In-process callers may all.
  AclVerdict check(const Session& session, const Command& command, Argv argv) const;
  /// Whether one selector allows this call and lets it read any key: what SORT BY and GET need.
  bool may_read_all_keys(const Session& session, const Command& command, Argv argv) const;
  /// Puts a denied call into the log.
  void log_denied(const Session& session, const Command& command, Argv argv, AclVerdict verdict,
                  AclContext context);
  /// "this user has no permissions to …": what a client is told of a denied call, behind "NOPERM".
  static std::string reason(const Command& command, AclVerdict verdict);
  /// Why a queued call is not allowed any more when EXEC comes to it: the whole error.
  static std::string reason_at_exec(AclVerdict verdict);

  // --- Logging in ------------------------------------------------------------------------------------------

  /// False, with an entry in the log, for a wrong name or password or a disabled user. `command` is the word
  /// the client used ("AUTH").
  bool log_in(Session& session, std::string_view user, std::string_view password, std::string_view command);
  /// True when a new client is logged in by itself, as the default user.
  bool is_open() const { return default_user_->without_password() && default_user_->enabled(); }
  /// Makes a session the default user's, as it is when it is new.
  void log_out(Session& session) const;
  /// `requirepass` has changed.
  void use_requirepass();

  // --- Changing users --------------------------------------------------------------------------------------

  /// ACL SETUSER: all rules or none. `author` asks for it: it is closed behind its reply if it must go.
  /// Returns what is wrong, or nothing.
  std::string set_user(Session& author, std::string_view name, Argv rules);
  /// Removes a user and ends its clients; false when there is none.
  bool remove(Session& author, std::string_view name);

  // --- Files -----------------------------------------------------------------------------------------------

  /// The users of the configuration or of the ACL file, on top of the default user: at the start. Returns why
  /// the server must not start, or nothing.
  std::string load_configured();
  /// ACL LOAD: replaces all users by those of the file, or changes nothing and says why.
  std::string load_file(Session* author);
  /// ACL SAVE: the reason of a failure, or nothing.
  std::string save_file();
  /// "user name rules" for each user.
  std::vector<std::string> lines() const;

  /// Everything as new; all sessions are the default user's.
  void reset();

  AclLog log;

 private:
  AclChannels channels() const;
  std::string apply_declaration(std::span<const std::string> words);
  void read_file(std::string_view text, const std::string& path, Users& fresh, std::string& errors) const;
  void read_rules(Argv rules, const std::string& place, AclUser& user, std::string& errors) const;
  void replace(Users fresh, Session* author);
  void end_clients(const AclUser& user, Session* author);
  void end_listeners(const AclUser& before, const AclUser& after, Session& author);
  void end(Session& session, Session* author);

  Engine& engine_;
  const CommandTable& commands_;
  Users users_;
  AclUser* default_user_ = nullptr;
};

/// Checks a `user` line of a configuration file; what is wrong with it, or nothing. A name that is not a
/// command or category is left for the start to find: `declared` are the lines before.
std::string check_user_declaration(std::span<const std::vector<std::string>> declared,
                                   std::span<const std::string> words);

}  // namespace redouble
