// What streams need of the generator (generator.h) and of its pools: ids that mostly grow, so that entries
// are there to be found; few groups and consumers, so that they meet; reads with as many ids as keys.
#include <algorithm>

#include "generator.h"
#include "text.h"

namespace redouble::oracle {
namespace {

using Words = std::vector<std::string>;

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

// Where a sequence's ids begin decides how long the common beginnings of redis-server's tree keys are.
void Pools::begin_sequence() {
  static const std::vector<uint64_t> kFirst = {
      0, 0, 0, 0, 250, 65530, 1000000, 1526919030000, 4294967290, UINT64_MAX - 40};
  first_ms_ = last_ms_ = random_.pick(kFirst);
}

// An id that XADD has given or may have given.
std::string Pools::stream_id() {
  const uint64_t ms = first_ms_ + random_.below(static_cast<size_t>(last_ms_ - first_ms_) + 2);
  if (random_.chance(25)) return std::to_string(ms);
  return std::to_string(ms) + "-" + std::to_string(random_.chance(80) ? 0 : random_.below(3));
}

// Mostly behind all that there are.
std::string Pools::new_stream_id() {
  static const Words kOdd = {"0-0",
                             "0-*",
                             "0",
                             "1-*",
                             "-",
                             "+",
                             "*-1",
                             "5-",
                             "-5",
                             "abc",
                             "5-*-*",
                             "18446744073709551615-18446744073709551615",
                             "18446744073709551615-*",
                             "18446744073709551616-0",
                             "5-18446744073709551615",
                             " 7",
                             "07-01",
                             "+9",
                             "5-a"};
  if (random_.chance(6)) return random_.pick(kOdd);
  if (random_.chance(15)) return stream_id();
  if (random_.chance(60)) last_ms_ += random_.chance(80) ? 1 : random_.below(300);
  if (last_ms_ < first_ms_) last_ms_ = UINT64_MAX;
  const auto ms = std::to_string(last_ms_);
  if (random_.chance(40)) return ms + "-*";
  return random_.chance(60) ? ms + "-0" : ms + "-" + std::to_string(random_.below(4));
}

std::string Pools::stream_bound() {
  static const Words kOdd = {"-",
                             "+",
                             "(0",
                             "(0-0",
                             "(18446744073709551615-18446744073709551615",
                             "(-",
                             "(+",
                             "(",
                             "",
                             "0",
                             "abc",
                             "1-*",
                             "(5-",
                             "18446744073709551615"};
  if (random_.chance(30)) return random_.chance(50) ? "-" : "+";
  if (random_.chance(12)) return random_.pick(kOdd);
  return (random_.chance(25) ? "(" : "") + stream_id();
}

std::optional<std::string> Pools::stream_value(const Command& command, const Argument& argument) {
  static const Words kGroups = {"g1", "g1", "g1", "g2", "g2", "g3", ""};
  static const Words kConsumers = {"c1", "c1", "c2", "c2", "c3", "c\n\"4"};
  static const Words kFields = {"f1", "f1", "f1", "f2", "12", "-1", ""};
  static const Words kMinIdles = {"0", "0", "0", "0", "50000", "200000", "-1", "9223372036854775807", "abc"};
  static const Words kIdles = {"100000", "150000", "1000000000", "9223372036854775807", "-5000000000", "abc"};
  static const Words kTimes = {"1000", "1500000000000", "5000000000000", "-1", "-9223372036854775808", "abc"};
  static const Words kRetries = {"0", "1", "5", "-1", "9223372036854775807", "abc"};
  static const Words kReads = {"0", "0", "0-0", "$", "+", "-", "18446744073709551615-18446744073709551615"};
  static const Words kLengths = {"0", "1", "2", "3", "4", "5", "7", "10", "-1", "abc", "9223372036854775807"};
  static const Words kCounters = {"0", "1", "2", "5", "10", "100", "-1", "-2", "9223372036854775807", "abc"};
  static const Words kCounts = {"0", "1", "1", "2", "2", "3", "5", "10", "100", "-1", "9223372036854775807"};
  const auto& name = argument.name;
  if (is_one_of(name, {"group", "groupname"})) return random_.pick(kGroups);
  if (is_one_of(name, {"consumer", "consumername"})) return random_.pick(kConsumers);
  if (name == "field") return random_.chance(90) ? random_.pick(kFields) : text();
  if (name == "threshold") return random_.chance(50) ? random_.pick(kLengths) : stream_id();
  if (is_one_of(name, {"start", "end"})) return stream_bound();
  if (name == "min-idle-time") return random_.pick(kMinIdles);
  if (name == "ms") return random_.pick(kIdles);
  if (name == "unix-time-milliseconds") return random_.pick(kTimes);
  if (is_one_of(name, {"entries_added", "entries_read"})) return random_.pick(kCounters);
  if (argument.token == "RETRYCOUNT") return random_.pick(kRetries);
  if (name == "count") return random_.chance(95) ? random_.pick(kCounts) : integer();
  if (is_one_of(name, {"last-id", "max_deleted_entry_id"}))
    return random_.chance(60) ? std::to_string(last_ms_ + random_.below(3)) : stream_id();
  if (name != "id") return std::nullopt;
  if (command.name == "xadd") return new_stream_id();
  if (command.name == "xreadgroup" && random_.chance(65)) return ">";
  if (command.group == "stream" && command.name.starts_with("xread") && random_.chance(50))
    return random_.pick(kReads);
  return random_.chance(97) ? stream_id() : text();
}

// Limits under which streams of a few entries already have several nodes.
void Generator::cut_streams_small(Sequence& sequence) {
  static const Words kEntries = {"1", "2", "3", "3", "5", "0", "100"};
  static const Words kBytes = {"4096", "4096", "60", "200", "1", "0"};
  add(sequence, 0,
      Argv{"CONFIG", "SET", "stream-node-max-entries", random_.pick(kEntries), "stream-node-max-bytes",
           random_.pick(kBytes)});
}

void Generator::fit_streams(const Command& command, Argv& argv) {
  if (command.name == "xadd" && !clock_ids_)
    for (size_t i = 2; i < argv.size(); ++i)
      if (argv[i] == "*") argv[i] = "7-*";
  if (!command.name.starts_with("xread")) return;
  const auto word = [&](std::string_view wanted) {
    return std::find_if(argv.begin() + 1, argv.end(), [&](const auto& w) { return upper(w) == wanted; });
  };
  // Waiting in vain takes up to a tenth of a second.
  if (const auto block = word("BLOCK"); argv.end() - block > 1 && random_.chance(90))
    argv.erase(block, block + 2);
  const auto streams = word("STREAMS");
  if (streams == argv.end() || random_.chance(5)) return;
  const auto is_key = [&](const std::string& text) {
    return text.starts_with("stream") || text.starts_with("string");
  };
  const auto begin = streams - argv.begin() + 1;
  const auto ids = std::find_if_not(argv.begin() + begin, argv.end(), is_key) - argv.begin();
  const auto wanted = static_cast<size_t>(ids + (ids - begin));
  while (argv.size() < wanted) argv.push_back(command.name == "xread" ? "0" : ">");
  argv.resize(wanted);
}

void Generator::block_for_good(Argv& argv) {
  const auto block =
      std::find_if(argv.begin() + 1, argv.end(), [](const auto& word) { return upper(word) == "BLOCK"; });
  if (argv.end() - block > 1)
    *(block + 1) = "0";
  else
    argv.insert(argv.begin() + 1, {"BLOCK", "0"});
}

}  // namespace redouble::oracle
