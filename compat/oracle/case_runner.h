// Plays written cases against both servers and prints what differs.
// Each case starts from emptied databases, reset configuration and new connections.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "case_file.h"
#include "connection.h"
#include "process.h"

namespace redouble::oracle {

class CaseRunner {
 public:
  // Both processes run and outlive the runner.
  explicit CaseRunner(Pair& pair);

  // Plays the case once for each of its RESP versions.
  void run(const Case& written, int only_resp);

  int passed() const { return passed_; }
  int failed() const { return failed_; }
  int skipped() const { return skipped_; }

 private:
  struct Side {
    Process* process = nullptr;
    std::unique_ptr<Connection> admin;
    std::map<std::string, std::string> config;
    std::map<std::string, Connection> connections;
    std::map<std::string, Reply> last;
  };

  void open(Side& side);
  void reset(Side& side, const Case& written);
  void reset_users(Side& side);
  std::map<std::string, std::string> read_config(Side& side);
  Connection& connection(Side& side, const std::string& name);
  Argv expand(Side& side, const CaseLine& line);
  void start(Side& side, const CaseLine& line);
  Reply finish(Side& side, const CaseLine& line);
  bool lacks(const Argv& needs);
  bool play_once(const Case& written);
  bool play_line(const Case& written, const CaseLine& line);
  bool compare_leftovers(const Case& written);
  void report(const Case& written, const std::string& where, const std::string& ours,
              const std::string& theirs);

  Pair& pair_;
  Side ours_;
  Side theirs_;
  int resp_ = 2;
  int differences_ = 0;
  int passed_ = 0;
  int failed_ = 0;
  int skipped_ = 0;
};

}  // namespace redouble::oracle
