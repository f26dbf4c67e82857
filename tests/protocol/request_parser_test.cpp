// Each sample is parsed whole, in every split in two, and byte by byte. The error texts and what is accepted
// were read from redis-server 7.0.15.
#include "protocol/request_parser.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <vector>

using namespace redouble;

namespace {

using Request = std::vector<std::string>;

// A connection's side of the parser: keeps what is not yet consumed, in memory that moves.
class Stream {
 public:
  explicit Stream(RequestParser::Limits limits) : limits_(limits) {}

  void feed(std::string_view bytes) {
    buffer_ = std::string(buffer_).append(bytes);
    while (error.empty()) {
      const auto status = parser_.parse(buffer_, limits_);
      if (status == RequestParser::Status::incomplete) return;
      if (status == RequestParser::Status::error) {
        error = parser_.error();
        return;
      }
      const auto argv = parser_.argv();
      requests.emplace_back(argv.begin(), argv.end());
      buffer_.erase(0, parser_.consumed());
    }
  }

  std::size_t unread() const { return buffer_.size(); }

  std::vector<Request> requests;
  std::string error;

 private:
  RequestParser parser_;
  RequestParser::Limits limits_;
  std::string buffer_;
};

Stream parse_whole(std::string_view bytes, RequestParser::Limits limits = {}) {
  Stream stream(limits);
  stream.feed(bytes);
  return stream;
}

// Parses `bytes` in every split, which must make no difference.
Stream parse_all_ways(std::string_view bytes, RequestParser::Limits limits = {}) {
  const Stream whole = parse_whole(bytes, limits);
  const auto check = [&](const Stream& stream) {
    CHECK(stream.requests == whole.requests);
    CHECK(stream.error == whole.error);
    if (whole.error.empty()) CHECK(stream.unread() == whole.unread());
  };
  for (std::size_t at = 0; at <= bytes.size(); ++at) {
    INFO("split at " << at);
    Stream stream(limits);
    stream.feed(bytes.substr(0, at));
    stream.feed(bytes.substr(at));
    check(stream);
  }
  Stream stream(limits);
  for (const char c : bytes) stream.feed({&c, 1});
  check(stream);
  return whole;
}

std::vector<Request> requests_of(std::string_view bytes) {
  const Stream stream = parse_all_ways(bytes);
  CHECK(stream.error.empty());
  CHECK(stream.unread() == 0);
  return stream.requests;
}

std::string error_of(std::string_view bytes, RequestParser::Limits limits = {}) {
  const Stream stream = parse_all_ways(bytes, limits);
  CHECK(stream.requests.empty());
  return stream.error;
}

bool is_incomplete(std::string_view bytes, RequestParser::Limits limits = {}) {
  const Stream stream = parse_all_ways(bytes, limits);
  return stream.requests.empty() && stream.error.empty() && stream.unread() == bytes.size();
}

constexpr RequestParser::Limits kUnauthenticated{512LL * 1024 * 1024, false};

}  // namespace

TEST_CASE("request_parser: arrays of bulk strings", "[request_parser]") {
  CHECK(requests_of("*1\r\n$4\r\nPING\r\n") == std::vector<Request>{{"PING"}});
  CHECK(requests_of("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\nvalue\r\n") ==
        std::vector<Request>{{"SET", "k", "value"}});
  CHECK(requests_of("*2\r\n$4\r\nPING\r\n$0\r\n\r\n") == std::vector<Request>{{"PING", ""}});
  CHECK(requests_of(std::string_view("*2\r\n$4\r\nPING\r\n$6\r\n\r\n\0*1\r\r\n", 26)) ==
        std::vector<Request>{{"PING", std::string("\r\n\0*1\r", 6)}});
}

TEST_CASE("request_parser: the bytes behind a bulk string and a line's CR are not looked at",
          "[request_parser]") {
  CHECK(requests_of("*1\r\n$4\r\nPINGxx*1\r\n$4\r\nPING\r\n") == std::vector<Request>{{"PING"}, {"PING"}});
  CHECK(requests_of("*1\rx$4\rxPINGxx") == std::vector<Request>{{"PING"}});
}

