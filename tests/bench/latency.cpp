// Latency at a given pace: GETs become due at random moments, whether or not earlier ones are answered, and
// each goes out on the connection that has rested longest. The time counts from when it was due, so a server
// (or a machine) that halts for a moment pays for all that it kept waiting. Spins: sleeping would add its own
// delays.
//
//   latency --port N --connections 50 --rate 20000 --requests N [--keys 100000]
//   prints {"p50_us": t, "p99_us": t, "lag": how much longer than planned all took, 0.01 for 1 %}
#include <fcntl.h>
#include <sys/epoll.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <random>
#include <vector>

#include "tests/bench/socket.h"

namespace {

using Clock = std::chrono::steady_clock;
using Micros = std::chrono::duration<double, std::micro>;
using bench::give_up;

struct Connection {
  int fd = -1;
  Clock::time_point due;
};

struct Options {
  int port = 0;
  std::size_t connections = 50, requests = 20000, keys = 100000;
  double rate = 20000;
};

Options read_options(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    const auto number = static_cast<std::size_t>(std::strtoull(argv[i + 1], nullptr, 10));
    if (name == "--port")
      options.port = static_cast<int>(number);
    else if (name == "--connections")
      options.connections = number;
    else if (name == "--requests")
      options.requests = number;
    else if (name == "--keys")
      options.keys = number;
    else if (name == "--rate")
      options.rate = static_cast<double>(number);
    else
      give_up(argv[i]);
  }
  if (options.port == 0 || options.rate <= 0 || options.requests == 0) give_up("a number is missing or zero");
  return options;
}

/// Microseconds that each request took, in the order of the answers.
std::vector<double> run(const Options& options, std::vector<Connection>& connections, int poll,
                        double& planned) {
  std::mt19937_64 random(1);
  std::exponential_distribution<double> gap(options.rate / 1e6);
  std::uniform_int_distribution<std::size_t> key(0, options.keys - 1);
  std::deque<Connection*> resting;
  for (Connection& connection : connections) resting.push_back(&connection);

  std::vector<double> took;
  const auto begun = Clock::now();
  planned = gap(random);
  for (std::size_t sent = 0; took.size() < options.requests;) {
    const auto due = begun + std::chrono::duration_cast<Clock::duration>(Micros(planned));
    if (sent < options.requests && !resting.empty() && Clock::now() >= due) {
      Connection& connection = *resting.front();
      resting.pop_front();
      connection.due = due;
      char name[40];
      std::snprintf(name, sizeof name, "key:%012zu", key(random));
      std::string request;
      bench::append_request(request, "GET", name);
      bench::send_all(connection.fd, request);
      if (++sent < options.requests) planned += gap(random);
    }
    epoll_event events[16];
    const int n = ::epoll_wait(poll, events, 16, 0);
    for (int i = 0; i < n; ++i) {
      auto& connection = *static_cast<Connection*>(events[i].data.ptr);
      char reply[64];
      if (::recv(connection.fd, reply, sizeof reply, 0) <= 0 || reply[0] != '$') give_up("no value");
      took.push_back(Micros(Clock::now() - connection.due).count());
      resting.push_back(&connection);
    }
    if (Clock::now() - due > std::chrono::seconds(10)) give_up("no answer within ten seconds");
  }
  return took;
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = read_options(argc, argv);
  const int poll = ::epoll_create1(EPOLL_CLOEXEC);
  std::vector<Connection> connections(options.connections);
  for (Connection& connection : connections) {
    if ((connection.fd = bench::try_connect(options.port)) < 0) give_up("connect");
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = &connection;
    if (::epoll_ctl(poll, EPOLL_CTL_ADD, connection.fd, &event) != 0) give_up("epoll_ctl");
    // Accepted and served once, before the clock starts.
    bench::send_all(connection.fd, "PING\r\n");
    bench::expect(connection.fd, "+PONG\r\n");
  }
  double planned = 0;
  const auto begun = Clock::now();
  std::vector<double> took = run(options, connections, poll, planned);
  const double all = Micros(Clock::now() - begun).count();
  std::sort(took.begin(), took.end());
  const auto percentile = [&](double share) {
    return took[std::min(took.size() - 1,
                         static_cast<std::size_t>(share * static_cast<double>(took.size())))];
  };
  std::printf("{\"p50_us\": %.2f, \"p99_us\": %.2f, \"lag\": %.4f}\n", percentile(0.5), percentile(0.99),
              all / planned - 1);
}
