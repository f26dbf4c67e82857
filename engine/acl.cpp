#include "engine/acl.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/command_table.h"
#include "engine/commands/client_line.h"
#include "engine/engine.h"
#include "protocol/quoted.h"

namespace redouble {
namespace {

constexpr std::string_view kDefault = "default";

bool has_space(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return c == ' ' || (c >= '\t' && c <= '\r') || c == '\0'; });
}

}  // namespace

Acl::Acl(Engine& engine, const CommandTable& commands) : engine_(engine), commands_(commands) {
  auto user = std::make_unique<AclUser>(AclUser::all_powerful(commands_, std::string(kDefault)));
  default_user_ = users_.emplace(kDefault, std::move(user)).first->second.get();
  use_requirepass();
}

AclUser* Acl::find(std::string_view name) const {
  const auto at = users_.find(name);
  return at == users_.end() ? nullptr : at->second.get();
}

AclChannels Acl::channels() const {
  return engine_.config.flag(Setting::acl_pubsub_default) ? AclChannels::all : AclChannels::none;
}

void Acl::reset() {
  for (const auto& session : engine_.sessions()) session->user = default_user_;
  std::erase_if(users_, [](const auto& entry) { return entry.first != kDefault; });
  default_user_->become(AclUser::all_powerful(commands_, std::string(kDefault)));
  use_requirepass();
  log.clear();
}

// --- The gate --------------------------------------------------------------------------------------------

AclVerdict Acl::check(const Session& session, const Command& command, Argv argv) const {
  return session.internal ? AclVerdict{} : session.user->check(command, argv);
}

bool Acl::may_read_all_keys(const Session& session, const Command& command, Argv argv) const {
  return session.internal || session.user->may_read_all_keys(command, argv);
}

void Acl::log_denied(const Session& session, const Command& command, Argv argv, AclVerdict verdict,
                     AclContext context) {
  const std::string object =
      verdict.why == AclVerdict::Why::command ? full_name(command) : std::string(argv[verdict.at]);
  log.add({verdict.why, context, object, session.user->name(), describe(engine_, session), engine_.now()},
          static_cast<std::size_t>(engine_.config.number(Setting::acllog_max_len)));
}

std::string Acl::reason(const Command& command, AclVerdict verdict) {
  switch (verdict.why) {
    case AclVerdict::Why::command:
      return fmt::format("this user has no permissions to run the '{}' command", full_name(command));
    case AclVerdict::Why::key:
      return "this user has no permissions to access one of the keys used as arguments";
    default:
      return "this user has no permissions to access one of the channels used as arguments";
  }
}

std::string Acl::reason_at_exec(AclVerdict verdict) {
  std::string_view reason = "no permission to execute the command or subcommand";
  if (verdict.why == AclVerdict::Why::key) reason = "no permission to touch the specified keys";
  if (verdict.why == AclVerdict::Why::channel)
    reason = "no permission to access one of the channels used as arguments";
  return fmt::format(
      "NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC call. This "
      "command is no longer allowed for the following reason: {}",
      reason);
}

// --- Logging in ------------------------------------------------------------------------------------------

bool Acl::log_in(Session& session, std::string_view name, std::string_view password,
                 std::string_view command) {
  AclUser* user = find(name);
  if (user == nullptr || !user->accepts(password)) {
    const AclContext context = session.transaction.open ? AclContext::multi : AclContext::toplevel;
    log.add({AclVerdict::Why::authentication, context, std::string(command), std::string(name),
             describe(engine_, session), engine_.now()},
            static_cast<std::size_t>(engine_.config.number(Setting::acllog_max_len)));
    return false;
  }
  // Who may all without logging in stays nobody: users come and go, in-process callers do not.
  if (session.internal) return true;
  session.user = user;
  session.authenticated = true;
  return true;
}

void Acl::log_out(Session& session) const {
  session.user = default_user_;
  session.authenticated = session.internal || is_open();
}

void Acl::use_requirepass() {
  const auto password = engine_.config.text(Setting::requirepass);
  default_user_->apply("resetpass", channels());
  default_user_->apply(password.empty() ? "nopass" : '>' + std::string(password), channels());
}

// --- Changing users --------------------------------------------------------------------------------------

std::string Acl::set_user(Session& author, std::string_view name, Argv rules) {
  if (has_space(name)) return "ERR Usernames can't contain spaces or null characters";
  std::string_view unmatched;
  const auto merged = merge_selectors(rules, unmatched);
  if (!merged)
    return fmt::format("ERR Unmatched parenthesis in acl selector starting at '{}'.", until_nul(unmatched));
  AclUser* user = find(name);
  AclUser changed = user != nullptr ? *user : AclUser(commands_, std::string(name), channels());
  for (const std::string& rule : *merged)
    if (const AclFault fault = changed.apply(rule, channels()); fault != AclFault::none)
      return fmt::format("ERR Error in ACL SETUSER modifier '{}': {}", until_nul(rule), text_of(fault));
  if (user == nullptr) {
    users_.emplace(name, std::make_unique<AclUser>(std::move(changed)));
    return {};
  }
  end_listeners(*user, changed, author);
  *user = std::move(changed);
  return {};
}

bool Acl::remove(Session& author, std::string_view name) {
  const auto at = users_.find(name);
  if (at == users_.end()) return false;
  const auto gone = std::move(at->second);
  users_.erase(at);
  end_clients(*gone, &author);
  return true;
}

void Acl::end_clients(const AclUser& user, Session* author) {
  for (const auto& session : engine_.sessions())
    if (session->user == &user) end(*session, author);
}

void Acl::end(Session& session, Session* author) {
  session.user = default_user_;
  session.authenticated = false;
  // Whoever takes its own rights still gets its answer.
  if (&session == author)
    session.close_after_reply = true;
  else if (!session.close_now)
    engine_.kill(session);
}

// Ends the user's clients that listen to channels which they may not hear any more.
void Acl::end_listeners(const AclUser& before, const AclUser& after, Session& author) {
  const auto hears_all = [](const AclSelector& selector) { return selector.all_channels(); };
  const auto& selectors = after.selectors();
  if (std::any_of(selectors.begin(), selectors.end(), hears_all)) return;
  const auto may_hear = [&](std::string_view channel, bool is_pattern) {
    return std::any_of(selectors.begin(), selectors.end(), [&](const AclSelector& selector) {
      return selector.allows_channel(channel, is_pattern);
    });
  };
  const auto lost_some = [&](const Session& session) {
    const auto lost = [&](const std::vector<std::string>& names, bool are_patterns) {
      return std::any_of(names.begin(), names.end(),
                         [&](const std::string& name) { return !may_hear(name, are_patterns); });
    };
    return lost(session.patterns, true) || lost(session.channels, false) ||
           lost(session.shard_channels, false);
  };
  const auto keeps = [&](const AclSelector& selector) {
    return !selector.all_channels() &&
           std::all_of(
               selector.channels().begin(), selector.channels().end(), [&](const std::string& channel) {
                 return std::any_of(selectors.begin(), selectors.end(), [&](const AclSelector& other) {
                   return std::find(other.channels().begin(), other.channels().end(), channel) !=
                          other.channels().end();
                 });
               });
  };
  // Nothing was taken away: nobody is looked at, not even who subscribed under older rules.
  if (std::all_of(before.selectors().begin(), before.selectors().end(), keeps)) return;
  for (const auto& session : engine_.sessions()) {
    if (session->user != &before || !session->subscribed() || !lost_some(*session)) continue;
    if (session.get() == &author)
      session->close_after_reply = true;
    else
      engine_.kill(*session);
  }
}

}  // namespace redouble
