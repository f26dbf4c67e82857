// The embedded server as a program uses it: sockets, calls without one, the clock, stop and start.
#include "redouble/server.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>
#include <thread>
#include <vector>

#include "tests/support/socket_client.h"

using namespace std::chrono_literals;
using redouble::Options;
using redouble::Server;
using redouble::SocketClient;
using redouble::Value;

TEST_CASE("Server: keys set without a socket expire when the clock is moved", "[server]") {
  Server server;
  CHECK(server.port() > 0);
  server.clock().freeze();
  CHECK(server.call({"SET", "product:7", "bike", "EX", "300"}) == Value::status("OK"));
  CHECK(server.get("product:7") == "bike");
  server.advance(5min);
  CHECK(server.get("product:7") == std::nullopt);
}

TEST_CASE("Server: a socket sees what a direct call wrote, and the other way round", "[server]") {
  Server server;
  SocketClient client(server.port());
  server.set("a", "1");
  CHECK(client.ask("GET a\r\n", "$1\r\n1\r\n") == "$1\r\n1\r\n");
  CHECK(client.ask("*3\r\n$3\r\nSET\r\n$1\r\nb\r\n$1\r\n2\r\n", "+OK\r\n") == "+OK\r\n");
  CHECK(server.get("b") == "2");
  CHECK(server.db(3).get("b") == std::nullopt);
}

TEST_CASE("Server: a request split at every byte is answered", "[server]") {
  Server server;
  SocketClient client(server.port());
  const std::string request = "*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$5\r\nvalue\r\n";
  for (const char byte : request) client.send({&byte, 1});
  CHECK(client.read(5) == "+OK\r\n");
  CHECK(server.get("key") == "value");
}

TEST_CASE("Server: a value of 50 MB goes in and out", "[server]") {
  Server server;
  SocketClient client(server.port());
  const std::string value(50'000'000, 'x');
  std::thread writer([&] { client.send("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$50000000\r\n" + value + "\r\n"); });
  CHECK(client.read(5) == "+OK\r\n");
  writer.join();
  const std::string expected = "$50000000\r\n" + value + "\r\n";
  CHECK((client.ask("GET k\r\n", expected) == expected));
}

TEST_CASE("Server: a protocol error is answered, then the connection closes", "[server]") {
  Server server;
  SocketClient client(server.port());
  const std::string expected = "+PONG\r\n-ERR Protocol error: invalid multibulk length\r\n";
  CHECK(client.ask("PING\r\n*abc\r\nPING\r\n", expected) == expected);
  CHECK(client.at_end());
}