TEST_CASE("request_parser: empty requests have no arguments", "[request_parser]") {
  CHECK(requests_of("*0\r\n*-5\r\n*1\r\n$4\r\nPING\r\n") == std::vector<Request>{{}, {}, {"PING"}});
  CHECK(requests_of("\r\n\nPING\r\n") == std::vector<Request>{{}, {}, {"PING"}});
}

TEST_CASE("request_parser: pipelines mix both forms", "[request_parser]") {
  CHECK(requests_of("*2\r\n$3\r\nGET\r\n$1\r\na\r\nGET b\r\n*2\r\n$3\r\nGET\r\n$1\r\nc\r\n") ==
        std::vector<Request>{{"GET", "a"}, {"GET", "b"}, {"GET", "c"}});
  std::string deep;
  for (int i = 0; i < 10000; ++i) deep += "*2\r\n$3\r\nGET\r\n$5\r\n" + std::to_string(10000 + i) + "\r\n";
  const Stream stream = parse_whole(deep);
  REQUIRE(stream.requests.size() == 10000);
  CHECK(stream.requests[9999] == Request{"GET", "19999"});
}

TEST_CASE("request_parser: many and large arguments", "[request_parser]") {
  std::string bytes = "*2000\r\n";
  for (int i = 0; i < 2000; ++i) bytes += "$4\r\n" + std::to_string(1000 + i) + "\r\n";
  const Stream many = parse_whole(bytes);
  REQUIRE(many.requests.size() == 1);
  CHECK(many.requests[0].size() == 2000);
  CHECK(many.requests[0][1999] == "2999");

  const std::string value(200000, 'v');
  Stream large({});
  large.feed("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$200000\r\n");
  for (std::size_t at = 0; at < value.size(); at += 16384)
    large.feed(std::string_view(value).substr(at, 16384));
  CHECK(large.requests.empty());
  large.feed("\r\n");
  CHECK(large.requests == std::vector<Request>{{"SET", "k", value}});
}

TEST_CASE("request_parser: arguments stand where there is room for them", "[request_parser]") {
  const auto request = [](std::size_t arguments) {
    std::string bytes = "*" + std::to_string(arguments) + "\r\n";
    for (std::size_t i = 0; i < arguments; ++i) {
      const std::string word(i % 12, 'x');
      bytes += "$" + std::to_string(word.size()) + "\r\n" + word + "\r\n";
    }
    return bytes;
  };
  std::vector<std::string_view> room(99);
  RequestParser parser;
  for (std::size_t n = 1; n <= 120; ++n) {
    CAPTURE(n);
    const std::string bytes = request(n) + "*1\r\n$4\r\nPING\r\n";
    for (const std::size_t size : {std::size_t{0}, n - 1, n, std::size_t{99}}) {
      if (size > room.size()) continue;
      REQUIRE(parser.parse(bytes, {}, {room.data(), size}) == RequestParser::Status::request);
      REQUIRE(parser.argv().size() == n);
      CHECK(parser.consumed() == bytes.size() - 14);
      for (std::size_t i = 0; i < n; ++i) CHECK(parser.argv()[i].size() == i % 12);
      CHECK((parser.argv().data() == room.data()) == (size >= std::max<std::size_t>(n, 9) && n <= 99));
    }
  }
  // Room is given again for what comes behind half a request, and is not needed then.
  const std::string bytes = request(3);
  REQUIRE(parser.parse(std::string_view(bytes).substr(0, 9), {}, room) == RequestParser::Status::incomplete);
  REQUIRE(parser.parse(bytes, {}, room) == RequestParser::Status::request);
  CHECK(parser.argv().size() == 3);
}

