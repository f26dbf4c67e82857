// A cache in front of something slow: GET, and on a miss SET, with keys drawn by Zipf's law, so that a few
// are asked for again and again. Prints how many requests hit, and how many would have hit a true LRU cache
// with room for as many keys as the server holds, which this program simulates over the same requests.
//
//   cache_aside --port N [--keys 2000000] [--size 100] [--requests 4000000] [--warm 4000000] [--seed 1]
//               [--batch 64] [--exponent 99] (hundredths) [--pace N] (requests a second at most)
//
// Two servers that choose by an age in whole seconds are only comparable at the same pace.
// One connection; a batch of GETs is sent at once, then the SETs of all that missed. Only what comes behind
// the warm-up counts. Prints {"requests": n, "hits": n, "lru_hits": n, "resident": keys, "seconds": s}.
#include <chrono>
#include <cmath>
#include <cstdint>
#include <random>
#include <thread>
#include <vector>

#include "tests/bench/socket.h"

namespace {

using bench::append_request;
using bench::give_up;

struct Options {
  int port = 0;
  std::size_t keys = 2'000'000, size = 100, requests = 4'000'000, warm = 4'000'000, batch = 64, exponent = 99;
  std::size_t pace = 0;  // as fast as can be
  std::uint64_t seed = 1;
};

// Draws ranks 0 … n-1, rank r about as often as 1/(r+1)^s, by rejection from the area under that curve.
class Zipf {
 public:
  Zipf(std::size_t n, double exponent, std::uint64_t seed)
      : n_(static_cast<double>(n)),
        s_(exponent),
        random_(seed),
        total_(area(n_ + 0.5)),
        first_(area(1.5) - 1) {}

  std::size_t next() {
    while (true) {
      const double u = first_ + unit_(random_) * (total_ - first_);
      const double x = inverse(u);
      const double k = std::min(n_, std::max(1.0, std::floor(x + 0.5)));
      if (u >= area(k + 0.5) - std::pow(k, -s_)) return static_cast<std::size_t>(k) - 1;
    }
  }

 private:
  double area(double x) const { return (std::pow(x, 1 - s_) - 1) / (1 - s_); }
  double inverse(double u) const { return std::pow(1 + u * (1 - s_), 1 / (1 - s_)); }

  double n_, s_;
  std::mt19937_64 random_;
  std::uniform_real_distribution<double> unit_{0, 1};
  double total_, first_;
};

// Least recently used goes first: a list through arrays, the key's number being its node.
class Lru {
 public:
  Lru(std::size_t keys, std::size_t capacity)
      : capacity_(capacity), before_(keys + 1), behind_(keys + 1), held_(keys) {
    before_[keys] = behind_[keys] = static_cast<std::uint32_t>(keys);  // the ring's anchor
  }

  bool get(std::size_t key) {
    if (!held_[key]) return false;
    unlink(key);
    append(key);
    return true;
  }
  void set(std::size_t key) {
    if (get(key)) return;
    held_[key] = true;
    append(key);
    if (++size_ <= capacity_) return;
    const std::size_t oldest = behind_.back();
    held_[oldest] = false;
    unlink(oldest);
    --size_;
  }

 private:
  void unlink(std::size_t key) {
    behind_[before_[key]] = behind_[key];
    before_[behind_[key]] = before_[key];
  }
  void append(std::size_t key) {
    const auto anchor = static_cast<std::uint32_t>(held_.size());
    const std::uint32_t last = before_[anchor];
    behind_[last] = before_[anchor] = static_cast<std::uint32_t>(key);
    before_[key] = last;
    behind_[key] = anchor;
  }

  std::size_t capacity_, size_ = 0;
  std::vector<std::uint32_t> before_, behind_;
  std::vector<bool> held_;
};

class Connection {
 public:
  explicit Connection(int port) : fd_(bench::try_connect(port)) {
    if (fd_ < 0) give_up("connect");
  }
  void send(const std::string& bytes) {
    for (std::string_view rest = bytes; !rest.empty();) {
      const ssize_t n = ::send(fd_, rest.data(), rest.size(), MSG_NOSIGNAL);
      if (n < 0) give_up("send");
      rest.remove_prefix(static_cast<std::size_t>(n));
    }
  }
  // The first line of the next reply; a string's bytes are skipped.
  std::string_view line() {
    std::size_t end;
    while ((end = input_.find('\n', at_)) == std::string::npos) receive();
    const std::string_view text(input_.data() + at_, end - at_ - 1);
    at_ = end + 1;
    if (text[0] == '-') {
      std::fprintf(stderr, "bench: the server answers %.*s\n", static_cast<int>(text.size()), text.data());
      std::exit(1);
    }
    if (text[0] != '$' || text[1] == '-') return text;
    const std::size_t size = std::strtoull(text.data() + 1, nullptr, 10) + 2;
    while (input_.size() - at_ < size) receive();
    at_ += size;
    return {input_.data() + end - text.size() - 1, text.size()};
  }
  void all_read() {
    input_.erase(0, at_);
    at_ = 0;
  }