TEST_CASE("Server: a client that pipelines without reading is not read from, and harms nobody", "[server]") {
  Server server;
  server.set("big", std::string(100'000, 'x'));
  SocketClient greedy(server.port());
  // Replies of 100 MB in all: more than the server is willing to keep.
  std::string requests;
  for (int i = 0; i < 1000; ++i) requests += "GET big\r\n";
  greedy.send(requests);
  SocketClient other(server.port());
  CHECK(other.ask("PING\r\n", "+PONG\r\n") == "+PONG\r\n");
  const std::size_t one = std::string_view("$100000\r\n").size() + 100'000 + 2;
  CHECK(greedy.read(one * 1000).size() == one * 1000);
}

TEST_CASE("Server: a key that expires in real time is gone on time, without being read", "[server]") {
  Server server;
  SocketClient client(server.port());
  CHECK(client.ask("CONFIG SET notify-keyspace-events Ex\r\n", "+OK\r\n") == "+OK\r\n");
  SocketClient listener(server.port());
  const std::string subscribed = "*3\r\n$9\r\nsubscribe\r\n$22\r\n__keyevent@0__:expired\r\n:1\r\n";
  CHECK(listener.ask("SUBSCRIBE __keyevent@0__:expired\r\n", subscribed) == subscribed);
  CHECK(client.ask("SET k v PX 20\r\n", "+OK\r\n") == "+OK\r\n");
  const std::string event = "*3\r\n$7\r\nmessage\r\n$22\r\n__keyevent@0__:expired\r\n$1\r\nk\r\n";
  CHECK(listener.read(event.size()) == event);
}

TEST_CASE("Server: stop closes the port and keeps the data; start listens on the same port", "[server]") {
  Server server;
  const int port = server.port();
  server.set("k", "v");
  SocketClient client(port);
  CHECK(client.ask("PING\r\n", "+PONG\r\n") == "+PONG\r\n");
  server.stop();
  CHECK(client.at_end());
  CHECK_FALSE(server.running());
  CHECK_THROWS(SocketClient(port));
  CHECK(server.get("k") == "v");
  server.start();
  CHECK(server.port() == port);
  CHECK(SocketClient(port).ask("GET k\r\n", "$1\r\nv\r\n") == "$1\r\nv\r\n");
}

TEST_CASE("Server: restart comes back empty on the same port", "[server]") {
  Server server;
  const int port = server.port();
  server.set("k", "v");
  server.restart();
  CHECK(server.port() == port);
  CHECK(SocketClient(port).ask("GET k\r\n", "$-1\r\n") == "$-1\r\n");
}

TEST_CASE("Server: reset makes everything new and keeps connections", "[server]") {
  Server server;
  SocketClient client(server.port());
  client.ask("CONFIG SET maxmemory 1mb\r\n", "+OK\r\n");
  server.set("k", "v");
  server.clock().freeze();
  server.reset();
  CHECK(server.size() == 0);
  CHECK_FALSE(server.clock().frozen());
  const std::string expected = "*2\r\n$9\r\nmaxmemory\r\n$1\r\n0\r\n";
  CHECK(client.ask("CONFIG GET maxmemory\r\n", expected) == expected);
}

TEST_CASE("Server: a port that is taken is a clear error, and leaves nothing behind", "[server]") {
  Server first;
  Options options;
  options.port = first.port();
  CHECK_THROWS_WITH(Server(options),
                    Catch::Contains("cannot listen on 127.0.0.1:" + std::to_string(first.port())) &&
                        Catch::Contains("choose another port"));
  options.port = 0;
  options.settings = {{"maxmemoryy", "1mb"}};
  CHECK_THROWS_WITH(Server(options), "unknown setting 'maxmemoryy': did you mean 'maxmemory'?");
  options.settings = {{"tls-port", "1"}};
  CHECK_THROWS_WITH(Server(options), "No tls-cert-file configured!");
  options.settings = {{"maxmemory", "much"}};
  CHECK_THROWS_WITH(Server(options), Catch::Contains("setting 'maxmemory' cannot be 'much'"));
}

TEST_CASE("Server: a unix socket serves without a port", "[server]") {
  const auto path =
      std::filesystem::temp_directory_path() / ("redouble-test-" + std::to_string(::getpid()) + ".sock");
  {
    Options options;
    options.port = -1;
    options.unix_socket = path;
    Server server(options);
    CHECK(server.port() == 0);
    CHECK(server.uri() == "unix://" + path.string());
    CHECK(SocketClient(path.string()).ask("PING\r\n", "+PONG\r\n") == "+PONG\r\n");
  }
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("Server: a password is asked of sockets, not of direct calls", "[server]") {
  Options options;
  options.password = "secret";
  Server server(options);
  CHECK(server.uri(2) == "redis://:secret@127.0.0.1:" + std::to_string(server.port()) + "/2");
  SocketClient client(server.port());
  const std::string refused = "-NOAUTH Authentication required.\r\n";
  CHECK(client.ask("GET k\r\n", refused) == refused);
  CHECK(client.ask("AUTH secret\r\nGET k\r\n", "+OK\r\n$-1\r\n") == "+OK\r\n$-1\r\n");
  server.set("k", "v");
}

TEST_CASE("Server: maxclients refuses the next one with an error", "[server]") {
  Options options;
  options.settings = {{"maxclients", "1"}};
  Server server(options);
  SocketClient first(server.port());
  CHECK(first.ask("PING\r\n", "+PONG\r\n") == "+PONG\r\n");
  SocketClient second(server.port());
  const std::string refused = "-ERR max number of clients reached\r\n";
  CHECK(second.read(refused.size()) == refused);
  CHECK(second.at_end());
}

TEST_CASE("Server: clients that vanish are forgotten", "[server]") {
  Server server;
  for (int i = 0; i < 50; ++i) {
    SocketClient client(server.port());
    client.ask("SUBSCRIBE c\r\n", "*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n");
    if (i % 2 == 0) client.reset();
  }
  for (int tries = 0; tries < 2000 && server.call({"PUBSUB", "NUMSUB", "c"})[1] != Value(0); ++tries)
    std::this_thread::yield(), SocketClient(server.port()).ask("PING\r\n", "+PONG\r\n");
  CHECK(server.call({"PUBSUB", "NUMSUB", "c"}) == Value::array({"c", 0}));
}

static std::ptrdiff_t count(const char* folder) {
  return std::distance(std::filesystem::directory_iterator(folder), std::filesystem::directory_iterator());
}

TEST_CASE("Server: a thousand starts and stops leave no thread or descriptor behind", "[server][threads]") {
  { Server warm_up; }
  const auto threads = count("/proc/self/task");  // ThreadSanitizer has one of its own
  const auto descriptors = count("/proc/self/fd");
  for (int i = 0; i < 1000; ++i) {
    Server server;
    server.set("k", "v");
  }
  CHECK(count("/proc/self/task") == threads);
  CHECK(count("/proc/self/fd") == descriptors);
}

TEST_CASE("Server: many share a thread and nothing else", "[server][threads]") {
  { Server warm_up; }
  const auto threads = count("/proc/self/task");
  auto thread = std::make_shared<redouble::LoopThread>();
  std::vector<std::unique_ptr<Server>> servers;
  for (int i = 0; i < 20; ++i) {
    Options options;
    options.thread = thread;
    servers.push_back(std::make_unique<Server>(options));
    servers.back()->set("id", std::to_string(i));
  }
  CHECK(count("/proc/self/task") == threads + 1);
  for (int i = 0; i < 20; ++i) {
    const std::string expected =
        "$" + std::to_string(std::to_string(i).size()) + "\r\n" + std::to_string(i) + "\r\n";
    CHECK(SocketClient(servers[static_cast<std::size_t>(i)]->port()).ask("GET id\r\n", expected) == expected);
  }
}

TEST_CASE("Server: threads and sockets together lose no increment", "[server][threads]") {
  Server server;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 500; ++i) server.incr("n");
    });
    threads.emplace_back([&] {
      SocketClient client(server.port());
      for (int i = 0; i < 50; ++i) {
        client.send(
            "INCR n\r\nINCR n\r\nINCR n\r\nINCR n\r\nINCR n\r\nINCR n\r\nINCR n\r\nINCR n\r\nINCR n\r\nINCR "
            "m\r\n");
        std::string last;
        for (int line = 0; line < 10; ++line) do
            last = client.read(1);
          while (last != "\n" && !last.empty());
      }
    });
  }
  threads.emplace_back([&] {
    for (int i = 0; i < 200; ++i) server.advance(1ms);
  });
  for (auto& thread : threads) thread.join();
  CHECK(server.get("n") == std::to_string(4 * 500 + 4 * 50 * 9));
  CHECK(server.get("m") == "200");
}