TEST_CASE("request_parser: inline words", "[request_parser]") {
  CHECK(requests_of("PING\r\n") == std::vector<Request>{{"PING"}});
  CHECK(requests_of("PING\n") == std::vector<Request>{{"PING"}});
  CHECK(requests_of("  PING   hello  \r\n") == std::vector<Request>{{"PING", "hello"}});
  CHECK(requests_of("PING\ta\r\n") == std::vector<Request>{{"PING", "a"}});
  CHECK(requests_of("PING\r\r\n") == std::vector<Request>{{"PING"}});
  CHECK(requests_of("PING\rx\n") == std::vector<Request>{{"PING", "x"}});
  CHECK(requests_of("PING \x0b"
                    "a\x0c"
                    "b\r\n") == std::vector<Request>{{"PING",
                                                      "a\x0c"
                                                      "b"}});
  CHECK(requests_of("PING \xff\r\n") == std::vector<Request>{{"PING", "\xff"}});
}

TEST_CASE("request_parser: inline quotes", "[request_parser]") {
  CHECK(requests_of("PING \"hello world\"\r\n") == std::vector<Request>{{"PING", "hello world"}});
  CHECK(requests_of("PING \"\"\r\n") == std::vector<Request>{{"PING", ""}});
  CHECK(requests_of("''\r\n") == std::vector<Request>{{""}});
  CHECK(requests_of("\"PING\" a\r\n") == std::vector<Request>{{"PING", "a"}});
  CHECK(requests_of("PING a\"b\"\r\n") == std::vector<Request>{{"PING", "ab"}});
  CHECK(requests_of(R"(PING "\x41\n\r\t\b\a\"\\\q\xzz")"
                    "\r\n") == std::vector<Request>{{"PING", "A\n\r\t\b\a\"\\qxzz"}});
  CHECK(requests_of("PING \"\\x4\"\r\n") == std::vector<Request>{{"PING", "x4"}});
  CHECK(requests_of("PING 'it\\'s \\n'\r\n") == std::vector<Request>{{"PING", "it's \\n"}});
  for (const char* line : {"PING \"a\r\n", "PING 'a\r\n", "PING \"a\"b\r\n", "PING 'a'b\r\n", "PING a'b\r\n",
                           "PING \"a\" \"b\r\n"}) {
    INFO(line);
    CHECK(error_of(line) == "ERR Protocol error: unbalanced quotes in request");
  }
}

TEST_CASE("request_parser: unfinished requests wait", "[request_parser]") {
  for (const char* bytes :
       {"*", "*1", "*1\r", "*1\r\n", "*1\r\n$", "*1\r\n$4\r\nPING\r", "PING \"a", "*1\n$4\nPING\n",
        "*3\r\n$3\r\nSET\r\n", "*2147483647\r\n", "*1048577\r\n", "*1\r\n$536870912\r\n"}) {
    INFO(bytes);
    CHECK(is_incomplete(bytes));
  }
}

TEST_CASE("request_parser: bad multibulk lengths", "[request_parser]") {
  for (const char* bytes : {"*x\r\n", "*\r\n", "* 1\r\n", "*+1\r\n", "*01\r\n", "*1 \r\n", "*2147483648\r\n",
                            "*99999999999999999999\r\n"}) {
    INFO(bytes);
    CHECK(error_of(bytes) == "ERR Protocol error: invalid multibulk length");
  }
}

TEST_CASE("request_parser: bad bulk lengths", "[request_parser]") {
  for (const char* bytes : {"*1\r\n$x\r\n", "*1\r\n$\r\n", "*1\r\n$-1\r\n", "*1\r\n$+4\r\n",
                            "*1\r\n$536870913\r\n", "*2\r\n$4\r\nPING\r\n$04\r\n"}) {
    INFO(bytes);
    CHECK(error_of(bytes) == "ERR Protocol error: invalid bulk length");
  }
  RequestParser::Limits limits;
  limits.max_bulk = 3;
  CHECK(error_of("*1\r\n$4\r\n", limits) == "ERR Protocol error: invalid bulk length");
  CHECK(parse_all_ways("*1\r\n$3\r\nGET\r\n", limits).requests == std::vector<Request>{{"GET"}});
}

