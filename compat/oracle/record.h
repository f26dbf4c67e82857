// What runs of the generator have shown, kept in a file beside the suite: a line a command, with how often it
// was sent and when it was last answered differently. compat/oracle/coverage.py makes the table of
// COMPATIBILITY.md from it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "grammar.h"
#include "sequence.h"

namespace redouble::oracle {

class Record {
 public:
  /// Reads what earlier runs have left in `path`, if anything. Nothing is kept when `path` is empty.
  Record(std::string path, const std::vector<Command>& commands);

  void count(const Sequence& sequence);
  /// A step of this call was answered differently today.
  void differed(const Argv& argv);
  /// Throws std::runtime_error when the file cannot be written.
  void write() const;

 private:
  struct Tally {
    long calls = 0;
    std::string last_difference = "none";  // a day
  };

  std::string name_of(const Argv& argv) const;

  std::string path_;
  std::set<std::string> names_;           // "get", "client|list"
  std::map<std::string, Tally> tallies_;  // by name
};

}  // namespace redouble::oracle
