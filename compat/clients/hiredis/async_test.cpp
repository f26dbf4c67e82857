// hiredis, asynchronous: callbacks in order, subscriptions with their own callbacks, disconnecting.
// hiredis brings no event loop: PollLoop below is the smallest one that its hooks allow.
#include <hiredis/async.h>
#include <poll.h>

#include <catch2/catch.hpp>

#include "client.h"
#include "test_server.h"

namespace clients {
namespace {

// One asynchronous connection and the poll(2) loop that serves it.
class PollLoop {
 public:
  explicit PollLoop(int port) : context_(redisAsyncConnect("127.0.0.1", port)) {
    if (context_ == nullptr || context_->err != 0) throw std::runtime_error("no connection");
    context_->data = this;
    context_->ev.data = this;
    context_->ev.addRead = [](void* loop) { static_cast<PollLoop*>(loop)->events_ |= POLLIN; };
    context_->ev.delRead = [](void* loop) { static_cast<PollLoop*>(loop)->drop(POLLIN); };
    context_->ev.addWrite = [](void* loop) { static_cast<PollLoop*>(loop)->events_ |= POLLOUT; };
    context_->ev.delWrite = [](void* loop) { static_cast<PollLoop*>(loop)->drop(POLLOUT); };
    redisAsyncSetDisconnectCallback(context_, [](const redisAsyncContext* context, int status) {
      auto& loop = *static_cast<PollLoop*>(context->data);
      loop.context_ = nullptr;  // hiredis frees it when this returns
      loop.ended_ = status == REDIS_OK ? "asked" : "lost";
    });
  }
  ~PollLoop() {
    if (context_ != nullptr) redisAsyncFree(context_);
  }
  PollLoop(const PollLoop&) = delete;
  PollLoop& operator=(const PollLoop&) = delete;

  redisAsyncContext* context() { return context_; }
  // "asked" after redisAsyncDisconnect, "lost" when the server went away, empty while it stands.
  const std::string& ended() const { return ended_; }

  // Sends a command; each of its replies is appended to `log`, which must outlive this.
  void send(std::vector<std::string>& log, const char* command) {
    redisAsyncCommand(
        context_,
        [](redisAsyncContext*, void* reply, void* into) {
          auto& lines = *static_cast<std::vector<std::string>*>(into);
          lines.push_back(reply == nullptr ? "gone" : shape(*static_cast<redisReply*>(reply)));
        },
        &log, command);
  }

  // Serves the connection until `done`; false after five seconds.
  template <typename Done>
  bool run_until(Done done) {
    return eventually([&] {
      if (context_ != nullptr) serve();
      return done();
    });
  }

 private:
  void drop(short event) { events_ = static_cast<short>(events_ & ~event); }

  void serve() {
    pollfd ready{context_->c.fd, events_, 0};
    if (poll(&ready, 1, 10) <= 0) return;
    if ((ready.revents & (POLLIN | POLLHUP | POLLERR)) != 0) redisAsyncHandleRead(context_);
    if (context_ != nullptr && (ready.revents & POLLOUT) != 0) redisAsyncHandleWrite(context_);
  }

  redisAsyncContext* context_;
  short events_ = 0;
  std::string ended_;
};

TEST_CASE("hiredis async: callbacks come in order", "[hiredis][async]") {
  TestServer server;
  std::vector<std::string> log;
  PollLoop loop(server.port());
  loop.send(log, "SET a 1");
  loop.send(log, "INCR a");
  loop.send(log, "NOSUCH");
  loop.send(log, "GET a");
  REQUIRE(loop.run_until([&] { return log.size() == 4; }));
  CHECK(log == std::vector<std::string>{"+OK", ":2",
                                        "-ERR unknown command 'NOSUCH', with args beginning with: ", "$2"});

  log.clear();
  for (int i = 0; i < 5'000; ++i) loop.send(log, "INCR n");
  REQUIRE(loop.run_until([&] { return log.size() == 5'000; }));
  CHECK(log.front() == ":1");
  CHECK(log.back() == ":5000");
}

TEST_CASE("hiredis async: subscriptions keep their callbacks", "[hiredis][async][pubsub]") {
  TestServer server;
  Client redis(server.port());
  std::vector<std::string> channel;
  std::vector<std::string> pattern;
  PollLoop loop(server.port());
  loop.send(channel, "SUBSCRIBE news");
  loop.send(pattern, "PSUBSCRIBE n*");
  REQUIRE(loop.run_until([&] { return channel.size() == 1 && pattern.size() == 1; }));
  REQUIRE(redis({"PUBLISH", "news", "one"}) == ":2");
  REQUIRE(redis({"PUBLISH", "nothing", "two"}) == ":1");
  REQUIRE(loop.run_until([&] { return channel.size() == 2 && pattern.size() == 3; }));
  CHECK(channel == std::vector<std::string>{"[$subscribe $news :1]", "[$message $news $one]"});
  CHECK(pattern == std::vector<std::string>{"[$psubscribe $n* :2]", "[$pmessage $n* $news $one]",
                                            "[$pmessage $n* $nothing $two]"});
  loop.send(channel, "UNSUBSCRIBE news");
  REQUIRE(loop.run_until([&] { return redis({"PUBSUB", "CHANNELS"}) == "[]"; }));
  CHECK(redis({"PUBLISH", "news", "three"}) == ":1");
}

TEST_CASE("hiredis async: disconnecting waits for what is under way", "[hiredis][async]") {
  TestServer server;
  std::vector<std::string> log;
  PollLoop loop(server.port());
  loop.send(log, "SET a 1");
  loop.send(log, "GET a");
  redisAsyncDisconnect(loop.context());
  REQUIRE(loop.run_until([&] { return !loop.ended().empty(); }));
  CHECK(loop.ended() == "asked");
  CHECK(log == std::vector<std::string>{"+OK", "$1"});
}

TEST_CASE("hiredis async: a server that goes away is a lost connection", "[hiredis][async]") {
  TestServer server;
  std::vector<std::string> log;
  PollLoop loop(server.port());
  loop.send(log, "SUBSCRIBE news");
  REQUIRE(loop.run_until([&] { return log.size() == 1; }));
  CHECK(server.stop() == 0);
  REQUIRE(loop.run_until([&] { return !loop.ended().empty(); }));
  CHECK(loop.ended() == "lost");
}

}  // namespace
}  // namespace clients
