// A server process of the suite: spawned on a free port of 127.0.0.1 in a directory of its own, and
// stopped, reaped and cleaned up by the destructor. Works for redis-server and redouble alike.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>

namespace redouble::oracle {

class Process {
 public:
  // Starts `program` and waits until it answers PING. Throws std::runtime_error with what failed and what
  // to try.
  Process(std::string name, std::string program);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  const std::string& name() const { return name_; }
  int port() const { return port_; }

  // Whether the process still runs; reaps it when it does not.
  bool alive();

  // The end of what the process wrote to its standard output and error.
  std::string log_tail() const;

  // Starts the program again after it ended.
  void restart();

 private:
  void start();
  void stop();

  std::string name_;
  std::string program_;
  std::string directory_;
  pid_t pid_ = -1;
  int port_ = 0;
};

// The two servers under comparison.
struct Pair {
  std::unique_ptr<Process> ours;
  std::unique_ptr<Process> theirs;
};

}  // namespace redouble::oracle
