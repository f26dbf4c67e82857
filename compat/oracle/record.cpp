// Implementation of record.h.
#include "record.h"

#include <array>
#include <ctime>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "text.h"

namespace redouble::oracle {
namespace {

std::string today() {
  const std::time_t now = std::time(nullptr);
  std::array<char, 16> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%d", std::gmtime(&now));
  return text.data();
}

}  // namespace

Record::Record(std::string path, const std::vector<Command>& commands) : path_(std::move(path)) {
  for (const auto& command : commands) names_.insert(command.name);
  std::ifstream file(path_);
  for (std::string line; std::getline(file, line);) {
    std::istringstream fields(line);
    std::string name;
    Tally tally;
    if (fields >> name >> tally.calls >> tally.last_difference) tallies_[name] = tally;
  }
}

// Empty for what is no command.
std::string Record::name_of(const Argv& argv) const {
  if (argv.empty()) return {};
  const auto name = lower(argv[0]);
  if (argv.size() > 1)
    if (const auto whole = name + "|" + lower(argv[1]); names_.contains(whole)) return whole;
  return names_.contains(name) ? name : std::string();
}

void Record::count(const Sequence& sequence) {
  if (path_.empty()) return;
  for (const auto& step : sequence.steps)
    if (const auto name = name_of(step.argv); !name.empty()) ++tallies_[name].calls;
}

void Record::differed(const Argv& argv) {
  if (const auto at = tallies_.find(name_of(argv)); at != tallies_.end())
    at->second.last_difference = today();
}

void Record::write() const {
  if (path_.empty()) return;
  std::ofstream file(path_);
  for (const auto& [name, tally] : tallies_)
    file << name << '\t' << tally.calls << '\t' << tally.last_difference << '\n';
  file.close();
  if (!file) throw std::runtime_error("cannot write " + path_);
}

}  // namespace redouble::oracle