TEST_CASE("Server: CONFIG knows the port that the kernel chose", "[server][config]") {
  Server server;
  const auto port = [&] { return server.call({"CONFIG", "GET", "port"})[1].text(); };
  CHECK(port() == std::to_string(server.port()));
  server.reset();
  CHECK(port() == std::to_string(server.port()));
}

TEST_CASE("Server: CONFIG SET port and bind move the listener, or leave it alone", "[server][config]") {
  Server server, other;
  const int before = server.port();
  const auto taken = std::to_string(other.port());
  CHECK(server.call({"CONFIG", "SET", "port", taken}).is_error());
  CHECK(server.port() == before);
  CHECK(SocketClient(before).ask("PING\r\n", "+PONG\r\n") == "+PONG\r\n");
  CHECK(server.call({"CONFIG", "SET", "bind", "nonsense"}).is_error());
  CHECK(SocketClient(before).ask("PING\r\n", "+PONG\r\n") == "+PONG\r\n");
  CHECK(server.call({"CONFIG", "SET", "bind", "127.0.0.1 127.0.0.2"}).text() == "OK");
  CHECK(SocketClient(before).ask("PING\r\n", "+PONG\r\n") == "+PONG\r\n");
  CHECK(server.call({"CONFIG", "SET", "port", "0"}).text() == "OK");
  CHECK_THROWS(SocketClient(before));
  CHECK(server.call({"CONFIG", "SET", "port", std::to_string(before)}).text() == "OK");
  CHECK(SocketClient(before).ask("PING\r\n", "+PONG\r\n") == "+PONG\r\n");
}

