// Implementation of script_run.h. Every hundred scripts both servers are emptied, after their data sets are
// compared.
#include "script_run.h"

#include <cstdio>
#include <set>
#include <string>

#include "connection.h"
#include "grammar.h"
#include "resp.h"
#include "script_generator.h"

namespace redouble::oracle {
namespace {

constexpr int kRound = 100;

struct Sides {
  explicit Sides(Pair& pair, int resp) : ours(pair.ours->port()), theirs(pair.theirs->port()) {
    ours.set_resp(resp);
    theirs.set_resp(resp);
  }
  Connection ours, theirs;
};

// Differences whose replies look alike are printed once.
std::string signature(const Reply& ours, const Reply& theirs) {
  constexpr size_t kEnough = 40;
  const auto blur = [](const Reply& reply) {
    std::string text;
    for (const char c : describe(reply)) text += c >= '0' && c <= '9' ? '#' : c;
    return text.substr(0, kEnough);
  };
  return blur(ours) + "|" + blur(theirs);
}

class Run {
 public:
  Run(Pair& pair, const Options& options) : pair_(pair), options_(options), generator_(options.seed) {}

  bool play() {
    std::printf("%ld scripts, seed %llu\n", options_.scripts, static_cast<unsigned long long>(options_.seed));
    for (long i = 0; i < options_.scripts && shown_ < options_.differences; i += kRound) {
      const int resp = options_.resp != 0 ? options_.resp : (i / kRound % 2 == 0 ? 2 : 3);
      Sides sides(pair_, resp);
      round(sides);
    }
    std::printf("%ld scripts sent, %d differences\n", sent_, shown_);
    return shown_ == 0;
  }

 private:
  void round(Sides& sides) {
    compare(sides, {"FLUSHALL"});
    for (int i = 0; i < kRound && shown_ < options_.differences; ++i) {
      ++sent_;
      if (!compare(sides, generator_.next())) break;
    }
    for (const char* key : {"s", "n", "h", "z", "12", "a b", ""}) compare(sides, {"DUMP", key});
  }

  // False when a connection ended.
  bool compare(Sides& sides, const Argv& argv) {
    const auto ours = sides.ours.call(argv);
    const auto theirs = sides.theirs.call(argv);
    if (ours != theirs && seen_.insert(signature(ours, theirs)).second) {
      ++shown_;
      std::printf("\n== difference %d\n%s\n# redouble: %s\n# redis:    %s\n", shown_,
                  join_words(argv).c_str(), describe(ours).c_str(), describe(theirs).c_str());
    }
    if (!pair_.theirs->alive()) pair_.theirs->restart();
    if (!pair_.ours->alive()) pair_.ours->restart();
    return !ours.is_end() && !theirs.is_end();
  }

  Pair& pair_;
  const Options& options_;
  ScriptGenerator generator_;
  std::set<std::string> seen_;
  int shown_ = 0;
  long sent_ = 0;
};

}  // namespace

bool run_scripts(Pair& pair, const Options& options) {
  Connection ours(pair.ours->port());
  if (!read_command_names(ours).contains("eval")) return true;
  return Run(pair, options).play();
}

}  // namespace redouble::oracle
