// A load generator that costs less than the server it loads: batches of requests are built before the clock
// starts, replies are counted by their line ends and not parsed. Keys and values are spelled as
// redis-benchmark spells them, so that both can be used on the same data.
//
//   load --port N --command GET|SET|INCR|MSET [--pipeline 64] [--clients 4] [--keys 100000] [--size 3]
//        [--requests N]   prints {"requests": n, "seconds": s}
//   … --distinct           every batch is another one: keys are spread over all of them, at the cost of
//   memory load --port N --fill  writes every one of the keys once load --port N --request "HSET h:__n__ f v"
//   …  any command; __n__ is a random number below --keys, __i__ counts up.
//                         Its replies may be of any shape: an ECHO behind each batch tells where they end.
#include <fcntl.h>
#include <sys/epoll.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <random>
#include <vector>

#include "tests/bench/socket.h"

namespace {

using bench::append_request;
using bench::give_up;

// The reply to the ECHO that ends a batch of requests whose replies are not counted by lines.
constexpr std::string_view kEnd = "$9\r\n~the-end~\r\n";

constexpr std::size_t kMsetKeys = 10;
constexpr std::size_t kBatches = 64;  // different ones, sent in turn: the keys vary enough

struct Options {
  int port = 0;
  std::string command = "GET";
  std::string request;  // instead of a command: words with placeholders
  std::size_t pipeline = 64;
  std::size_t clients = 4;
  std::size_t keys = 100000;
  std::size_t size = 3;
  std::size_t requests = 100000;
  bool fill = false;
  bool distinct = false;
};

std::string numbered(const char* prefix, std::size_t number) {
  char text[40];
  std::snprintf(text, sizeof text, "%s:%012zu", prefix, number);
  return text;
}

void append_mset(std::string& out, const std::vector<std::string>& keys, const std::string& value) {
  out += '*' + std::to_string(1 + 2 * keys.size()) + "\r\n$4\r\nMSET\r\n";
  const std::string size = '$' + std::to_string(value.size()) + "\r\n";
  for (const std::string& key : keys)
    out += '$' + std::to_string(key.size()) + "\r\n" + key + "\r\n" + size + value + "\r\n";
}

void replace_all(std::string& text, std::string_view what, std::size_t number) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos;)
    text.replace(at, what.size(), std::to_string(number));
}

void append_words(std::string& out, const std::string& text) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t space = std::min(text.find(' ', at), text.size());
    words.push_back(text.substr(at, space - at));
    at = space + 1;
  }
  out += '*' + std::to_string(words.size()) + "\r\n";
  for (const auto& word : words) out += '$' + std::to_string(word.size()) + "\r\n" + word + "\r\n";
}

class Load {
 public:
  explicit Load(const Options& options) : options_(options), value_(options.size, 'x') {
    // A request that counts is sent once only.
    const bool counts = options.distinct || options.request.find("__i__") != std::string::npos;
    const std::size_t batches = counts ? options.requests / options.pipeline + 1 : kBatches;
    for (std::size_t i = 0; i < batches; ++i) batches_.push_back(batch());
    lines_ = options_.pipeline * (options_.command == "GET" ? 2 : 1);
    poll_ = ::epoll_create1(EPOLL_CLOEXEC);
    for (std::size_t i = 0; i < options_.clients; ++i) connect();
  }

  // The requests sent, all of them answered when this returns.
  std::size_t run() {
    const std::size_t wanted = (options_.requests + options_.pipeline - 1) / options_.pipeline;
    std::size_t answered = 0;
    for (auto& client : clients_)
      if (sent_ < wanted) send_next(*client);
    while (answered < wanted) {
      epoll_event events[64];
      const int n = ::epoll_wait(poll_, events, 64, 10000);
      if (n <= 0) give_up("no answer within ten seconds");
      for (int i = 0; i < n; ++i) {
        auto& client = *static_cast<Client*>(events[i].data.ptr);
        if ((events[i].events & EPOLLOUT) != 0) write(client);
        if ((events[i].events & ~static_cast<unsigned>(EPOLLOUT)) == 0 || !read(client)) continue;
        ++answered;
        if (sent_ < wanted) send_next(client);
      }
    }
    return wanted * options_.pipeline;
  }

 private:
  struct Client {
    int fd;
    std::string_view unsent;
    std::size_t missing_lines;
    std::string tail;  // the last bytes received
    bool awaits_writable;
  };

  std::string batch() {
    std::string out;
    std::uniform_int_distribution<std::size_t> pick(0, options_.keys - 1);
    if (!options_.request.empty()) {
      for (std::size_t i = 0; i < options_.pipeline; ++i) {
        std::string request = options_.request;
        replace_all(request, "__n__", pick(random_));
        replace_all(request, "__i__", ++counter_);
        append_words(out, request);
      }
      append_words(out, "ECHO ~the-end~");
      return out;
    }
    for (std::size_t i = 0; i < options_.pipeline; ++i) {
      if (options_.command == "GET") append_request(out, "GET", numbered("key", pick(random_)));
      if (options_.command == "SET") append_request(out, "SET", numbered("key", pick(random_)), value_);
      if (options_.command == "INCR") append_request(out, "INCR", numbered("counter", pick(random_)));
      if (options_.command == "MSET") {
        std::vector<std::string> keys;
        for (std::size_t k = 0; k < kMsetKeys; ++k) keys.push_back(numbered("key", pick(random_)));
        append_mset(out, keys, value_);
      }
    }
    return out;
  }