TEST_CASE("Server: data can be saved to a file and loaded by another server", "[server][rdb]") {
  const std::string path = "/tmp/redouble-server-test-" + std::to_string(::getpid()) + ".rdb";
  Server one, other;
  one.set("k", "v", std::chrono::hours(1));
  one.db(3).set("n", "1");
  one.save_rdb(path);
  other.set("gone", "1");
  other.load_rdb(path);
  std::remove(path.c_str());
  CHECK(other.keys() == std::vector<std::string>{"k"});
  CHECK(other.ttl("k").has_value());
  CHECK(other.db(3).get("n") == "1");
  CHECK_THROWS_WITH(other.load_rdb(path), "cannot load '" + path + "': it cannot be read");
  CHECK_THROWS_WITH(other.save_rdb("/nosuch/file"), "cannot write '/nosuch/file': No such file or directory");
  CHECK(other.get("k") == "v");
}

TEST_CASE("Server: saves in memory unless it has a directory", "[server][rdb]") {
  Server server;
  server.set("k", "v");
  CHECK(server.call({"SAVE"}).text() == "OK");
  server.set("k", "w");
  CHECK(server.call({"DEBUG", "RELOAD", "NOSAVE"}).text() == "OK");
  CHECK(server.get("k") == "v");
}

TEST_CASE("Server: users are settings, and stay when it is reset", "[server][acl]") {
  Options options;
  options.settings = {{"user", "alice on >secret ~app:* +@all"}};
  Server server(options);
  SocketClient client(server.port());
  CHECK(client.ask("AUTH alice secret\r\n", "+OK\r\n") == "+OK\r\n");
  CHECK(client.ask("GET app:1\r\n", "$-1\r\n") == "$-1\r\n");
  const std::string denied =
      "-NOPERM this user has no permissions to access one of the keys used as arguments\r\n";
  CHECK(client.ask("GET other\r\n", denied) == denied);
  server.reset();
  SocketClient other(server.port());
  CHECK(other.ask("AUTH alice secret\r\n", "+OK\r\n") == "+OK\r\n");
  for (const auto* bad : {"", "alice nosuch", "alice +@nosuch"}) {
    options.settings = {{"user", bad}};
    CHECK_THROWS(Server(options));
  }
}

TEST_CASE("Server: a file that cannot be loaded leaves those who follow alone",
          "[server][rdb][replication]") {
  const std::string path = "/tmp/redouble-server-test-bad-" + std::to_string(::getpid()) + ".rdb";
  std::FILE* file = std::fopen(path.c_str(), "wb");
  REQUIRE(file != nullptr);
  std::fputs("REDIS0010 nonsense", file);
  std::fclose(file);
  Server server;
  server.set("k", "v");
  SocketClient follower(server.port());
  CHECK(follower.ask("SYNC\r\n", "$") == "$");
  const auto id = [&] {
    const std::string info = server.call({"INFO", "replication"}).text();
    return info.substr(info.find("master_replid:"), 54);
  };
  const std::string before = id();
  CHECK_THROWS_WITH(server.load_rdb(path), Catch::Contains("cannot load"));
  std::remove(path.c_str());
  CHECK(id() == before);
  CHECK(server.get("k") == "v");
  CHECK(server.call({"INFO", "replication"}).text().find("connected_slaves:1") != std::string::npos);
}
