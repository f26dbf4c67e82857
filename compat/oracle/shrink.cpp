// Implementation of shrink.h: delta debugging over steps, then over words, then over connections.
#include "shrink.h"

#include <algorithm>

namespace redouble::oracle {
namespace {

constexpr int kPlays = 600;

class Shrinker {
 public:
  Shrinker(Player& player, const Sequence& sequence, const Difference& difference)
      : player_(player), best_{sequence, difference} {}

  Shrunk run() {
    cut_tail();
    drop_steps();
    drop_words();
    join_connections();
    drop_steps();
    return best_;
  }

 private:
  // Keeps the candidate when it still shows the difference.
  bool accept(Sequence candidate) {
    if (plays_ >= kPlays || candidate.steps.empty()) return false;
    ++plays_;
    const auto found = player_.play(candidate);
    const bool reply = best_.difference.what == "reply";
    if (!found || found->what != best_.difference.what ||
        (reply && found->command != best_.difference.command))
      return false;
    best_ = {std::move(candidate), *found};
    return true;
  }

  void cut_tail() {
    if (best_.difference.step + 1 >= best_.sequence.steps.size()) return;
    auto candidate = best_.sequence;
    candidate.steps.resize(best_.difference.step + 1);
    accept(std::move(candidate));
  }

  void drop_steps() {
    for (size_t size = std::max<size_t>(best_.sequence.steps.size() / 2, 1); size > 0; size /= 2) {
      for (size_t at = 0; at < best_.sequence.steps.size();) {
        auto candidate = best_.sequence;
        const auto begin = candidate.steps.begin() + static_cast<std::ptrdiff_t>(at);
        const auto count = std::min(size, candidate.steps.size() - at);
        candidate.steps.erase(begin, begin + static_cast<std::ptrdiff_t>(count));
        if (!accept(std::move(candidate))) at += size;
      }
    }
  }

  void drop_words() {
    for (size_t i = best_.sequence.steps.size(); i-- > 0;) {
      for (size_t word = best_.sequence.steps[i].argv.size(); word-- > 1;) {
        auto candidate = best_.sequence;
        auto& argv = candidate.steps[i].argv;
        argv.erase(argv.begin() + static_cast<std::ptrdiff_t>(word));
        accept(std::move(candidate));
        if (i >= best_.sequence.steps.size()) return;
      }
    }
  }

  void join_connections() {
    if (best_.sequence.first_stream < 2) return;
    auto candidate = best_.sequence;
    for (auto& step : candidate.steps) {
      if (step.connection < candidate.first_stream) step.connection = 0;
    }
    accept(std::move(candidate));
  }

  Player& player_;
  Shrunk best_;
  int plays_ = 0;
};

}  // namespace

Shrunk shrink(Player& player, const Sequence& sequence, const Difference& difference) {
  return Shrinker(player, sequence, difference).run();
}

}  // namespace redouble::oracle
