// Calls made by chance from the rows of commands: every option of the notation in syntax.h, doubled, cut off
// and misplaced now and then, over few keys and values, so that calls meet. The seed decides all of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/command.h"
#include "engine/random.h"
#include "engine/syntax.h"

namespace redouble {

class RandomCalls {
 public:
  using Words = std::vector<std::string>;

  /// `now_ms`: what the absolute times in calls lie around.
  RandomCalls(std::uint64_t seed, std::int64_t now_ms) : random_(seed), now_ms_(now_ms) {}

  /// A call of one of the commands that read and change keys.
  Words next();
  Random& random() { return random_; }

 private:
  using Arguments = std::vector<Argument>;

  void add_all(const Arguments& arguments);
  void add(const Argument& argument);
  void add_once(const Argument& argument);
  std::string word_for(const Argument& argument);
  std::string key();
  std::string integer();
  std::string real();
  std::string text();
  std::string id();
  std::string odd_name(const std::string& name);
  void spoil();
  bool chance(std::uint64_t of_a_hundred) { return random_.below(100) < of_a_hundred; }
  std::string one_of(const std::vector<std::string>& words) { return words[random_.below(words.size())]; }

  Random random_;
  std::int64_t now_ms_;
  Words words_;
  std::string prefix_;          // of the keys that the present command is about
  std::size_t count_at_ = 0;    // where the number of keys stands, which is only known behind them
  std::size_t keys_begin_ = 0;  // where the last list of keys stands
};

}  // namespace redouble
