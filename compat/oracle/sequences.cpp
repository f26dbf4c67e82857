// The second half of generator.h: what a sequence is made of. Plain sequences run commands on up to three
// connections; observed ones have a further connection that listens to keyspace events; in subscriber
// sequences two connections subscribe while a third publishes, in waiting ones two wait for keys; in tracker
// sequences two are told of changes (CLIENT TRACKING) while all make them.
#include <algorithm>
#include <array>

#include "command_rules.h"
#include "generator.h"
#include "settings.h"

namespace redouble::oracle {
namespace {

constexpr size_t kSteps = 60;
constexpr size_t kLongestRun = 10;

// Low thresholds, so that a few members are enough for the encodings of large collections.
Argv low_limits(Random& random) {
  static const std::vector<std::string> kEntries = {"0", "1", "2", "3", "5", "8"};
  static const std::vector<std::string> kSizes = {"0", "1", "3", "10", "64"};
  Argv argv{"CONFIG", "SET"};
  for (const char* name :
       {"hash-max-listpack-entries", "set-max-intset-entries", "zset-max-listpack-entries"})
    argv.insert(argv.end(), {name, random.pick(kEntries)});
  for (const char* name : {"hash-max-listpack-value", "zset-max-listpack-value"})
    argv.insert(argv.end(), {name, random.pick(kSizes)});
  return argv;
}

}  // namespace

void Generator::add(Sequence& sequence, size_t connection, const Command& command) {
  auto argv = call(command);
  auto rule = rule_for(command, argv);
  if (clock_ids_ && command.group == "stream") add_annotation(rule, "mask ^[0-9]{13}-[0-9]+$");
  sequence.steps.push_back({connection, std::move(argv), std::move(rule)});
}

void Generator::add(Sequence& sequence, size_t connection, Argv argv) {
  sequence.steps.push_back({connection, std::move(argv), {}});
}

void Generator::draw(Sequence& sequence, size_t connection) {
  if (random_.chance(1)) {
    static const std::vector<Argv> kUnknown = {
        {"NOSUCH"},    {"nosuch", "a", "b"}, {""},       {"GET|x"},  {"CLIENT", "nosuch"},
        {"client"},    {"CONFIG"},           {"object"}, {"PUBSUB"}, {"CONFIG", "nosuch", "x"},
        {"client|id"}, {"CLIENT", ""}};
    return add(sequence, connection, random_.pick(kUnknown));
  }
  if (settings_ && random_.chance(1)) return add(sequence, connection, set_settings());
  const bool support = !support_.empty() && random_.chance(25);
  const auto& command =
      support ? draw_from(support_, support_weight_ * 100) : draw_from(chosen_, chosen_weight_);
  // The first two remove expired keys that they come across, and their way is random; RESTORE and what stores
  // a result replace one without a word if redis-server has not removed it yet.
  const bool stumbles = command.name == "scan" || command.name == "randomkey" ||
                        command.name.find("store") != std::string::npos;
  if (leaves_expired_ && stumbles) return;
  if (leaves_out(command)) return;
  add(sequence, connection, command);
}

// CONFIG SET of one to three harmless settings, with good and bad values.
Argv Generator::set_settings() {
  static const std::vector<std::string> kValues = {
      "0",   "1", "2",   "5",   "-1", "-2",  "-6",  "128",         "1k",         "1Kb",
      "abc", "",  "1.5", "yes", "no", "YES", "10%", "allkeys-lru", "noeviction", "99999999999999999999"};
  Argv argv{"CONFIG", token("SET")};
  for (size_t pairs = 1 + random_.below(3); pairs > 0; --pairs) {
    const std::string name(random_.pick(kSettings).name);
    if (name.starts_with("zset-") && !skip_lists_) continue;
    argv.push_back(random_.chance(95) ? token(name) : "nosuch");
    argv.push_back(random_.pick(kValues));
  }
  if (random_.chance(5)) argv.pop_back();
  return argv;
}

// Inside a transaction `left` counts down to its end. Returns whether it added the step.
bool Generator::add_transaction_step(Sequence& sequence, size_t connection, int& left) {
  if (left > 0) {
    if (--left > 0) return false;
    add(sequence, connection, Argv{random_.chance(85) ? "EXEC" : "DISCARD"});
    return true;
  }
  if (!transactions_ || !random_.chance(12)) return false;
  switch (random_.below(6)) {
    case 0:
    case 1: {
      Argv watch{"WATCH", pools_.key("string")};
      if (random_.chance(30)) watch.push_back(pools_.key("generic"));
      add(sequence, connection, std::move(watch));
      break;
    }
    case 2: {
      static const std::vector<Argv> kOdd = {{"UNWATCH"},    {"EXEC"},  {"DISCARD"},
                                             {"MULTI", "x"}, {"WATCH"}, {"EXEC", "x"}};
      add(sequence, connection, random_.pick(kOdd));
      break;
    }
    default:
      add(sequence, connection, Argv{"MULTI"});
      left = static_cast<int>(2 + random_.below(5));
  }
  return true;
}

void Generator::fill_plain(Sequence& sequence, size_t clients) {
  std::array<int, 3> open{};
  const bool lowered = named("config|set") != nullptr && skip_lists_ && random_.chance(75);
  if (lowered) add(sequence, 0, low_limits(random_));
  while (sequence.steps.size() < kSteps) {
    const auto connection = random_.below(clients);
    const auto run = 1 + random_.below(kLongestRun);
    for (size_t i = 0; i < run; ++i) {
      if (add_transaction_step(sequence, connection, open[connection])) continue;
      if (lowered && random_.chance(2)) {
        add(sequence, connection, low_limits(random_));
        continue;
      }
      if (random_.chance(2)) {
        add(sequence, connection, Argv{"SELECT", pools_.database()});
      } else {
        draw(sequence, connection);
      }
    }
  }
}

// Turns on keyspace events and lets the last connection listen to all of them.
void Generator::observe(Sequence& sequence) {
  static const std::vector<std::string> kClasses = {"KEA", "KEA", "KEAmn", "K$gx", "Eglshzxe",
                                                    "KA",  "EAm", "Kg$",   "En$"};
  add(sequence, 0, Argv{"CONFIG", "SET", "notify-keyspace-events", random_.pick(kClasses)});
  add(sequence, sequence.first_stream, Argv{"PSUBSCRIBE", "__key*"});
}

// Limits under which lists of a few elements already have several nodes.
void Generator::cut_lists_small(Sequence& sequence) {
  static const std::vector<std::string> kLimits = {"1", "2", "3", "5", "0", "-1", "-1", "-5", "-9", "40000"};
  static const std::vector<std::string> kPlain = {"1", "4", "40", "100", "1000"};
  add(sequence, 0, Argv{"CONFIG", "SET", "list-max-listpack-size", random_.pick(kLimits)});
  if (random_.chance(50)) add(sequence, 0, Argv{"DEBUG", "QUICKLIST-PACKED-THRESHOLD", random_.pick(kPlain)});
}

void Generator::fill_subscribers(Sequence& sequence) {
  static const std::vector<std::string> kNames = {"subscribe",    "unsubscribe", "psubscribe",
                                                  "punsubscribe", "ssubscribe",  "sunsubscribe"};
  while (sequence.steps.size() < kSteps) {
    const auto connection = random_.below(3);
    const auto run = 1 + random_.below(4);
    for (size_t i = 0; i < run; ++i) {
      if (connection < sequence.first_stream) {
        const auto* publish = named(random_.chance(70) ? "publish" : "spublish");
        if (publish != nullptr && random_.chance(60)) {
          add(sequence, connection, *publish);
        } else {
          draw(sequence, connection);
        }
        continue;
      }
      const auto* command = named(random_.pick(kNames));
      if (command != nullptr && random_.chance(80)) {
        add(sequence, connection, *command);
      } else {
        static const std::vector<Argv> kOther = {
            {"PING"}, {"PING", "x"}, {"GET", "string1"}, {"RESET"}, {"ECHO", "x"}};
        add(sequence, connection, random_.pick(kOther));
      }
    }
  }
}

// A command that may block for good; a timeout that passes would do so at different moments.
void Generator::add_wait(Sequence& sequence, size_t connection) {
  static const std::vector<std::string> kLists = {"blpop", "brpop", "blmove", "brpoplpush", "blmpop"};
  static const std::vector<std::string> kStreams = {"xread", "xreadgroup", "xreadgroup"};
  const bool stream = streams_ && (!lists_ || random_.chance(40));
  const auto* command = named(random_.pick(stream ? kStreams : kLists));
  if (command == nullptr) return;
  auto argv = call(*command);
  if (stream) {
    block_for_good(argv);
    return add(sequence, connection, std::move(argv));
  }
  const size_t timeout = command->name == "blmpop" ? 1 : argv.size() - 1;
  if (argv.size() <= timeout) return;
  argv[timeout] = random_.chance(95) ? "0" : "-1";
  add(sequence, connection, std::move(argv));
}

// Two connections wait for lists and streams while a third fills them, alone or in transactions.
void Generator::fill_waiting(Sequence& sequence) {
  int open = 0;
  while (sequence.steps.size() < kSteps) {
    const auto connection = random_.below(3);
    if (connection > 0) {
      add_wait(sequence, connection);
      if (random_.chance(20))
        add(sequence, connection,
            lists_ ? Argv{"LLEN", pools_.key("list")} : Argv{"XLEN", pools_.key("stream")});
      continue;
    }
    if (open == 0 && random_.chance(15)) {
      add(sequence, 0, Argv{"MULTI"});
      open = static_cast<int>(2 + random_.below(5));
    }
    for (auto run = 1 + random_.below(3); run > 0; --run) {
      static const std::vector<std::string> kWakers = {"lpush",     "rpush", "lpush", "rpush", "del",   "set",
                                                       "rpoplpush", "lmove", "copy",  "move",  "rename"};
      static const std::vector<std::string> kStreamWakers = {
          "xadd",  "xadd",          "xadd",   "xadd",          "xadd",           "xdel",
          "xtrim", "xgroup|create", "xsetid", "xgroup|create", "xgroup|destroy", "xgroup|setid",
          "del",   "set",           "copy",   "rename"};
      const bool stream = streams_ && (!lists_ || random_.chance(50));
      const auto* command = named(random_.pick(stream ? kStreamWakers : kWakers));
      if (command != nullptr && random_.chance(80))
        add(sequence, 0, *command);
      else if (random_.chance(5))
        add(sequence, 0, Argv{"SELECT", pools_.database()});
      else
        draw(sequence, 0);
      // When it wakes several keys at once their order is that of redis-server's hash table.
      if (!sequence.steps.empty() && upper(sequence.steps.back().argv[0]) == "SWAPDB")
        sequence.steps.pop_back();
    }
    if (open > 0 && --open == 0) add(sequence, 0, Argv{"EXEC"});
  }
}

// CLIENT TRACKING or CACHING with good and bad options.
Argv Generator::track() {
  static const std::vector<std::string> kPrefixes = {"s", "str", "string1", "string2", "b", "", "list"};
  if (random_.chance(20)) return {"CLIENT", "CACHING", token(random_.pick(Argv{"YES", "NO"}))};
  if (random_.chance(20)) return {"CLIENT", "TRACKINGINFO"};
  if (random_.chance(25)) return {"CLIENT", "TRACKING", "OFF"};
  Argv argv{"CLIENT", "TRACKING", token("ON")};
  const bool broadcast = random_.chance(40);
  if (broadcast) argv.push_back(token("BCAST"));
  if (random_.chance(30)) argv.push_back(token("NOLOOP"));
  if (random_.chance(broadcast ? 5 : 30)) argv.push_back(token(random_.chance(50) ? "OPTIN" : "OPTOUT"));
  for (size_t n = random_.chance(broadcast ? 70 : 3) ? 1 + random_.below(2) : 0; n > 0; --n) {
    argv.push_back(token("PREFIX"));
    argv.push_back(random_.pick(kPrefixes));
  }
  return argv;
}

// Two steps that follow each other are never of one connection: each is a round of the server's loop, at
// whose end broadcasts are sent.
void Generator::fill_trackers(Sequence& sequence) {
  static const std::vector<std::string> kReads = {"get", "mget", "exists", "strlen", "type", "ttl", "getbit"};
  static const std::vector<std::string> kWrites = {"set",    "mset",   "del", "rename",
                                                   "append", "expire", "copy"};
  static const std::vector<Argv> kOther = {
      {"MULTI"},  {"EXEC"},   {"MULTI"},   {"EXEC"},        {"DISCARD"},
      {"PING"},   {"NOSUCH"}, {"FLUSHDB"}, {"SELECT", "1"}, {"SELECT", "0"},
      {"CLIENT"}, {"MULTI"},  {"EXEC"},    {"FLUSHALL"},    {"CLIENT", "GETREDIR"}};
  for (size_t connection = 0; sequence.steps.size() < kSteps;) {
    connection = (connection + 1 + random_.below(2)) % 3;
    const bool tracks = connection >= sequence.first_stream;
    const auto kind = random_.below(100);
    if (tracks && (sequence.steps.size() < 4 || kind < 15)) {
      add(sequence, connection, track());
    } else if (tracks && kind < 25) {
      add(sequence, connection, random_.pick(kOther));
    } else {
      const auto* command = named(random_.pick(kind < (tracks ? 75 : 35) ? kReads : kWrites));
      if (command != nullptr) add(sequence, connection, *command);
    }
  }
}

Generator::Kind Generator::choose_kind(int resp) {
  if ((lists_ || streams_) && random_.chance(25)) return Kind::waiting;
  if (tracking_chosen_ && resp == 3 && random_.chance(15)) return Kind::trackers;
  if (pubsub_chosen_ && (only_pubsub_ || random_.chance(20))) return Kind::subscribers;
  return events_ && random_.chance(25) ? Kind::observed : Kind::plain;
}

Sequence Generator::make(uint64_t number, int resp) {
  Sequence sequence;
  sequence.seed = seed_;
  sequence.resp = resp;
  random_ = Random(seed_ * 1000003 + number);
  leaves_expired_ = random_.chance(50);
  pools_.begin_sequence();
  skip_lists_ = random_.chance(40);
  const auto kind = choose_kind(resp);
  clock_ids_ = streams_ && kind != Kind::waiting && random_.chance(20);
  if (kind == Kind::subscribers || kind == Kind::trackers) {
    sequence.connections = 3;
    sequence.first_stream = 1;
    kind == Kind::trackers ? fill_trackers(sequence) : fill_subscribers(sequence);
    return sequence;
  }
  if (kind == Kind::waiting) {
    sequence.connections = 3;
    sequence.first_stream = 1;
    sequence.waiting = true;
    leaves_expired_ = false;  // the end looks at once: redis-server would still count what is over
    fill_waiting(sequence);
    return sequence;
  }
  const auto clients = 1 + random_.below(3);
  sequence.connections = sequence.first_stream = clients;
  if (kind == Kind::observed) {
    ++sequence.connections;
    observe(sequence);
  }
  if (lists_ && random_.chance(50)) cut_lists_small(sequence);
  if (streams_ && !clock_ids_ && random_.chance(70)) cut_streams_small(sequence);
  fill_plain(sequence, clients);
  return sequence;
}

}  // namespace redouble::oracle
