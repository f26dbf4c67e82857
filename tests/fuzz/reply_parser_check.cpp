// Reads the same bytes at once and in pieces, and compares; then writes what was read and reads it again.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "protocol/buffer.h"
#include "protocol/reply_parser.h"
#include "protocol/resp_writer.h"
#include "tests/fuzz/checks.h"
#include "tests/fuzz/pieces.h"

namespace redouble {
namespace {

struct Read {
  std::vector<Value> replies;
  std::vector<Value> attributes;
  std::string error;
  bool idle = false;
  bool operator==(const Read&) const = default;
};

Read read_in_pieces(std::string_view stream, const ReplyParser::Limits& limits, std::size_t piece) {
  Read read;
  ReplyParser parser(limits);
  while (!stream.empty() && !parser.failed()) {
    const ExactCopy copy(stream.substr(0, piece));
    stream.remove_prefix(copy.size);
    parser.feed(copy.view());
    while (auto reply = parser.next()) {
      read.replies.push_back(std::move(*reply));
      read.attributes.push_back(parser.attributes());
    }
  }
  read.error = parser.error();
  read.idle = parser.idle();
  return read;
}

// Line breaks in errors become spaces when they are written.
bool is_one_line(std::string_view text) {
  return text.find_first_of("\r\n") == std::string_view::npos;
}

bool write(Reply& reply, const Value& value) {
  switch (value.kind()) {
    case Value::Kind::null:
      reply.null();
      return true;
    case Value::Kind::status:
      reply.status(value.text());
      return true;
    case Value::Kind::error:
      reply.error(value.text());
      return is_one_line(value.text());
    case Value::Kind::integer:
      reply.integer(value.integer());
      return true;
    case Value::Kind::bulk:
      reply.bulk(value.text());
      return true;
    case Value::Kind::real:
      reply.real(value.real());
      return true;
    case Value::Kind::boolean:
      reply.boolean(value.truth());
      return true;
    case Value::Kind::big_number:
      reply.big_number(value.text());
      return true;
    case Value::Kind::verbatim:
      reply.verbatim("txt", value.text());
      return true;
    case Value::Kind::array:
      reply.array(value.size());
      break;
    case Value::Kind::map:
      reply.map(value.size() / 2);
      break;
    case Value::Kind::set:
      reply.set(value.size());
      break;
    case Value::Kind::push:
      reply.push(value.size());
      break;
  }
  return std::all_of(value.items().begin(), value.items().end(),
                     [&](const Value& item) { return write(reply, item); });
}

std::string round_trip_problem(const std::vector<Value>& replies) {
  for (const Value& value : replies) {
    Buffer bytes;
    RespWriter writer(bytes, 3);
    if (!write(writer, value)) continue;
    const Read again = read_in_pieces(bytes.view(), ReplyParser::Limits{}, bytes.view().size());
    if (!again.error.empty()) return "written again, refused: " + again.error;
    if (again.replies != std::vector<Value>{value}) return "written again, another reply";
  }
  return {};
}

}  // namespace

std::string reply_parser_problem(std::string_view input) {
  if (input.size() < 2) return {};
  const auto choice = static_cast<std::uint8_t>(input.front());
  ReplyParser::Limits limits;
  if ((choice & 1) != 0) limits = {.depth = 4, .bulk_bytes = 64, .line_bytes = 32, .elements = 32};
  const std::size_t piece = std::size_t{1} << ((choice >> 1) & 7);
  const auto stream = input.substr(1);
  const Read whole = read_in_pieces(stream, limits, stream.size());
  if (whole != read_in_pieces(stream, limits, piece))
    return "in pieces of " + std::to_string(piece) + ", other replies";
  return round_trip_problem(whole.replies);
}

}  // namespace redouble
