// Times a server's life: from spawn to the first PONG, and from SIGTERM to its end. In C++, because an
// interpreter needs longer for a fork than the servers need to start.
//
//   lifecycle RUNS PORT COMMAND…   prints {"start_ms": […], "stop_ms": […]}
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <chrono>
#include <vector>

#include "tests/bench/socket.h"

extern char** environ;

namespace {

using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

pid_t spawn(char** command) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t pid = 0;
  if (::posix_spawnp(&pid, command[0], &actions, nullptr, command, environ) != 0) bench::give_up(command[0]);
  posix_spawn_file_actions_destroy(&actions);
  return pid;
}

void await_pong(int port, Clock::time_point start) {
  int fd = -1;
  while ((fd = bench::try_connect(port)) < 0) {
    if (milliseconds_since(start) > 10000) bench::give_up("the server does not listen");
    ::usleep(20);
  }
  bench::send_all(fd, "PING\r\n");
  bench::expect(fd, "+PONG\r\n");
  ::close(fd);
}

void print(const char* name, const std::vector<double>& values, const char* end) {
  std::printf("\"%s\": [", name);
  for (std::size_t i = 0; i < values.size(); ++i) std::printf("%s%.4f", i == 0 ? "" : ", ", values[i]);
  std::printf("]%s", end);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "usage: lifecycle RUNS PORT COMMAND...\n");
    return 2;
  }
  std::vector<double> starts, stops;
  for (int i = 0; i < std::atoi(argv[1]); ++i) {
    const auto start = Clock::now();
    const pid_t pid = spawn(argv + 3);
    await_pong(std::atoi(argv[2]), start);
    starts.push_back(milliseconds_since(start));
    const auto stop = Clock::now();
    ::kill(pid, SIGTERM);
    int status = 0;
    ::waitpid(pid, &status, 0);
    stops.push_back(milliseconds_since(stop));
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) bench::give_up("the server did not exit with 0");
  }
  std::printf("{");
  print("start_ms", starts, ", ");
  print("stop_ms", stops, "}\n");
}
