// Server::snapshot, restore, load, leaks and reset, as a test program has them.
#include <redouble/server.h>
#include <catch2/catch.hpp>

#include <atomic>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <unistd.h>

#include "tests/support/socket_client.h"

using namespace std::chrono_literals;

namespace {

// A file in the system's directory for such, gone with the test.
class ShortFile {
 public:
  ShortFile(const std::string& ending, const std::string& content)
      : path_(std::filesystem::temp_directory_path() / (name() + ending)) {
    std::ofstream(path_) << content;
  }
  ~ShortFile() { std::remove(path_.c_str()); }
  ShortFile(const ShortFile&) = delete;
  ShortFile& operator=(const ShortFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  static std::string name() {
    static int files = 0;
    return "redouble-snapshot-test-" + std::to_string(::getpid()) + "-" + std::to_string(++files);
  }

  std::string path_;
};

void fill(redouble::Server& server) {
  for (int i = 0; i < 2000; ++i) {
    const std::string n = std::to_string(i);
    server.call({"SADD", "set", "m" + n});
    server.call({"HSET", "hash", "m" + n, n});
    server.call({"ZADD", "zset", n, "m" + n});
    server.call({"RPUSH", "list", n});
    server.call({"XADD", "stream", n + "-1", "f", n});
  }
  server.set("string", std::string(10'000, 's'));
}

}  // namespace

TEST_CASE("Server: a snapshot comes back, in this server and in another", "[server][snapshot]") {
  redouble::Server server, other;
  server.clock().freeze();
  server.set("k", "v", 5s);
  server.db(3).set("three", "3");
  const auto all = server.snapshot();
  const redouble::Snapshot three = server.snapshot(3);
  CHECK(all.keys() == 2);
  CHECK(three.keys() == 1);
  server.flush_all();
  server.set("more", "1");
  server.restore(all);
  CHECK(server.keys() == std::vector<std::string>{"k"});
  CHECK(server.ttl("k") == 5s);
  other.restore(three, 7);
  CHECK(other.db(7).get("three") == "3");
  CHECK(other.db(3).size() == 0);
  other.restore(all, 3);
  CHECK(other.db(3).get("three") == "3");
  CHECK_FALSE(other.exists("k"));
  CHECK_THROWS_AS(server.snapshot(16), std::out_of_range);
  CHECK_THROWS_WITH(server.restore(three, 99),
                    "cannot restore: database 99 does not exist: there are 16 (setting 'databases')");
}

TEST_CASE("Server: two servers on two threads share what neither has changed",
          "[server][snapshot][threads]") {
  redouble::Server first, second;
  fill(first);
  auto snapshot = std::make_unique<const redouble::Snapshot>(first.snapshot());
  const auto digest = first.call({"DEBUG", "DIGEST"}).text();
  std::atomic<int> ready = 0;
  // Returns what was not as it should be: assertions belong on the test's own thread.
  const auto work = [&](redouble::Server& server, const redouble::Snapshot& from, const std::string& name) {
    std::string wrong;
    const auto expect = [&](bool holds, const char* what) {
      if (!holds) wrong += std::string(what) + "; ";
    };
    ++ready;
    while (ready < 2) std::this_thread::yield();
    for (int round = 0; round < 5; ++round) {
      server.restore(from);
      expect(server.call({"DEBUG", "DIGEST"}).text() == digest, "digest");
      expect(server.call({"SRANDMEMBER", "set", "10"}).items().size() == 10, "SRANDMEMBER");
      server.call({"SADD", "set", name});
      server.call({"HSET", "hash", name, name});
      server.call({"ZADD", "zset", "1", name});
      server.call({"RPUSH", "list", name});
      server.call({"XADD", "stream", "*", "f", name});
      server.call({"APPEND", "string", name});
      expect(server.call({"SCARD", "set"}).integer() == 2001, "SCARD");
      expect(server.call({"LLEN", "list"}).integer() == 2001, "LLEN");
      const auto again = server.snapshot();
      server.flush_all();
      server.restore(again);
      expect(server.call({"STRLEN", "string"}).integer() == static_cast<std::int64_t>(10'000 + name.size()),
             "STRLEN");
    }
    return wrong;
  };
  const redouble::Snapshot copy = *snapshot;
  std::string wrong_there;
  std::thread thread([&] { wrong_there = work(second, copy, "second"); });
  const std::string wrong_here = work(first, *snapshot, "first");
  snapshot.reset();
  thread.join();
  CHECK(wrong_here == "");
  CHECK(wrong_there == "");
  first.restore(copy);
  CHECK(first.call({"DEBUG", "DIGEST"}).text() == digest);
}

TEST_CASE("Server: what is loaded at the start comes back with reset", "[server][load][reset]") {
  const ShortFile json(".json", R"({"greeting": "hello", "queue": ["a"]})");
  redouble::Options options;
  options.load = json.path();
  redouble::Server server(options);
  CHECK(server.get("greeting") == "hello");
  CHECK(server.leaks().empty());
  server.set("greeting", "bye");
  server.call({"RPUSH", "queue", "b"});
  server.set("mine", "1");
  server.clock().advance(1h);
  server.reset();
  CHECK(server.get("greeting") == "hello");
  CHECK(server.call({"LLEN", "queue"}).integer() == 1);
  CHECK(server.size() == 2);
  CHECK(server.clock().now() - std::chrono::system_clock::now() < 1min);
  redouble::SocketClient client(server.port());
  client.ask("*3\r\n$3\r\nSET\r\n$4\r\nmine\r\n$1\r\n1\r\n", "+OK\r\n");
  client.ask("*2\r\n$8\r\nREDOUBLE\r\n$5\r\nRESET\r\n", "+OK\r\n");
  client.ask("*1\r\n$6\r\nDBSIZE\r\n", ":2\r\n");
}

TEST_CASE("Server: files that cannot be loaded", "[server][load]") {
  const ShortFile bad(".json", "{\"a\": }"), commands(".redis", "SET a 1\nNOSUCH x\n");
  redouble::Options options;
  options.load = bad.path();
  CHECK_THROWS_WITH(redouble::Server(options),
                    "cannot load " + bad.path() + ", line 1, column 7: a value should stand here");
  redouble::Server server;
  CHECK_THROWS_WITH(server.load(commands.path()),
                    Catch::Contains(".redis, line 2: 'NOSUCH x' was answered: ERR unknown"));
  CHECK(server.get("a") == "1");
  CHECK_THROWS_AS(server.load("/nosuch.json"), std::runtime_error);
  const ShortFile good(".txt", "SET b 2\n");
  CHECK(server.load(good.path()) == 1);
  CHECK(server.get("b") == "2");
}

TEST_CASE("Server: data and a seed from the test itself", "[server][load]") {
  redouble::Server server;
  CHECK(server.load_json(R"({"user:7": {"name": "Ann"}, "queue": ["a", "b"]})") == 2);
  CHECK(server.call({"HGET", "user:7", "name"}).text() == "Ann");
  CHECK(server.load_commands("SET a 1\nSET b 2") == 2);
  CHECK(server.get("b") == "2");
  CHECK_THROWS_WITH(server.load_json("{"), Catch::Contains("cannot load JSON"));
  server.reseed(42);
  const auto first = server.call({"ACL", "GENPASS"}).text();
  server.reseed(42);
  CHECK(server.call({"ACL", "GENPASS"}).text() == first);
}

TEST_CASE("Server: leaks are keys and connections", "[server][leaks]") {
  redouble::Server server;
  CHECK(server.leaks().describe() == "");
  server.set("left", "1");
  redouble::SocketClient client(server.port());
  client.ask("*3\r\n$6\r\nCLIENT\r\n$7\r\nSETNAME\r\n$6\r\nworker\r\n", "+OK\r\n");
  client.ask("*2\r\n$9\r\nSUBSCRIBE\r\n$4\r\nnews\r\n", "*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n");
  const auto report = server.leaks();
  CHECK_FALSE(report.empty());
  REQUIRE(report.connections.size() == 1);
  CHECK(report.connections[0].name == "worker");
  CHECK(report.connections[0].channels == std::vector<std::string>{"news"});
  CHECK(report.describe() == "1 key:\n  string 'left' in database 0\nconnection " +
                                 std::to_string(report.connections[0].id) + " 'worker' from " +
                                 report.connections[0].address + ":\n  is subscribed to news");
}
