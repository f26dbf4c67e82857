// Implementation of command_rules.h, tables first. A command that is new in redouble needs a line here only
// when its reply is random, depends on the clock, or must not be sent at all.
#include "command_rules.h"

#include <algorithm>
#include <array>
#include <utility>

namespace redouble::oracle {
namespace {

using Row = std::pair<std::string_view, std::string_view>;

constexpr std::array kFamilies = {
    Row{"expire", "expire"},      Row{"expireat", "expire"},    Row{"expiretime", "expire"},
    Row{"persist", "expire"},     Row{"pexpire", "expire"},     Row{"pexpireat", "expire"},
    Row{"pexpiretime", "expire"}, Row{"pttl", "expire"},        Row{"ttl", "expire"},
    Row{"scan", "scan"},          Row{"keys", "scan"},          Row{"randomkey", "scan"},
    Row{"dbsize", "scan"},        Row{"swapdb", "keys"},        Row{"flushdb", "keys"},
    Row{"flushall", "keys"},      Row{"object|help", "server"}, Row{"sort", "sort"},
    Row{"sort_ro", "sort"},
};

// Groups and single commands that are not sent.
constexpr std::array kDenied = {
    Row{"acl|load", "no file is configured: cases"},
    Row{"acl|save", "no file is configured: cases"},
    Row{"bgrewriteaof", "writes files: cases"},
    Row{"bgsave", "writes files: cases"},
    Row{"client|caching", "needs tracking: tracker sequences"},
    Row{"client|kill", "ends connections of the sequence: cases"},
    Row{"client|pause", "stops both servers for a time: cases"},
    Row{"client|reply", "a command without reply would shift every later one: cases"},
    Row{"client|tracking", "its pushes are no replies: tracker sequences"},
    Row{"client|unblock", "needs a blocked client: cases"},
    Row{"command", "describes the command table of each server: cases"},
    Row{"command|count", "describes the command table of each server: cases"},
    Row{"command|docs", "summaries are the servers' own: cases"},
    Row{"command|info", "describes the command table of each server: cases"},
    Row{"command|list", "describes the command table of each server: cases"},
    Row{"config|resetstat", "changes statistics alone: cases"},
    Row{"config|rewrite", "writes files: cases"},
    Row{"config|set", "drawn from settings.h alone: others outlive the sequence"},
    Row{"debug", "can stop the server: cases"},
    Row{"eval", "the argument grammar says nothing about scripts: cases"},
    Row{"eval_ro", "see eval"},
    Row{"evalsha", "see eval"},
    Row{"evalsha_ro", "see eval"},
    Row{"fcall", "see eval"},
    Row{"fcall_ro", "see eval"},
    Row{"function", "see eval"},
    Row{"info", "differs by nature: cases compare field names"},
    Row{"latency", "measures time: cases"},
    Row{"lolwut", "draws a picture of the version"},
    Row{"memory", "allocators differ: cases"},
    Row{"migrate", "needs a third server: cases"},
    Row{"monitor", "turns the connection into a stream: cases"},
    Row{"object|idletime", "measures time: cases"},
    Row{"pfselftest", "runs for seconds"},
    Row{"psync", "turns the connection into a replica's"},
    Row{"quit", "closes the connection: cases"},
    Row{"replconf", "some calls get no reply: cases"},
    Row{"replicaof", "makes redis-server a replica: cases"},
    Row{"role", "offsets of replication: cases"},
    Row{"save", "writes files: cases"},
    Row{"script", "see eval"},
    Row{"shutdown", "stops the server"},
    Row{"slaveof", "makes redis-server a replica: cases"},
    Row{"slowlog", "measures time: cases"},
    Row{"sync", "turns the connection into a replica's"},
};

// In place of what the tips of the reference say. A queued command counts as a user of its value in
// redis-server: OBJECT REFCOUNT inside MULTI is 2.
constexpr std::array kRules = {
    Row{"acl|cat", "unordered"},
    Row{"acl|genpass", "shape"},
    Row{"acl|getuser", "rules"},
    Row{"acl|list", "rules"},
    Row{"client|id", "type-only"},
    Row{"client|info", "type-only"},
    Row{"client|list", "type-only"},
    Row{"dump", "payload"},
    Row{"config|get", "unordered"},
    Row{"expiretime", "approx 2"},
    Row{"hello", "approx 1000000"},
    Row{"lastsave", "approx 86400"},
    Row{"mget", "exact"},
    Row{"object|encoding", "exact"},
    Row{"object|freq", "exact"},
    Row{"object|refcount", "type-only"},
    Row{"pexpiretime", "approx 2000"},
    Row{"pttl", "approx 2000"},
    Row{"pubsub|channels", "unordered"},
    Row{"pubsub|shardchannels", "unordered"},
    Row{"spop", "unordered"},
    Row{"time", "approx 1000000"},
    Row{"ttl", "approx 2"},
    Row{"xadd", "exact"},
    Row{"xautoclaim", "exact"},
    Row{"xclaim", "exact"},
    Row{"xinfo|consumers", "times"},
    Row{"xinfo|stream", "times"},
    Row{"xpending", "times"},
    Row{"xtrim", "exact"},
};

using Weight = std::pair<std::string_view, int>;

// redis-server looks at timeouts ten times a second: whoever waits in vain holds the run up.
constexpr std::array kWeights = {
    Weight{"flushall", 10},       Weight{"flushdb", 10},      Weight{"swapdb", 30},
    Weight{"select", 30},         Weight{"reset", 10},        Weight{"hello", 20},
    Weight{"auth", 30},           Weight{"wait", 10},         Weight{"move", 60},
    Weight{"set", 300},           Weight{"getex", 200},       Weight{"lcs", 200},
    Weight{"scan", 300},          Weight{"copy", 200},        Weight{"expire", 200},
    Weight{"pexpire", 200},       Weight{"blpop", 15},        Weight{"brpop", 15},
    Weight{"blmove", 15},         Weight{"brpoplpush", 15},   Weight{"blmpop", 15},
    Weight{"linsert", 200},       Weight{"xadd", 900},        Weight{"xgroup|create", 250},
    Weight{"xreadgroup", 400},    Weight{"xclaim", 200},      Weight{"xsetid", 50},
    Weight{"xgroup|destroy", 30}, Weight{"xgroup|help", 10},  Weight{"xinfo|help", 10},
    Weight{"xautoclaim", 200},    Weight{"xpending", 200},    Weight{"xdel", 200},
    Weight{"pfadd", 500},         Weight{"pfdebug", 60},      Weight{"setbit", 300},
    Weight{"bitfield", 500},      Weight{"acl|setuser", 600}, Weight{"acl|dryrun", 400},
    Weight{"acl|getuser", 200},   Weight{"zadd", 400},        Weight{"geoadd", 400},
    Weight{"zrange", 300},        Weight{"geosearch", 300},
};

template <typename Table>
auto find(const Table& table, std::string_view name) {
  return std::find_if(table.begin(), table.end(), [&](const auto& row) { return row.first == name; });
}

std::string_view container_of(const Command& command) {
  const std::string_view name = command.name;
  return name.substr(0, name.find('|'));
}

// A walk from 0 with a COUNT above every collection's size is one whole iteration, a set of keys or members;
// any other is a step whose members depend on the hash function. The cursor stands at `at`.
Rule scan_rule(const Argv& argv, size_t at) {
  Rule rule;
  rule.kind = Rule::Kind::type_only;
  if (argv.size() <= at || argv[at] != "0") return rule;
  for (size_t i = at + 1; i + 1 < argv.size(); ++i) {
    const auto count = to_integer(argv[i + 1]);
    if (upper(argv[i]) == "COUNT" && count && *count >= 1000) rule.kind = Rule::Kind::unordered;
  }
  return rule;
}

// What is drawn is random, how much is not; a count above every size is all there is.
Rule draw_rule(const Argv& argv) {
  Rule rule;
  rule.kind = Rule::Kind::shape;
  const auto count = argv.size() > 2 ? to_integer(argv[2]) : std::nullopt;
  if (count && *count >= 1000) rule.kind = Rule::Kind::unordered;
  return rule;
}

// What denied calls left in ACL LOG; the client and the time differ.
Rule acl_log_rule() {
  Rule rule;
  add_annotation(rule, "without age-seconds");
  add_annotation(rule, "without client-info");
  return rule;
}

// Where SORT leaves elements in the order of a hash table: all of them, or those that ALPHA finds no weight
// for.
Rule sort_rule(const Argv& argv) {
  bool keeps_order = false, by = false, alpha = false, limit = false;
  for (size_t i = 2; i < argv.size(); ++i) {
    const auto word = upper(argv[i]);
    alpha |= word == "ALPHA";
    limit |= word == "LIMIT";
    if (word != "BY" || i + 1 == argv.size()) continue;
    by = true;
    keeps_order |= argv[i + 1].find('*') == std::string::npos;
  }
  Rule rule;
  if (keeps_order || (by && alpha)) rule.kind = limit ? Rule::Kind::type_only : Rule::Kind::unordered;
  return rule;
}

}  // namespace

std::string family_of(const Command& command) {
  const auto row = find(kFamilies, command.name);
  if (row != kFamilies.end()) return std::string(row->second);
  if (command.group == "generic") return "keys";
  if (command.group == "transactions") return "transaction";
  return command.group;
}

std::optional<std::string_view> denied(const Command& command) {
  for (const auto name : {std::string_view(command.name), container_of(command)}) {
    const auto row = find(kDenied, name);
    // `command` alone is a command beside its subcommands; the other containers are denied as a whole.
    if (row != kDenied.end() && (name == command.name || name != "command")) return row->second;
  }
  return std::nullopt;
}

Rule rule_for(const Command& command, const Argv& argv) {
  if (command.name == "scan") return scan_rule(argv, 1);
  if (command.name == "acl|log") return acl_log_rule();
  if (command.name == "sort" || command.name == "sort_ro") return sort_rule(argv);
  if (command.name == "hscan" || command.name == "sscan" || command.name == "zscan")
    return scan_rule(argv, 2);
  if (command.name == "hrandfield" || command.name == "srandmember" || command.name == "zrandmember")
    return draw_rule(argv);
  Rule rule;
  const auto row = find(kRules, command.name);
  // The help texts are each server's own.
  if (command.name.ends_with("|help")) {
    rule.kind = Rule::Kind::type_only;
    return rule;
  }
  if (row != kRules.end()) {
    add_annotation(rule, row->second);
  } else if (command.tips.contains("nondeterministic_output")) {
    rule.kind = Rule::Kind::type_only;
  } else if (command.tips.contains("nondeterministic_output_order")) {
    rule.kind = Rule::Kind::unordered;
  }
  return rule;
}

int weight_of(const Command& command) {
  const auto row = find(kWeights, command.name);
  return row == kWeights.end() ? 100 : row->second;
}

}  // namespace redouble::oracle