 private:
  void receive() {
    const std::size_t have = input_.size();
    input_.resize(have + 64 * 1024);
    const ssize_t n = ::recv(fd_, input_.data() + have, 64 * 1024, 0);
    if (n <= 0) give_up("recv");
    input_.resize(have + static_cast<std::size_t>(n));
  }

  int fd_;
  std::string input_;
  std::size_t at_ = 0;
};

std::string name(std::size_t key) {
  char text[40];
  std::snprintf(text, sizeof text, "product:%08zu", key);
  return text;
}

// Calls `batch(keys, counts)` for every batch of the run.
template <class Batch>
void draw(const Options& options, Batch&& batch) {
  Zipf zipf(options.keys, static_cast<double>(options.exponent) / 100 + 1e-9, options.seed);
  std::vector<std::size_t> keys(options.batch);
  for (std::size_t done = 0; done < options.warm + options.requests; done += options.batch) {
    for (std::size_t& key : keys) key = zipf.next();
    batch(keys, done >= options.warm);
  }
}

std::size_t simulate(const Options& options, std::size_t resident) {
  Lru lru(options.keys, resident);
  std::size_t hits = 0;
  std::vector<std::size_t> missed;
  draw(options, [&](const std::vector<std::size_t>& keys, bool counts) {
    missed.clear();
    for (const std::size_t key : keys)
      lru.get(key) ? static_cast<void>(hits += counts) : missed.push_back(key);
    for (const std::size_t key : missed) lru.set(key);
  });
  return hits;
}

std::size_t run(const Options& options, Connection& server, std::size_t& requests, double& seconds) {
  const std::string value(options.size, 'x');
  std::size_t hits = 0;
  std::vector<std::size_t> missed;
  std::string out;
  const auto start = std::chrono::steady_clock::now();
  auto begun = start;
  std::size_t done = 0;
  draw(options, [&](const std::vector<std::size_t>& keys, bool counts) {
    if (options.pace != 0)
      std::this_thread::sleep_until(
          start + std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>(
                      static_cast<double>(done) / static_cast<double>(options.pace))));
    done += keys.size();
    if (counts && requests == 0) begun = std::chrono::steady_clock::now();
    out.clear();
    for (const std::size_t key : keys) append_request(out, "GET", name(key));
    server.send(out);
    missed.clear();
    for (const std::size_t key : keys)
      server.line() == "$-1" ? missed.push_back(key) : static_cast<void>(hits += counts);
    out.clear();
    for (const std::size_t key : missed) append_request(out, "SET", name(key), value);
    if (!missed.empty()) server.send(out);
    for (std::size_t i = 0; i < missed.size(); ++i) server.line();
    server.all_read();
    if (counts) requests += keys.size();
  });
  seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  return hits;
}

Options read_options(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    const std::size_t number = std::strtoull(argv[i + 1], nullptr, 10);
    if (number == 0) give_up("a number is missing or zero");
    if (name == "--port")
      options.port = static_cast<int>(number);
    else if (name == "--keys")
      options.keys = number;
    else if (name == "--size")
      options.size = number;
    else if (name == "--requests")
      options.requests = number;
    else if (name == "--warm")
      options.warm = number;
    else if (name == "--batch")
      options.batch = number;
    else if (name == "--exponent")
      options.exponent = number;
    else if (name == "--pace")
      options.pace = number;
    else if (name == "--seed")
      options.seed = number;
    else
      give_up(argv[i]);
  }
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = read_options(argc, argv);
  Connection server(options.port);
  std::size_t requests = 0;
  double seconds = 0;
  const std::size_t hits = run(options, server, requests, seconds);
  server.send("*1\r\n$6\r\nDBSIZE\r\n");
  const std::size_t resident = std::strtoull(server.line().data() + 1, nullptr, 10);
  std::printf("{\"requests\": %zu, \"hits\": %zu, \"lru_hits\": %zu, \"resident\": %zu, \"seconds\": %.6f}\n",
              requests, hits, simulate(options, resident), resident, seconds);
}
