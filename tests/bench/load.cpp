// A load generator that costs less than the server it loads: batches of requests are built before the clock
// starts, and only their random numbers are written anew; replies are counted by their line ends and not
// parsed; and many sockets are read from, and written to, by one call of the kernel where it can. Keys and
// values are spelled as redis-benchmark spells them, so that both can be used on the same data.
//
//   load --port N --command GET|SET|INCR|MSET [--pipeline 64] [--clients 50] [--keys 100000] [--size 3]
//        [--requests N] [--pid N]
//        prints {"requests": n, "seconds": s, "cpu_seconds": c} of what came behind the first batches,
//        two for each client; the last is the server's own time, 0 without its pid
//   load --port N --request "HSET h:__n__ f v"
//        any command; __n__ is a random number below --keys, of twelve digits, __i__ counts up.
//        Its replies may be of any shape: an ECHO behind each batch tells where they end.
//   … --tls
//        over TLS, trusting any certificate
//   … --subscribers 100
//        so many clients more listen to `channel`; the clock stops when they have read everything
//
//   load --port N --fill [--pid N]
//        writes every one of the keys once, while a second client pings; prints {"longest_pause_ms": t}.
//        With the server's pid no pause is longer than the server itself was busy: see `Busy`.
#include <fcntl.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <ctime>
#include <memory>
#include <span>
#include <vector>

#include "server/socket_ring.h"
#include "tests/bench/socket.h"

namespace {

using bench::append_request;
using bench::give_up;
using redouble::SocketRing;

// The reply to the ECHO that ends a batch of requests whose replies are not counted by lines.
constexpr std::string_view kEnd = "$9\r\n~the-end~\r\n";

constexpr std::size_t kMsetKeys = 10;
constexpr std::size_t kDigits = 12;
constexpr std::size_t kSlot = 64 * 1024;  // what is read of a client at once
constexpr std::size_t kLinesOfAMessage = 7;

struct Options {
  int port = 0;
  int pid = 0;
  std::string command = "GET";
  std::string request;  // instead of a command: words with placeholders
  std::size_t pipeline = 64;
  std::size_t clients = 50;
  std::size_t subscribers = 0;
  std::size_t keys = 100000;
  std::size_t size = 3;
  std::size_t requests = 100000;
  bool fill = false;
  bool tls = false;
};

/// A socket that does not block, with TLS or without. As those of the kernel its calls answer how many bytes
/// went, 0 at the end, or -1 with errno.
class Stream {
 public:
  explicit Stream(int port, SSL_CTX* tls) : fd_(bench::try_connect(port)) {
    if (fd_ < 0) give_up("connect");
    if (tls != nullptr) {
      tls_ = SSL_new(tls);
      if (tls_ == nullptr || SSL_set_fd(tls_, fd_) != 1 || SSL_connect(tls_) != 1) give_up("TLS");
    }
    block(false);
  }

  int descriptor() const { return fd_; }
  void block(bool blocking) { ::fcntl(fd_, F_SETFL, blocking ? 0 : O_NONBLOCK); }
  ssize_t send(std::string_view bytes) {
    if (tls_ == nullptr) return ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    return result_of(SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size())));
  }
  ssize_t receive(char* at, std::size_t room) {
    if (tls_ == nullptr) return ::recv(fd_, at, room, 0);
    const ssize_t n = result_of(SSL_read(tls_, at, static_cast<int>(room)));
    is_dry_ = n < 0;
    return n;
  }
  /// Whether there is more to receive that the kernel knows nothing of.
  bool has_buffered() const { return tls_ != nullptr && !is_dry_ && SSL_has_pending(tls_) == 1; }

 private:
  ssize_t result_of(int n) const {
    if (n > 0) return n;
    const int why = SSL_get_error(tls_, n);
    if (why == SSL_ERROR_ZERO_RETURN) return 0;
    errno = why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? EAGAIN : EPROTO;
    return -1;
  }

  int fd_;
  SSL* tls_ = nullptr;
  bool is_dry_ = false;  // what is buffered is half a record
};

SSL_CTX* trusting() {
  SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
  if (context == nullptr) give_up("TLS");
  SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nullptr);
  SSL_CTX_set_read_ahead(context, 1);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  return context;
}

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

