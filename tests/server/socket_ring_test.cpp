// Many sockets' calls by one of the kernel. Where the kernel has no ring, or refuses to go on with one, the
// same is done call by call: a filter of system calls, which a thread has for itself, refuses.
#include <catch2/catch.hpp>

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "redouble/server.h"
#include "server/socket_ring.h"
#include "tests/support/socket_client.h"

using redouble::request;
using redouble::Server;
using redouble::SocketClient;
using redouble::SocketRing;

namespace {

struct Pair {
  Pair() { REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0); }
  ~Pair() {
    ::close(ends[0]);
    ::close(ends[1]);
  }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;

  int ends[2];
};

// From here on the kernel refuses this call to the thread, and to those that it starts.
bool forbid(long call) {
  sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(call), 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog program{std::size(filter), filter};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

bool has_one(SocketRing& ring) {
  if (!ring.open()) WARN("The kernel has no ring to give: nothing is tested of it.");
  return ring.is_open();
}

// Sends a number to each of the pairs, and reads it at their other ends.
void exchange(SocketRing& ring, std::vector<Pair>& pairs) {
  std::vector<std::string> numbers(pairs.size()), slots(pairs.size(), std::string(8, ' '));
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    numbers[i] = std::to_string(100 + i);
    ring.add_write(pairs[i].ends[0], numbers[i].data(), numbers[i].size());
  }
  for (const int result : ring.run()) CHECK(result == 3);
  for (std::size_t i = 0; i < pairs.size(); ++i)
    if (ring.is_open()) ring.add_read(pairs[i].ends[1], slots[i].data(), slots[i].size());
  if (!ring.is_open()) {
    for (std::size_t i = 0; i < pairs.size(); ++i)
      CHECK(::recv(pairs[i].ends[1], slots[i].data(), slots[i].size(), 0) == 3);
  } else {
    for (const int result : ring.run()) CHECK(result == 3);
  }
  for (std::size_t i = 0; i < pairs.size(); ++i) CHECK(slots[i] == numbers[i] + "     ");
}

// What a crowd of clients is answered that comes to the server's notice together.
void serve_a_crowd() {
  Server server;
  std::vector<std::unique_ptr<SocketClient>> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(std::make_unique<SocketClient>(server.port()));
    CHECK(clients.back()->ask("PING\r\n", "+PONG\r\n") == "+PONG\r\n");
  }
  for (int round = 0; round < 3; ++round) {
    clients[0]->send("EVAL \"for i = 1, 3e5 do end return 1\" 0\r\n");
    for (std::size_t i = 1; i < 20; ++i) clients[i]->send(request({"RPUSH", "list", "x"}));
    for (std::size_t i = 1; i < 20; ++i) {
      const std::string length = ":" + std::to_string(static_cast<std::size_t>(round) * 19 + i) + "\r\n";
      CHECK(clients[i]->read(length.size()) == length);
    }
    CHECK(clients[0]->read(4) == ":1\r\n");
  }
}

}  // namespace

TEST_CASE("socket ring: calls are made in their order, none of them waits", "[socket_ring]") {
  SocketRing ring;
  if (!has_one(ring)) return;
  std::vector<Pair> pairs(SocketRing::kMost);
  exchange(ring, pairs);
  std::vector<Pair> some(5);  // the next ones begin anywhere in the ring
  for (int i = 0; i < 20; ++i) exchange(ring, some);

  char at[8] = "";
  ::close(std::exchange(some[1].ends[0], -1));
  ring.add_read(some[0].ends[1], at, sizeof at);
  ring.add_read(some[1].ends[1], at, sizeof at);
  ring.add_read(-1, at, sizeof at);
  ring.add_write(some[1].ends[1], "x", 1);
  ring.add_write(some[2].ends[0], "yes", 3);
  const auto results = ring.run();
  CHECK(std::vector<int>(results.begin(), results.end()) == std::vector<int>{-EAGAIN, 0, -EBADF, -EPIPE, 3});
  CHECK(ring.is_open());
}

TEST_CASE("socket ring: of more than the socket takes a part is written", "[socket_ring]") {
  SocketRing ring;
  if (!has_one(ring)) return;
  Pair pair;
  const std::string much(8 << 20, 'x');
  ring.add_write(pair.ends[0], much.data(), much.size());
  ring.add_write(pair.ends[0], much.data(), much.size());
  const auto results = ring.run();
  CHECK(results[0] > 0);
  CHECK(results[0] < static_cast<int>(much.size()));
  CHECK(results[1] == -EAGAIN);
}

TEST_CASE("socket ring: a kernel that refuses is asked once", "[socket_ring]") {
  std::thread([] {
    CHECK(forbid(SYS_io_uring_setup));
    SocketRing ring;
    CHECK(!ring.open());
    CHECK(!ring.open());
    serve_a_crowd();
  }).join();
}

TEST_CASE("socket ring: what the kernel takes no more is done call by call", "[socket_ring]") {
  std::thread([] {
    SocketRing ring;
    if (!has_one(ring)) return;
    CHECK(forbid(SYS_io_uring_enter));
    std::vector<Pair> pairs(7);
    exchange(ring, pairs);
    CHECK(!ring.is_open());
    CHECK(!ring.open());
    serve_a_crowd();
  }).join();
}
