// Implementation of process.h: fork, exec, poll by PING, SIGTERM, and SIGKILL when that is ignored.
#include "process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "connection.h"

namespace redouble::oracle {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kStartWait = std::chrono::seconds(20);
constexpr auto kStopWait = std::chrono::seconds(5);
constexpr auto kPause = std::chrono::milliseconds(5);

int free_port() {
  const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const bool bound = ::bind(probe, reinterpret_cast<const sockaddr*>(&address), size) == 0 &&
                     ::getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  ::close(probe);
  if (!bound) throw std::runtime_error("no free port on 127.0.0.1");
  return ntohs(address.sin_port);
}

std::string make_directory() {
  auto name = (std::filesystem::temp_directory_path() / "redouble-oracle-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make a directory like " + name);
  return name;
}

// In the child: the log as output, the directory as working directory, and death with the parent.
[[noreturn]] void become(const std::string& program, const std::string& directory, int port) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int log = ::open((directory + "/log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  ::dup2(log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  if (::chdir(directory.c_str()) != 0) ::_exit(126);
  const auto number = std::to_string(port);
  ::execlp(program.c_str(), program.c_str(), "--port", number.c_str(), "--bind", "127.0.0.1", "--save", "",
           "--enable-debug-command", "yes", static_cast<char*>(nullptr));
  ::_exit(127);
}

}  // namespace

Process::Process(std::string name, std::string program)
    : name_(std::move(name)), program_(std::move(program)), directory_(make_directory()) {
  if (program_.find('/') != std::string::npos) program_ = std::filesystem::absolute(program_).string();
  try {
    start();
  } catch (...) {
    stop();
    std::filesystem::remove_all(directory_);
    throw;
  }
}

Process::~Process() {
  stop();
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

void Process::start() {
  port_ = free_port();
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error("fork failed");
  if (pid_ == 0) become(program_, directory_, port_);
  const auto deadline = Clock::now() + kStartWait;
  while (Clock::now() < deadline) {
    if (!alive()) {
      throw std::runtime_error("cannot start " + name_ + " (" + program_ +
                               "): not found or ended at once; give its path with --" + name_ +
                               ", or install it. Its output:\n" + log_tail());
    }
    Connection probe(port_);
    if (!probe.ended() && probe.call({"PING"}).text == "PONG") return;
    std::this_thread::sleep_for(kPause);
  }
  throw std::runtime_error(name_ + " (" + program_ + ") does not answer PING on port " +
                           std::to_string(port_) + ". Its output:\n" + log_tail());
}

void Process::stop() {
  if (!alive()) return;
  ::kill(pid_, SIGTERM);
  const auto deadline = Clock::now() + kStopWait;
  while (alive() && Clock::now() < deadline) std::this_thread::sleep_for(kPause);
  if (!alive()) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

bool Process::alive() {
  if (pid_ <= 0) return false;
  if (::waitpid(pid_, nullptr, WNOHANG) == 0) return true;
  pid_ = -1;
  return false;
}

void Process::restart() {
  stop();
  start();
}

std::string Process::log_tail() const {
  constexpr size_t kTail = 2000;
  std::ifstream file(directory_ + "/log", std::ios::binary);
  std::ostringstream whole;
  whole << file.rdbuf();
  const auto text = whole.str();
  return text.size() > kTail ? text.substr(text.size() - kTail) : text;
}

}  // namespace redouble::oracle
