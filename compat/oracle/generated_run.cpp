// Implementation of generated_run.h. Differences that look alike are shrunk and printed once.
#include "generated_run.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <map>
#include <regex>
#include <stdexcept>

#include "byte_fuzz.h"
#include "command_rules.h"
#include "generator.h"
#include "player.h"
#include "record.h"
#include "shrink.h"

namespace redouble::oracle {
namespace {

using Clock = std::chrono::steady_clock;

// Commands that both servers have. What redouble does not list is not its claim.
std::vector<Command> common_commands(Pair& pair) {
  Connection theirs(pair.theirs->port());
  Connection ours(pair.ours->port());
  const auto names = read_command_names(ours);
  if (names.empty()) throw std::runtime_error("redouble answers COMMAND LIST with nothing");
  std::vector<Command> commands;
  for (auto& command : read_grammar(theirs)) {
    if (names.contains(command.name)) commands.push_back(std::move(command));
  }
  return commands;
}

// Two differences with the same signature are taken for one.
std::string signature(const Difference& difference) {
  static const std::regex kDetails(R"( of .* in database [0-9]+|\\x[0-9a-f]{2}|-?[0-9]+(\.[0-9]+)?|"[^"]*")");
  constexpr size_t kEnough = 60;
  const auto blur = [](const std::string& text) {
    return std::regex_replace(text.substr(0, 200), kDetails, "#").substr(0, kEnough);
  };
  const auto what = difference.what.substr(0, 8);
  // Messages show in some later step as well as in the one that caused them.
  const auto command = what == "messages" ? std::string() : difference.command;
  return command + "|" + what + "|" + blur(difference.ours) + "|" + blur(difference.theirs);
}

std::string cut(const std::string& text) {
  constexpr size_t kShown = 1200;
  return text.size() <= kShown ? text : text.substr(0, kShown) + "...";
}

void print(int number, uint64_t sequence_number, const Shrunk& shrunk) {
  const auto& difference = shrunk.difference;
  const auto what =
      difference.command.empty() ? difference.what : difference.command + ": " + difference.what;
  std::printf("\n== difference %d: %s (seed %llu, sequence %llu)\n%s", number, what.c_str(),
              static_cast<unsigned long long>(shrunk.sequence.seed),
              static_cast<unsigned long long>(sequence_number), as_case(shrunk.sequence).c_str());
  if (difference.command.empty()) {
    std::printf("# state, redouble / redis: %s\n", cut(difference.ours).c_str());
  } else {
    std::printf("# redouble: %s\n# redis:    %s\n", cut(difference.ours).c_str(),
                cut(difference.theirs).c_str());
  }
}

class Run {
 public:
  Run(Pair& pair, const Options& options)
      : options_(options),
        player_(pair),
        commands_(common_commands(pair)),
        record_(options.record, commands_),
        generator_(commands_, options.families, options.seed),
        end_(Clock::now() + std::chrono::seconds(options.seconds)) {}

  bool play() {
    std::printf("seed %llu, %zu commands to draw from\n", static_cast<unsigned long long>(options_.seed),
                generator_.size());
    while (!done()) {
      const int resp = options_.resp != 0 ? options_.resp : (number_ % 2 == 0 ? 2 : 3);
      const auto sequence = generator_.make(number_, resp);
      sent_ += static_cast<long>(sequence.steps.size());
      record_.count(sequence);
      if (const auto found = player_.play(sequence)) judge(sequence, *found);
      ++number_;
    }
    std::printf("%ld generated commands in %llu sequences, %d differences (%d different)\n", sent_,
                static_cast<unsigned long long>(number_), differences_, printed_);
    record_.write();
    return differences_ == 0;
  }

 private:
  bool done() const {
    if (printed_ >= options_.differences) return true;
    return options_.seconds > 0 ? Clock::now() >= end_ : sent_ >= options_.commands;
  }

  void judge(const Sequence& sequence, const Difference& found) {
    ++differences_;
    if (seen_[signature(found)]++ > 0) return;
    auto again = player_.play(sequence);
    for (int i = 0; i < 2 && !again; ++i) again = player_.play(sequence);
    if (!again) {
      ++printed_;
      std::printf("\n(this one did not repeat)");
      print(printed_, number_, {sequence, found});
      return;
    }
    const auto shrunk = shrink(player_, sequence, *again);
    const auto small = signature(shrunk.difference);
    if (small != signature(found) && seen_[small]++ > 0) return;
    if (const auto step = shrunk.difference.step; step < shrunk.sequence.steps.size())
      record_.differed(shrunk.sequence.steps[step].argv);
    print(++printed_, number_, shrunk);
  }

  const Options& options_;
  Player player_;
  std::vector<Command> commands_;
  Record record_;
  Generator generator_;
  Clock::time_point end_;
  std::map<std::string, int> seen_;
  uint64_t number_ = 0;
  long sent_ = 0;
  int differences_ = 0;
  int printed_ = 0;
};

// One spoiled request for every twenty commands that a run asks for.
bool run_bytes(Pair& pair, const Options& options) {
  constexpr long kShare = 20;
  ByteFuzz fuzz(pair, options.seed);
  const auto inputs = std::max(options.commands / kShare, 1L);
  int differences = 0;
  for (long i = 0; i < inputs && differences < options.differences; ++i) {
    const auto found = fuzz.play(static_cast<uint64_t>(i));
    if (!found) continue;
    std::printf("\n== bytes that are answered differently (seed %llu, input %ld)\na>> %s\n",
                static_cast<unsigned long long>(options.seed), i, escape(found->input).c_str());
    std::printf("# redouble: %s\n# redis:    %s\n", cut(escape(found->ours)).c_str(),
                cut(escape(found->theirs)).c_str());
    ++differences;
  }
  std::printf("%ld spoiled requests, %d differences\n", inputs, differences);
  return differences == 0;
}

bool only_bytes(const Options& options) {
  return options.families.size() == 1 && options.families[0] == "protocol";
}

bool with_bytes(const Options& options) {
  return options.families.empty() ||
         std::find(options.families.begin(), options.families.end(), "protocol") != options.families.end();
}

}  // namespace

bool run_generated(Pair& pair, const Options& options) {
  bool agreed = only_bytes(options) || Run(pair, options).play();
  if (with_bytes(options)) agreed = run_bytes(pair, options) && agreed;
  return agreed;
}

}  // namespace redouble::oracle
