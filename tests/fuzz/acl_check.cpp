// Gives rules to one engine, and what that engine tells of them to another one.
#include <string>
#include <vector>

#include "engine/engine.h"
#include "scripting/scripting.h"
#include "tests/fuzz/acl_lines.h"
#include "tests/fuzz/checks.h"
#include "tests/fuzz/files.h"

namespace redouble {
namespace {

constexpr const char* kFile = "/users.acl";

using Words = std::vector<std::string_view>;

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(at);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

class Server {
 public:
  Server() : engine_(clock_, configured(), host, 1, scripting()), client_(engine_.connect_internal()) {}

  std::string run(const Words& words) {
    engine_.execute(client_, words);
    std::string reply(client_.out.view());
    client_.out.clear();
    return reply;
  }
  std::vector<std::string> lines() const { return acl_lines(engine_.acl); }
  /// What users may do, by trying.
  std::string rights() {
    std::string verdicts;
    for (const auto& [name, user] : engine_.acl.users())
      for (const Words& call :
           {Words{"GET", "k"}, Words{"SET", "k", "v"}, Words{"CONFIG", "GET", "x"}, Words{"COPY", "k", "a:1"},
            Words{"PUBLISH", "ch", "m"}, Words{"SELECT", "1"}, Words{"EVAL", "return 1", "0"}}) {
        Words words{"ACL", "DRYRUN", name};
        words.insert(words.end(), call.begin(), call.end());
        verdicts += run(words);
      }
    return verdicts;
  }

  FilesInMemory host;

 private:
  static Config configured() {
    Config config;
    static_cast<void>(config.load(Setting::aclfile, std::vector<std::string>{kFile}));
    return config;
  }

  ManualClock clock_;
  Engine engine_;
  Session& client_;
};

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += line + '\n';
  return text;
}

std::string difference(Server& one, Server& other, const std::string& what) {
  if (one.lines() != other.lines())
    return what + ": users\n" + joined(one.lines()) + "become\n" + joined(other.lines());
  return one.rights() == other.rights() ? std::string() : what + ": other rights";
}

// What ACL LIST tells, given to ACL SETUSER; what ACL SAVE writes, given to ACL LOAD.
std::string telling_problem(Server& server) {
  Server by_rules;
  for (const std::string& line : server.lines()) {
    Words words = split(line, ' ');
    words[0] = "SETUSER";
    words.insert(words.begin(), "ACL");
    if (words[2] == "default") words.insert(words.begin() + 3, "reset");
    if (const auto reply = by_rules.run(words); reply != "+OK\r\n")
      return "ACL LIST's '" + line + "' is refused: " + reply;
  }
  if (auto problem = difference(server, by_rules, "ACL LIST and SETUSER"); !problem.empty()) return problem;
  if (server.run({"ACL", "SAVE"}) != "+OK\r\n") return "ACL SAVE failed";
  Server by_file;
  by_file.host.files = server.host.files;
  if (const auto reply = by_file.run({"ACL", "LOAD"}); reply != "+OK\r\n")
    return "ACL SAVE's file is refused: " + reply;
  return difference(server, by_file, "ACL SAVE and LOAD");
}

}  // namespace

std::string acl_problem(std::string_view input) {
  Server by_rules;
  for (const auto line : split(input, '\n')) {
    Words words = split(line, ' ');
    words[0] = "SETUSER";  // in place of "user"
    words.insert(words.begin(), "ACL");
    const auto before = by_rules.lines();
    const std::string reply = by_rules.run(words);
    if (reply != "+OK\r\n" && by_rules.lines() != before) return "refused rules changed a user: " + reply;
  }
  if (auto problem = telling_problem(by_rules); !problem.empty()) return problem;
  Server by_file;
  by_file.host.files[kFile] = input;
  const auto before = by_file.lines();
  const std::string reply = by_file.run({"ACL", "LOAD"});
  if (reply != "+OK\r\n")
    return by_file.lines() == before ? std::string() : "a refused file changed the users: " + reply;
  return telling_problem(by_file);
}

}  // namespace redouble
