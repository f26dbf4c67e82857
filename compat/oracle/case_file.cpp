// Implementation of case_file.h: one pass over the lines, one function for each kind of line.
#include "case_file.h"

#include <filesystem>
#include <fstream>
#include <regex>
#include <stdexcept>

namespace redouble::oracle {
namespace {

class Parser {
 public:
  explicit Parser(const std::string& path) : name_(std::filesystem::path(path).filename().string()) {}

  void feed(const std::string& line) {
    ++number_;
    const auto text = trim(line);
    if (text.empty() || text.front() == '#') return;
    if (text.starts_with("== ")) return begin(text.substr(3));
    if (cases_.empty()) fail("a case starts with `== title`");
    if (text.starts_with("@resp ")) return choose_resp(text.substr(6));
    if (text.starts_with("@needs ")) return need(text.substr(7));
    if (text.starts_with("~ ")) return annotate(trim(text.substr(2)));
    act(std::string(text));
  }

  std::vector<Case> finish() {
    if (pending_) fail("an annotation without a line after it");
    if (!cases_.empty() && cases_.back().lines.empty()) fail("a case without lines");
    return std::move(cases_);
  }

 private:
  [[noreturn]] void fail(const std::string& reason) const {
    throw std::runtime_error(name_ + ":" + std::to_string(number_) + ": " + reason);
  }

  void begin(std::string_view title) {
    if (!cases_.empty() && cases_.back().lines.empty()) fail("the case before this one has no lines");
    if (pending_) fail("an annotation without a line after it");
    cases_.push_back({std::string(trim(title)), name_, number_, {2, 3}, {}, {}});
  }

  void choose_resp(std::string_view text) {
    if (text != "2" && text != "3") fail("@resp takes 2 or 3");
    cases_.back().resp_versions = {text == "2" ? 2 : 3};
  }

  void need(std::string_view text) {
    const auto words = split_words(text);
    if (!words || words->empty()) fail("@needs takes names of commands");
    cases_.back().needs = *words;
  }

  void annotate(std::string_view text) {
    pending_ = true;
    if (text == "noreply") {
      next_.no_reply = true;
    } else if (text.starts_with("until ")) {
      next_.until = trim(text.substr(6));
    } else if (!add_annotation(next_.rule, text)) {
      fail("unknown annotation: " + std::string(text));
    }
  }

  void act(const std::string& text) {
    static const std::regex kPrefix(R"(^([a-z][a-z0-9]*)(>>|>|<|!)(.*)$)");
    static const std::regex kSleep(R"(^sleep ([0-9]{1,4})$)");
    std::smatch match;
    auto line = std::move(next_);
    next_ = {};
    pending_ = false;
    line.number = number_;
    if (std::regex_match(text, match, kSleep)) {
      line.action = CaseLine::Action::sleep;
      line.milliseconds = std::stoi(match[1]);
    } else if (std::regex_match(text, match, kPrefix)) {
      line.connection = match[1];
      fill(line, match[2], match[3]);
    } else {
      fill(line, ">", text);
    }
    if (!line.until.empty() && (line.argv.empty() || line.no_reply))
      fail("`until` takes a command with a reply");
    cases_.back().lines.push_back(std::move(line));
  }

  void fill(CaseLine& line, const std::string& mark, const std::string& rest) {
    const auto text = trim(rest);
    if (mark == "<" || mark == "!") {
      if (!text.empty()) fail("nothing may follow `" + mark + "`");
      line.action = mark == "<" ? CaseLine::Action::read : CaseLine::Action::hangup;
      return;
    }
    if (mark == ">>") {
      line.action = CaseLine::Action::raw;
      line.bytes = unescape(text);
      return;
    }
    auto words = split_words(text);
    if (!words) fail("unbalanced quotes");
    if (words->empty()) fail("an empty command");
    line.argv = std::move(*words);
  }

  std::string name_;
  int number_ = 0;
  std::vector<Case> cases_;
  CaseLine next_;
  bool pending_ = false;
};

}  // namespace

std::vector<Case> read_case_file(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  Parser parser(path);
  for (std::string line; std::getline(file, line);) parser.feed(line);
  return parser.finish();
}

std::string show(const CaseLine& line) {
  switch (line.action) {
    case CaseLine::Action::command:
      return line.connection + "> " + join_words(line.argv);
    case CaseLine::Action::raw:
      return line.connection + ">> " + escape(line.bytes);
    case CaseLine::Action::read:
      return line.connection + "<";
    case CaseLine::Action::hangup:
      return line.connection + "!";
    case CaseLine::Action::sleep:
      return "sleep " + std::to_string(line.milliseconds);
  }
  return {};
}

}  // namespace redouble::oracle
