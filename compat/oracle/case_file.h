// The written cases: plain text files, one a family. README.md describes the format for writers;
// this is its one parser. A file that does not parse stops the run, it never shrinks silently.
#pragma once

#include <string>
#include <vector>

#include "comparator.h"
#include "text.h"

namespace redouble::oracle {

struct CaseLine {
  enum class Action {
    command,  // send argv, read one message
    raw,      // send bytes as they are, read nothing
    read,     // read one message
    hangup,   // close the connection; its next use opens a new one
    sleep,
  };
  Action action = Action::command;
  std::string connection = "a";
  Argv argv;
  std::string bytes;
  int milliseconds = 0;
  bool no_reply = false;  // a command that is answered by nothing
  std::string until;      // a command that is sent again and again, until its reply holds this
  Rule rule;
  int number = 0;
};

struct Case {
  std::string title;
  std::string file;
  int number = 0;
  std::vector<int> resp_versions;
  Argv needs;  // commands without which the case says nothing
  std::vector<CaseLine> lines;
};

// Reads one file. Throws std::runtime_error with file, line and reason.
std::vector<Case> read_case_file(const std::string& path);

// The line as its file shows it, without annotations.
std::string show(const CaseLine& line);

}  // namespace redouble::oracle
