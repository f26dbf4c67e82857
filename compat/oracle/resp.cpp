// Implementation of resp.h. Attributes (`|`) are refused as garbage: redis-server 7.0 sends them in
// DEBUG PROTOCOL only, where the case file asks for raw bytes.
#include "resp.h"

#include <optional>

#include "text.h"

namespace redouble::oracle {
namespace {

using Kind = Reply::Kind;

// The line at `at` without its end, or null while it is incomplete.
std::optional<std::string_view> read_line(std::string_view bytes, size_t& at) {
  const auto end = bytes.find("\r\n", at);
  if (end == std::string_view::npos) return std::nullopt;
  const auto line = bytes.substr(at, end - at);
  at = end + 2;
  return line;
}

Parsed parse_bulk(std::string_view bytes, size_t& at, long long length, Reply& reply) {
  const auto size = static_cast<size_t>(length);
  if (bytes.size() - at < size + 2) return Parsed::partial;
  if (bytes.substr(at + size, 2) != "\r\n") return Parsed::broken;
  reply.text = bytes.substr(at, size);
  at += size + 2;
  return Parsed::whole;
}

Parsed parse_items(std::string_view bytes, size_t& at, size_t count, Reply& reply) {
  reply.items.clear();
  for (size_t i = 0; i < count; ++i) {
    Reply item;
    const auto parsed = parse_reply(bytes, at, item);
    if (parsed != Parsed::whole) return parsed;
    reply.items.push_back(std::move(item));
  }
  return Parsed::whole;
}

Parsed parse_sized(std::string_view bytes, size_t& at, char mark, std::string_view line, Reply& reply) {
  const auto length = to_integer(line);
  if (!length || *length < -1) return Parsed::broken;
  if (*length == -1) {
    if (mark != '$' && mark != '*') return Parsed::broken;
    reply.kind = mark == '$' ? Kind::null_bulk : Kind::null_array;
    return Parsed::whole;
  }
  const auto count = static_cast<size_t>(*length);
  switch (mark) {
    case '$':
      reply.kind = Kind::bulk;
      return parse_bulk(bytes, at, *length, reply);
    case '!':
      reply.kind = Kind::bulk_error;
      return parse_bulk(bytes, at, *length, reply);
    case '=':
      reply.kind = Kind::verbatim;
      return parse_bulk(bytes, at, *length, reply);
    case '*':
      reply.kind = Kind::array;
      return parse_items(bytes, at, count, reply);
    case '~':
      reply.kind = Kind::set;
      return parse_items(bytes, at, count, reply);
    case '>':
      reply.kind = Kind::push;
      return parse_items(bytes, at, count, reply);
    default:
      reply.kind = Kind::map;
      return parse_items(bytes, at, count * 2, reply);
  }
}

std::string describe_items(const Reply& reply, std::string_view open, std::string_view close) {
  std::string text(open);
  const bool map = reply.kind == Kind::map;
  for (size_t i = 0; i < reply.items.size(); ++i) {
    if (i > 0) text += map && i % 2 == 1 ? " => " : ", ";
    text += describe(reply.items[i]);
  }
  text += close;
  return text;
}

}  // namespace

Parsed parse_reply(std::string_view bytes, size_t& at, Reply& reply) {
  size_t position = at;
  if (position >= bytes.size()) return Parsed::partial;
  const char mark = bytes[position++];
  static constexpr std::string_view kMarks = "+-:$*_#,(!=~%>";
  if (kMarks.find(mark) == std::string_view::npos) return Parsed::broken;
  const auto line = read_line(bytes, position);
  if (!line) return Parsed::partial;
  auto parsed = Parsed::whole;
  reply = Reply{};
  switch (mark) {
    case '+':
      reply = {Kind::simple, std::string(*line), {}};
      break;
    case '-':
      reply = {Kind::error, std::string(*line), {}};
      break;
    case ':':
      reply = {Kind::integer, std::string(*line), {}};
      break;
    case '_':
      reply.kind = Kind::null;
      break;
    case '#':
      reply = {Kind::boolean, std::string(*line), {}};
      break;
    case ',':
      reply = {Kind::number, std::string(*line), {}};
      break;
    case '(':
      reply = {Kind::big_number, std::string(*line), {}};
      break;
    default:
      parsed = parse_sized(bytes, position, mark, *line, reply);
  }
  if (parsed == Parsed::whole) at = position;
  return parsed;
}

std::string describe(const Reply& reply) {
  switch (reply.kind) {
    case Kind::simple:
      return "+" + escape(reply.text);
    case Kind::error:
      return "-" + escape(reply.text);
    case Kind::integer:
      return ":" + escape(reply.text);
    case Kind::bulk:
      return '"' + escape(reply.text) + '"';
    case Kind::null_bulk:
      return "$nil";
    case Kind::null_array:
      return "*nil";
    case Kind::null:
      return "_";
    case Kind::boolean:
      return "#" + escape(reply.text);
    case Kind::number:
      return "," + escape(reply.text);
    case Kind::big_number:
      return "(" + escape(reply.text);
    case Kind::bulk_error:
      return "!\"" + escape(reply.text) + '"';
    case Kind::verbatim:
      return "=\"" + escape(reply.text) + '"';
    case Kind::array:
      return describe_items(reply, "[", "]");
    case Kind::set:
      return describe_items(reply, "~[", "]");
    case Kind::map:
      return describe_items(reply, "{", "}");
    case Kind::push:
      return describe_items(reply, ">[", "]");
    case Kind::closed:
      return "(connection closed)";
    case Kind::silence:
      return "(no reply in time)";
    case Kind::garbage:
      return "(no RESP: \"" + escape(reply.text) + "\")";
  }
  return {};
}

}  // namespace redouble::oracle
