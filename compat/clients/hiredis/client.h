// hiredis for tests: owners for its contexts and replies, and a reply's text in one comparable line.
// Invariant: a command that gets no reply at all throws, so a test compares replies only.
#pragma once

#include <hiredis/hiredis.h>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace clients {

// "+OK", "-ERR …", ":1", "$bulk", "nil", "[a b]": what a reply is, with its type.
inline std::string shape(const redisReply& reply) {
  switch (reply.type) {
    case REDIS_REPLY_STATUS:
      return "+" + std::string(reply.str, reply.len);
    case REDIS_REPLY_ERROR:
      return "-" + std::string(reply.str, reply.len);
    case REDIS_REPLY_INTEGER:
      return ":" + std::to_string(reply.integer);
    case REDIS_REPLY_STRING:
      return "$" + std::string(reply.str, reply.len);
    case REDIS_REPLY_NIL:
      return "nil";
    case REDIS_REPLY_ARRAY: {
      std::string text = "[";
      for (size_t i = 0; i < reply.elements; ++i) text += (i ? " " : "") + shape(*reply.element[i]);
      return text + "]";
    }
    default:
      throw std::runtime_error("a reply of unknown type " + std::to_string(reply.type));
  }
}

using Words = std::vector<std::string>;

class Client {
 public:
  explicit Client(int port) : context_(redisConnectWithTimeout("127.0.0.1", port, kLimit)) {
    if (context_ == nullptr || context_->err != 0) throw std::runtime_error("no connection");
    redisSetTimeout(context_.get(), kLimit);
  }

  redisContext* context() { return context_.get(); }

  // Sends one command and returns its reply's shape.
  std::string operator()(const Words& words) {
    append(words);
    return next();
  }

  // Queues a command without waiting; next() answers in order.
  void append(const Words& words) {
    std::vector<const char*> texts;
    std::vector<size_t> lengths;
    for (const auto& word : words) {
      texts.push_back(word.data());
      lengths.push_back(word.size());
    }
    redisAppendCommandArgv(context_.get(), static_cast<int>(words.size()), texts.data(), lengths.data());
  }

  std::string next() {
    void* raw = nullptr;
    if (redisGetReply(context_.get(), &raw) != REDIS_OK) throw std::runtime_error(context_->errstr);
    const std::unique_ptr<void, void (*)(void*)> reply(raw, freeReplyObject);
    return shape(*static_cast<redisReply*>(raw));
  }

  // Connects anew after the connection was lost; false when nobody listens.
  bool reconnect() { return redisReconnect(context_.get()) == REDIS_OK; }

 private:
  struct Free {
    void operator()(redisContext* context) const { redisFree(context); }
  };
  static constexpr timeval kLimit{5, 0};

  std::unique_ptr<redisContext, Free> context_;
};

// Calls `probe` until it is true; false after five seconds.
template <typename Probe>
bool eventually(Probe probe) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  while (!probe()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

}  // namespace clients