  void connect() {
    const int fd = bench::try_connect(options_.port);
    if (fd < 0) give_up("connect");
    ::fcntl(fd, F_SETFL, O_NONBLOCK);
    clients_.push_back(std::make_unique<Client>(Client{fd, {}, 0, {}, false}));
    watch(*clients_.back(), EPOLL_CTL_ADD, EPOLLIN);
  }

  void watch(Client& client, int operation, std::uint32_t what) {
    epoll_event event{};
    event.events = what;
    event.data.ptr = &client;
    if (::epoll_ctl(poll_, operation, client.fd, &event) != 0) give_up("epoll_ctl");
  }

  void send_next(Client& client) {
    client.unsent = batches_[sent_++ % batches_.size()];
    client.missing_lines = lines_;
    client.tail.clear();
    write(client);
  }

  void write(Client& client) {
    while (!client.unsent.empty()) {
      const ssize_t n = ::send(client.fd, client.unsent.data(), client.unsent.size(), MSG_NOSIGNAL);
      if (n < 0 && errno != EAGAIN) give_up("send");
      if (n < 0) break;
      client.unsent.remove_prefix(static_cast<std::size_t>(n));
    }
    if (client.awaits_writable == !client.unsent.empty()) return;
    client.awaits_writable = !client.unsent.empty();
    watch(client, EPOLL_CTL_MOD, client.awaits_writable ? EPOLLIN | EPOLLOUT : EPOLLIN);
  }

  // True when the replies to the client's batch are complete.
  bool read(Client& client) {
    const ssize_t n = ::recv(client.fd, input_.data(), input_.size(), 0);
    if (n < 0 && errno == EAGAIN) return false;
    if (n <= 0) give_up("recv");
    if (client.missing_lines == lines_ && input_[0] == '-') {
      std::fprintf(stderr, "bench: the server answers %.*s\n", static_cast<int>(std::min<ssize_t>(n, 200)),
                   input_.data());
      std::exit(1);
    }
    if (!options_.request.empty()) {
      const auto size = static_cast<std::size_t>(n);
      const std::size_t kept = std::min(size, kEnd.size());
      client.tail.append(input_.data() + size - kept, kept);
      if (client.tail.size() > kEnd.size()) client.tail.erase(0, client.tail.size() - kEnd.size());
      return client.tail == kEnd;
    }
    const auto lines = static_cast<std::size_t>(std::count(input_.data(), input_.data() + n, '\n'));
    client.missing_lines -= std::min(client.missing_lines, lines);
    return client.missing_lines == 0;
  }

  const Options options_;
  const std::string value_;
  std::mt19937_64 random_{1};
  std::vector<std::string> batches_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::vector<char> input_ = std::vector<char>(256 * 1024);
  std::size_t lines_ = 0;
  std::size_t counter_ = 0;
  std::size_t sent_ = 0;
  int poll_ = -1;
};

// A hundred SETs at a time, each batch awaited.
void fill(const Options& options) {
  const int fd = bench::try_connect(options.port);
  if (fd < 0) give_up("connect");
  const std::string value(options.size, 'x');
  for (std::size_t first = 0; first < options.keys; first += 100) {
    const std::size_t end = std::min(first + 100, options.keys);
    std::string out, wanted;
    for (std::size_t i = first; i < end; ++i) {
      append_request(out, "SET", numbered("key", i), value);
      wanted += "+OK\r\n";
    }
    for (std::string_view rest = out; !rest.empty();) {
      const ssize_t n = ::send(fd, rest.data(), rest.size(), MSG_NOSIGNAL);
      if (n < 0) give_up("send");
      rest.remove_prefix(static_cast<std::size_t>(n));
    }
    std::string got(wanted.size(), ' ');
    const ssize_t n = ::recv(fd, got.data(), got.size(), MSG_WAITALL);
    if (n != static_cast<ssize_t>(wanted.size()) || got != wanted) give_up("a SET was not answered by OK");
  }
  ::close(fd);
}

Options read_options(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--fill") {
      options.fill = true;
      continue;
    }
    if (name == "--distinct") {
      options.distinct = true;
      continue;
    }
    const char* value = i + 1 < argc ? argv[++i] : "";
    const auto number = static_cast<std::size_t>(std::strtoull(value, nullptr, 10));
    if (name == "--command")
      options.command = value;
    else if (name == "--request")
      options.request = value;
    else if (name == "--size")
      options.size = number;
    else if (number == 0)
      give_up("a number is missing or zero");
    else if (name == "--port")
      options.port = static_cast<int>(number);
    else if (name == "--pipeline")
      options.pipeline = number;
    else if (name == "--clients")
      options.clients = number;
    else if (name == "--keys")
      options.keys = number;
    else if (name == "--requests")
      options.requests = number;
    else
      give_up(argv[i - 1]);
  }
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = read_options(argc, argv);
  if (options.fill) {
    fill(options);
    return 0;
  }
  Load load(options);
  const auto start = std::chrono::steady_clock::now();
  const std::size_t requests = load.run();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  std::printf("{\"requests\": %zu, \"seconds\": %.6f}\n", requests, took.count());
}