void replace_all(std::string& text, std::string_view what, const std::string& with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
    text.replace(at, what.size(), with);
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

/// Requests that are sent together, and where in them random numbers stand.
class Batch {
 public:
  explicit Batch(std::string bytes) : bytes_(std::move(bytes)) {
    for (std::size_t at = 0; (at = bytes_.find(kNumber, at)) != std::string::npos; at += kDigits) {
      bytes_.replace(at, kDigits, kDigits, '0');
      numbers_.push_back(at + kDigits);
    }
  }

  static constexpr std::string_view kNumber = "~~~~~~~~~~~~";

  /// With other numbers than before. xorshift is random enough, and costs nothing beside a request.
  std::string_view renewed(std::uint64_t& random, std::uint64_t below) {
    for (const std::size_t end : numbers_) {
      random ^= random << 13, random ^= random >> 7, random ^= random << 17;
      std::uint64_t number = static_cast<std::uint64_t>((static_cast<__uint128_t>(random) * below) >> 64);
      // The others are zeros in every number.
      char* digit = bytes_.data() + end;
      for (std::uint64_t rest = below; rest > 0; rest /= 10, number /= 10)
        *--digit = static_cast<char>('0' + number % 10);
    }
    return bytes_;
  }

 private:
  std::string bytes_;
  std::vector<std::size_t> numbers_;  // where they end
};

class Load {
 public:
  explicit Load(const Options& options) : options_(options), value_(options.size, 'x') {
    // A request that counts is sent once only; others are each client's own, again and again.
    counts_ = options.request.find("__i__") != std::string::npos;
    const std::size_t batches = counts_ ? wanted() : options.clients;
    for (std::size_t i = 0; i < batches; ++i) batches_.emplace_back(batch());
    lines_ = options_.pipeline * (options_.command == "GET" ? 2 : 1);
    poll_ = ::epoll_create1(EPOLL_CLOEXEC);
    for (std::size_t i = 0; i < options_.subscribers; ++i) subscribe();
    for (std::size_t i = 0; i < options_.clients; ++i) connect();
  }

  // How many batches there are to be sent, and how many of them come first: a connection's first ones cost
  // the server and the kernel more, as their buffers grow.
  std::size_t wanted() const { return (options_.requests + options_.pipeline - 1) / options_.pipeline; }
  std::size_t first_ones() const { return std::min(2 * options_.clients, wanted() / 2); }

  // Sends so many batches. All of them are answered when this returns, and every message is read.
  void run(std::size_t batches) {
    end_ += batches;
    const std::size_t messages = end_ * options_.pipeline * options_.subscribers;
    std::vector<Client*> all;
    for (auto& client : clients_)
      if (!client->subscriber && sent_ < end_) all.push_back(&next_batch(*client));
    for (std::size_t i = 0; i < all.size(); i += SocketRing::kMost)
      send(std::span(all).subspan(i, std::min<std::size_t>(SocketRing::kMost, all.size() - i)));
    while (answered_ < end_ || message_lines_ < messages * kLinesOfAMessage) {
      epoll_event events[SocketRing::kMost];
      const int n = ::epoll_wait(poll_, events, SocketRing::kMost, 10000);
      if (n <= 0) give_up("no answer within ten seconds");
      serve({events, static_cast<std::size_t>(n)});
    }
  }

 private:
  struct Client {
    Stream stream;
    std::size_t number;
    bool subscriber = false;
    bool awaits_writable = false;
    std::string_view unsent = {};
    std::size_t missing_lines = 0;
    std::string tail = {};  // the last bytes received
  };

  Batch batch() {
    std::string out;
    const auto numbered = [](std::string prefix) { return prefix.append(Batch::kNumber); };
    for (std::size_t i = 0; i < options_.pipeline; ++i) {
      if (!options_.request.empty()) {
        std::string request = options_.request;
        replace_all(request, "__n__", std::string(Batch::kNumber));
        replace_all(request, "__i__", std::to_string(++counter_));
        append_words(out, request);
      } else if (options_.command == "GET") {
        append_request(out, "GET", numbered("key:"));
      } else if (options_.command == "SET") {
        append_request(out, "SET", numbered("key:"), value_);
      } else if (options_.command == "INCR") {
        append_request(out, "INCR", numbered("counter:"));
      } else if (options_.command == "MSET") {
        append_mset(out, std::vector<std::string>(kMsetKeys, numbered("key:")), value_);
      }
    }
    if (!options_.request.empty()) append_words(out, "ECHO ~the-end~");
    return Batch(std::move(out));
  }

  void connect() {
    clients_.push_back(std::make_unique<Client>(
        Client{Stream(options_.port, tls_), clients_.size() - options_.subscribers}));
    watch(*clients_.back(), EPOLL_CTL_ADD, EPOLLIN);
  }

  void subscribe() {
    connect();
    clients_.back()->subscriber = true;
    std::string request, reply(64, ' ');
    append_request(request, "SUBSCRIBE", "channel");
    Stream& stream = clients_.back()->stream;
    stream.block(true);
    if (stream.send(request) < 0) give_up("send");
    if (stream.receive(reply.data(), reply.size()) <= 0 || reply[0] != '*') give_up("SUBSCRIBE");
    stream.block(false);
  }

  void watch(Client& client, int operation, std::uint32_t what) {
    epoll_event event{};
    event.events = what;
    event.data.ptr = &client;
    if (::epoll_ctl(poll_, operation, client.stream.descriptor(), &event) != 0) give_up("epoll_ctl");
  }

  // All that are ready are read from before any is sent to.
  void serve(std::span<const epoll_event> events) {
    std::array<Client*, SocketRing::kMost> ready;
    std::size_t n = 0;
    for (const auto& event : events) {
      auto& client = *static_cast<Client*>(event.data.ptr);
      if ((event.events & EPOLLOUT) != 0) write(client);
      if ((event.events & ~static_cast<unsigned>(EPOLLOUT)) != 0) ready[n++] = &client;
    }
    receive({ready.data(), n});
    std::size_t free = 0;
    for (std::size_t i = 0; i < n; ++i) {
      Client& client = *ready[i];
      bool is_complete = take(client, slot(i), received_[i]);
      while (!is_complete && client.stream.has_buffered())
        is_complete = take(client, slot(i), result(client.stream.receive(slot(i), kSlot)));
      if (!is_complete) continue;
      ++answered_;
      if (sent_ < end_) ready[free++] = &next_batch(client);
    }
    send({ready.data(), free});
  }

  bool calls_together() { return tls_ == nullptr && ring_.open(); }
  char* slot(std::size_t i) { return input_.data() + i * kSlot; }
  static std::int32_t result(ssize_t n) { return n < 0 ? -errno : static_cast<std::int32_t>(n); }

  // Into a slot for each.
  void receive(std::span<Client* const> clients) {
    const bool together = clients.size() > 1 && calls_together();
    for (std::size_t i = 0; i < clients.size(); ++i)
      if (together)
        ring_.add_read(clients[i]->stream.descriptor(), slot(i), kSlot);
      else
        received_[i] = result(clients[i]->stream.receive(slot(i), kSlot));
    if (together) std::ranges::copy(ring_.run(), received_.begin());
  }

  Client& next_batch(Client& client) {
    Batch& batch = batches_[counts_ ? sent_ : client.number];
    client.unsent = batch.renewed(random_, options_.keys);
    ++sent_;
    client.missing_lines = lines_;
    client.tail.clear();
    return client;
  }

  void send(std::span<Client* const> clients) {
    if (clients.size() > 1 && calls_together()) {
      for (const Client* client : clients)
        ring_.add_write(client->stream.descriptor(), client->unsent.data(), client->unsent.size());
      const auto results = ring_.run();
      for (std::size_t i = 0; i < clients.size(); ++i)
        clients[i]->unsent.remove_prefix(static_cast<std::size_t>(std::max(results[i], 0)));
    }
    for (Client* client : clients)
      if (!client->unsent.empty()) write(*client);
  }

  void write(Client& client) {
    while (!client.unsent.empty()) {
      const ssize_t n = client.stream.send(client.unsent);
      if (n < 0 && errno != EAGAIN) give_up("send");
      if (n < 0) break;
      client.unsent.remove_prefix(static_cast<std::size_t>(n));
    }
    if (client.awaits_writable == !client.unsent.empty()) return;
    client.awaits_writable = !client.unsent.empty();
    watch(client, EPOLL_CTL_MOD, client.awaits_writable ? EPOLLIN | EPOLLOUT : EPOLLIN);
  }

  // `got` is what was received, or the negative of an errno. True when the replies to the client's batch are
  // complete.
  bool take(Client& client, const char* input, std::int32_t got) {
    if (got == -EAGAIN) return false;
    if (got <= 0) {
      errno = -got;
      give_up("recv");
    }
    const std::string_view bytes(input, static_cast<std::size_t>(got));
    const auto lines = static_cast<std::size_t>(std::count(bytes.begin(), bytes.end(), '\n'));
    if (client.subscriber) {
      message_lines_ += lines;
      return false;
    }
    if (client.missing_lines == lines_ && bytes[0] == '-') {
      std::fprintf(stderr, "bench: the server answers %s\n", std::string(bytes.substr(0, 200)).c_str());
      std::exit(1);
    }
    if (!options_.request.empty()) {
      client.tail.append(bytes.substr(bytes.size() - std::min(bytes.size(), kEnd.size())));
      if (client.tail.size() > kEnd.size()) client.tail.erase(0, client.tail.size() - kEnd.size());
      return client.tail == kEnd;
    }
    client.missing_lines -= std::min(client.missing_lines, lines);
    return client.missing_lines == 0;
  }

  const Options options_;
  SSL_CTX* const tls_ = options_.tls ? trusting() : nullptr;
  const std::string value_;
  std::uint64_t random_ = 88172645463325252;  // the same numbers in every run, and for either server
  bool counts_ = false;
  std::vector<Batch> batches_;
  std::vector<std::unique_ptr<Client>> clients_;
  SocketRing ring_;
  std::vector<char> input_ = std::vector<char>(SocketRing::kMost * kSlot);
  std::array<std::int32_t, SocketRing::kMost> received_{};  // of the slots of `input_`
  std::size_t lines_ = 0;
  std::size_t counter_ = 0;
  std::size_t end_ = 0, sent_ = 0, answered_ = 0;  // batches
  std::size_t message_lines_ = 0;
  int poll_ = -1;
};

double milliseconds_since(std::chrono::steady_clock::time_point begun) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun).count();
}

