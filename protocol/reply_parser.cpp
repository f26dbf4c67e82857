// An explicit stack of open aggregates stands where a recursive reader would need all bytes at once.
#include "protocol/reply_parser.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "protocol/number.h"

namespace redouble {
namespace {

constexpr std::size_t kKeptBytes = 64 * 1024;  // consumed bytes in front of the buffer before it is moved up
constexpr std::size_t kReservedItems =
    1024;  // a header's count is a claim: reserve no more ahead of elements

std::string printable(char c) {
  if (c > ' ' && c < '\x7f') return std::string("'") + c + "'";
  const auto byte = static_cast<unsigned char>(c);
  return std::string("byte 0x") + "0123456789abcdef"[byte >> 4] + "0123456789abcdef"[byte & 15];
}

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text.substr(0, 40)) result += c >= ' ' && c < '\x7f' ? c : '?';
  return result + "\"";
}

bool is_big_number(std::string_view text) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

Value make_aggregate(char type, std::vector<Value> items) {
  switch (type) {
    case '%':
    case '|':
      return Value::map(std::move(items));
    case '~':
      return Value::set(std::move(items));
    case '>':
      return Value::push(std::move(items));
    default:
      return Value::array(std::move(items));
  }
}

std::optional<double> parse_reply_double(std::string_view text) {
  if (text == "nan" || text == "-nan") return std::numeric_limits<double>::quiet_NaN();
  return parse_double(text);
}

}  // namespace

void ReplyParser::feed(std::string_view bytes) {
  if (failed()) return;
  if (position_ == buffer_.size() || position_ >= kKeptBytes) {
    buffer_.erase(0, position_);
    position_ = 0;
  }
  buffer_ += bytes;
}

std::optional<Value> ReplyParser::next() {
  while (!failed()) {
    starved_ = false;
    auto element = read_element();
    if (starved_ || failed()) break;
    auto reply = settle(std::move(element));
    if (!reply) continue;
    attributes_ = std::exchange(pending_attributes_, Value());
    elements_ = 0;
    return reply;
  }
  return std::nullopt;
}

std::optional<Value> ReplyParser::settle(std::optional<Value> value) {
  while (true) {
    if (value) {
      if (open_.empty()) return value;
      open_.back().items.push_back(std::move(*value));
      --open_.back().missing;
      value.reset();
    }
    if (open_.empty() || open_.back().missing > 0) return std::nullopt;
    Aggregate done = std::move(open_.back());
    open_.pop_back();
    value = make_aggregate(done.type, std::move(done.items));
    if (done.type != '|') continue;
    if (open_.empty()) pending_attributes_ = std::move(*value);
    value.reset();
  }
}

std::optional<std::string_view> ReplyParser::take_line() {
  const std::size_t end = buffer_.find_first_of("\r\n", position_ + scanned_);
  const std::size_t size = (end == std::string::npos ? buffer_.size() : end) - position_;
  if (size > limits_.line_bytes) {
    fail("a line is longer than " + std::to_string(limits_.line_bytes) + " bytes");
    return std::nullopt;
  }
  scanned_ = size;
  starved_ = end == std::string::npos || (buffer_[end] == '\r' && end + 1 == buffer_.size());
  if (starved_) return std::nullopt;
  if (buffer_[end] == '\n') {
    fail("a line ends without a carriage return: " + quoted({buffer_.data() + position_, size}));
    return std::nullopt;
  }
  if (buffer_[end + 1] != '\n') {
    fail("a carriage return stands inside a line: " + quoted({buffer_.data() + position_, size}));
    return std::nullopt;
  }
  const std::string_view line(buffer_.data() + position_, size);
  position_ = end + 2;
  scanned_ = 0;
  return line;
}

std::optional<Value> ReplyParser::read_element() {
  if (bulk_) return read_bulk();
  const auto line = take_line();
  if (!line) return std::nullopt;
  if (line->empty()) return fail("an empty line stands where a reply should start");
  const char type = (*line)[0];
  const std::string_view payload = line->substr(1);
  switch (type) {
    case '$':
    case '!':
    case '=':
      return open_bulk(type, payload);
    case '*':
    case '%':
    case '~':
    case '>':
    case '|':
      return open_aggregate(type, payload);
    default:
      return read_line_reply(type, payload);
  }
}