TEST_CASE("request_parser: what is no bulk string is named", "[request_parser]") {
  CHECK(error_of("*1\r\nPING\r\n") == "ERR Protocol error: expected '$', got 'P'");
  CHECK(error_of("*1\r\n:1\r\n") == "ERR Protocol error: expected '$', got ':'");
  CHECK(error_of("*2\r\n$4\r\nPING\r\n*1\r\n") == "ERR Protocol error: expected '$', got '*'");
  // Line ends would break the reply: they become spaces.
  CHECK(error_of("*1\r\n\r\n") == "ERR Protocol error: expected '$', got ' '");
  CHECK(error_of("*1\r\n\n\r\n") == "ERR Protocol error: expected '$', got ' '");
}

TEST_CASE("request_parser: lines are bounded by 64 KB while their end is missing", "[request_parser]") {
  const auto error = [](const std::string& bytes) { return parse_whole(bytes).error; };
  const std::string digits(65536, '1');
  CHECK(error(std::string(65536, 'A')).empty());
  CHECK(error(std::string(65537, 'A')) == "ERR Protocol error: too big inline request");
  CHECK(parse_whole(std::string(70000, 'A') + "\n").requests ==
        std::vector<Request>{{std::string(70000, 'A')}});
  CHECK(error("*" + digits.substr(1)).empty());
  CHECK(error("*" + digits) == "ERR Protocol error: too big mbulk count string");
  CHECK(error("*" + digits + "\r\n") == "ERR Protocol error: invalid multibulk length");
  CHECK(error("*1\r\n$" + digits.substr(1)).empty());
  CHECK(error("*1\r\n$" + digits) == "ERR Protocol error: too big bulk count string");
  CHECK(error("*1\r\n$" + digits + "\r\n") == "ERR Protocol error: invalid bulk length");
}

TEST_CASE("request_parser: before authentication requests are small", "[request_parser]") {
  CHECK(error_of("*11\r\n", kUnauthenticated) == "ERR Protocol error: unauthenticated multibulk length");
  CHECK(is_incomplete("*10\r\n", kUnauthenticated));
  CHECK(error_of("*1\r\n$16385\r\n", kUnauthenticated) == "ERR Protocol error: unauthenticated bulk length");
  CHECK(is_incomplete("*1\r\n$16384\r\n", kUnauthenticated));
  // All arguments together, and lines, hold no more than the longest password needs.
  const std::string most(16384, 'x');
  CHECK(is_incomplete("*3\r\n$4\r\nAUTH\r\n$16384\r\n" + most + "\r\n$900\r\n", kUnauthenticated));
  CHECK(error_of("*3\r\n$4\r\nAUTH\r\n$16384\r\n" + most + "\r\n$1100\r\n", kUnauthenticated) ==
        "ERR Protocol error: unauthenticated bulk length");
  CHECK(is_incomplete(std::string(17 * 1024, 'x'), kUnauthenticated));
  CHECK(error_of(std::string(17 * 1024 + 1, 'x'), kUnauthenticated) ==
        "ERR Protocol error: too big inline request");
  // The general limits are asked first.
  CHECK(error_of("*2147483648\r\n", kUnauthenticated) == "ERR Protocol error: invalid multibulk length");
  CHECK(error_of("*1\r\n$536870913\r\n", kUnauthenticated) == "ERR Protocol error: invalid bulk length");
  CHECK(parse_whole("a b c d e f g h i j k l m\r\n", kUnauthenticated).requests[0].size() == 13);
}

TEST_CASE("request_parser: requests before an error are still read", "[request_parser]") {
  const Stream stream = parse_all_ways("PING\r\n*1\r\n$4\r\nPING\r\n*x\r\nPING\r\n");
  CHECK(stream.requests == std::vector<Request>{{"PING"}, {"PING"}});
  CHECK(stream.error == "ERR Protocol error: invalid multibulk length");
}