/// What a server's main thread has had of the processors. On a machine with other work a client waits for its
/// own turn and for the server's too: only what the server used meanwhile is the server's pause.
class Busy {
 public:
  explicit Busy(int pid) {
    if (pid == 0) return;
    fd_ = ::open(("/proc/" + std::to_string(pid) + "/schedstat").c_str(), O_RDONLY | O_CLOEXEC);
    if (fd_ < 0) give_up("schedstat");
  }
  ~Busy() {
    if (fd_ >= 0) ::close(fd_);
  }
  Busy(const Busy&) = delete;
  Busy& operator=(const Busy&) = delete;

  void begin() { before_ = milliseconds(); }
  /// How much of a wait since `begin` it was. The account is complete once the server sleeps.
  double part_of(double wait) const {
    if (fd_ < 0) return wait;
    ::usleep(1000);
    return std::min(wait, milliseconds() - before_);
  }

 private:
  double milliseconds() const {
    char text[64] = "";
    if (fd_ >= 0 && ::pread(fd_, text, sizeof text - 1, 0) <= 0) give_up("schedstat");
    return std::strtod(text, nullptr) / 1e6;
  }

  int fd_ = -1;
  double before_ = 0;
};

// What all threads of a process have had of the processors; 0 for none. The account is complete once it
// sleeps.
double cpu_seconds(int pid) {
  constexpr useconds_t kUntilItSleeps = 1000;
  if (pid != 0) ::usleep(kUntilItSleeps);
  clockid_t clock;
  timespec time{};
  if (pid != 0 && (::clock_getcpuclockid(pid, &clock) != 0 || ::clock_gettime(clock, &time) != 0))
    give_up("the server's processor time");
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

// A hundred SETs at a time, each batch awaited. Returns the longest time in milliseconds that a PONG took
// beside one.
double fill(const Options& options) {
  const int fd = bench::try_connect(options.port), other = bench::try_connect(options.port);
  if (fd < 0 || other < 0) give_up("connect");
  const std::string value(options.size, 'x');
  Busy server(options.pid);
  double longest = 0;
  for (std::size_t first = 0; first < options.keys; first += 100) {
    const std::size_t end = std::min(first + 100, options.keys);
    std::string out, wanted;
    for (std::size_t i = first; i < end; ++i) {
      append_request(out, "SET", numbered("key", i), value);
      wanted += "+OK\r\n";
    }
    server.begin();
    bench::send_all(fd, out);
    const auto begun = std::chrono::steady_clock::now();
    bench::send_all(other, "PING\r\n");
    bench::expect(other, "+PONG\r\n");
    const double wait = milliseconds_since(begun);
    bench::expect(fd, wanted);
    if (wait > longest) longest = std::max(longest, server.part_of(wait));
  }
  ::close(fd);
  ::close(other);
  return longest;
}

Options read_options(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--fill" || name == "--tls") {
      (name == "--fill" ? options.fill : options.tls) = true;
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
    else if (name == "--pid")
      options.pid = static_cast<int>(number);
    else if (name == "--pipeline")
      options.pipeline = number;
    else if (name == "--clients")
      options.clients = number;
    else if (name == "--subscribers")
      options.subscribers = number;
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
  ::signal(SIGPIPE, SIG_IGN);
  const Options options = read_options(argc, argv);
  if (options.fill) {
    std::printf("{\"longest_pause_ms\": %.4f}\n", fill(options));
    return 0;
  }
  Load load(options);
  load.run(load.first_ones());
  const double used = cpu_seconds(options.pid);
  const auto start = std::chrono::steady_clock::now();
  load.run(load.wanted() - load.first_ones());
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  std::printf("{\"requests\": %zu, \"seconds\": %.6f, \"cpu_seconds\": %.6f}\n",
              (load.wanted() - load.first_ones()) * options.pipeline, took.count(),
              cpu_seconds(options.pid) - used);
}