std::optional<Value> ReplyParser::read_line_reply(char type, std::string_view payload) {
  switch (type) {
    case '+':
      return Value::status(payload);
    case '-':
      return Value::error(payload);
    case ':':
      if (const auto number = parse_int64(payload)) return Value(*number);
      return fail("not an integer: " + quoted(payload));
    case '_':
      if (payload.empty()) return Value();
      return fail("a null carries text: " + quoted(payload));
    case '#':
      if (payload == "t" || payload == "f") return Value::boolean(payload == "t");
      return fail("not a boolean: " + quoted(payload));
    case ',':
      if (const auto number = parse_reply_double(payload)) return Value::real(*number);
      return fail("not a double: " + quoted(payload));
    case '(':
      if (is_big_number(payload)) return Value::big_number(payload);
      return fail("not a big number: " + quoted(payload));
    case ';':
    case '.':
      return fail("streamed replies are not supported: " + printable(type) + " received");
    default:
      return fail("unknown reply type " + printable(type));
  }
}

std::optional<std::size_t> ReplyParser::read_length(char type, std::string_view payload) {
  if (payload == "?") {
    fail("streamed replies are not supported: " + std::string(1, type) + "? received");
    return std::nullopt;
  }
  const auto length = parse_int64(payload);
  if (!length || *length < 0) {
    fail("not a length after " + printable(type) + ": " + quoted(payload));
    return std::nullopt;
  }
  return static_cast<std::size_t>(*length);
}

std::optional<Value> ReplyParser::open_bulk(char type, std::string_view payload) {
  if (type == '$' && payload == "-1") return Value();
  const auto size = read_length(type, payload);
  if (!size) return std::nullopt;
  if (*size > limits_.bulk_bytes) {
    return fail("a bulk string of " + std::to_string(*size) + " bytes passes the limit of " +
                std::to_string(limits_.bulk_bytes));
  }
  bulk_ = Bulk{type, *size};
  return read_bulk();
}

std::optional<Value> ReplyParser::read_bulk() {
  const auto [type, size] = *bulk_;
  starved_ = unread() < size + 2;
  if (starved_) return std::nullopt;
  const std::string_view text(buffer_.data() + position_, size);
  if (buffer_.compare(position_ + size, 2, "\r\n") != 0) return fail("a bulk string does not end with CR LF");
  position_ += size + 2;
  bulk_.reset();
  if (type == '!') return Value::error(text);
  if (type == '$') return Value(text);
  if (text.size() < 4 || text[3] != ':') return fail("a verbatim string has no format: " + quoted(text));
  return Value::verbatim(text.substr(4));
}

std::optional<Value> ReplyParser::open_aggregate(char type, std::string_view payload) {
  if (type == '*' && payload == "-1") return Value();
  auto count = read_length(type, payload);
  if (!count) return std::nullopt;
  const bool pairs = type == '%' || type == '|';
  if (*count > limits_.elements / (pairs ? 2 : 1)) {
    return fail("an aggregate of " + std::to_string(*count) + " elements passes the limit");
  }
  if (pairs) *count *= 2;
  elements_ += *count;
  if (elements_ > limits_.elements) {
    return fail("a reply has more than " + std::to_string(limits_.elements) + " elements");
  }
  if (open_.size() == limits_.depth) {
    return fail("a reply is nested deeper than " + std::to_string(limits_.depth) + " levels");
  }
  Aggregate aggregate{type, *count, {}};
  aggregate.items.reserve(std::min(*count, kReservedItems));
  open_.push_back(std::move(aggregate));
  return std::nullopt;
}

std::optional<Value> ReplyParser::fail(std::string message) {
  error_ = std::move(message);
  open_.clear();
  bulk_.reset();
  buffer_.clear();
  position_ = 0;
  return std::nullopt;
}

}  // namespace redouble
