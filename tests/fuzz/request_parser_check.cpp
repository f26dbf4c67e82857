// Parses the same bytes at once and in pieces, each time from a fresh copy so that a view kept too long is a
// use after free, and compares. Requests that came out must come out again when written in the plain form.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "protocol/request_parser.h"
#include "tests/fuzz/checks.h"
#include "tests/fuzz/pieces.h"

namespace redouble {
namespace {

using Request = std::vector<std::string>;

// Words of a request that is parsed in one pass, if there is room for them.
constexpr std::size_t kMostQuick = 99;

struct Parsed {
  std::vector<Request> requests;
  std::string error;    // the reply that closes the connection, empty if none
  std::string problem;  // a broken promise of the parser, empty if none
};

// Gives the parser `piece` more bytes whenever it has too few, and room for so many words.
Parsed parse_in_pieces(std::string_view stream, const RequestParser::Limits& limits, std::size_t piece,
                       std::size_t words) {
  Parsed parsed;
  RequestParser parser;
  std::vector<std::string_view> room(words);
  std::size_t begin = 0;
  std::size_t end = std::min(piece, stream.size());
  while (true) {
    const ExactCopy copy(stream.substr(begin, end - begin));
    const auto status = parser.parse(copy.view(), limits, room);
    if (status == RequestParser::Status::error) {
      parsed.error = parser.error();
      if (parsed.error.empty()) parsed.problem = "an error without a text";
      return parsed;
    }
    if (status == RequestParser::Status::request) {
      if (parser.consumed() == 0 || parser.consumed() > copy.size) {
        parsed.problem = "consumed " + std::to_string(parser.consumed()) + " of " + std::to_string(copy.size);
        return parsed;
      }
      parsed.requests.emplace_back(parser.argv().begin(), parser.argv().end());
      begin += parser.consumed();
      if (begin == stream.size()) return parsed;
      end = std::max(end, std::min(begin + 1, stream.size()));
      continue;
    }
    if (parser.wanted() != 0 && parser.wanted() <= copy.size) {
      parsed.problem = "wants " + std::to_string(parser.wanted()) + " bytes and has them";
      return parsed;
    }
    if (end == stream.size()) return parsed;
    end = std::min(end + piece, stream.size());
  }
}

std::string plain_form(const Request& request) {
  std::string text = "*" + std::to_string(request.size()) + "\r\n";
  for (const auto& argument : request) {
    text += "$" + std::to_string(argument.size()) + "\r\n" + argument + "\r\n";
  }
  return text;
}

std::string round_trip_problem(const Parsed& parsed) {
  std::vector<Request> with_arguments;
  std::string text;
  for (const auto& request : parsed.requests) {
    if (request.empty()) continue;
    with_arguments.push_back(request);
    text += plain_form(request);
  }
  const auto again = parse_in_pieces(text, RequestParser::Limits{}, text.size(), kMostQuick);
  if (!again.problem.empty()) return again.problem;
  if (!again.error.empty()) return "written in the plain form, refused: " + again.error;
  return again.requests == with_arguments ? "" : "written in the plain form, another request";
}

}  // namespace

std::string request_parser_problem(std::string_view input) {
  if (input.size() < 2) return "";
  const auto choice = static_cast<std::uint8_t>(input.front());
  RequestParser::Limits limits;
  limits.authenticated = (choice & 1) == 0;
  if ((choice & 2) != 0) limits.max_bulk = 64;
  const std::size_t piece = std::size_t{1} << ((choice >> 2) & 7);
  const auto stream = input.substr(1);

  const auto whole = parse_in_pieces(stream, limits, stream.size(), kMostQuick);
  if (!whole.problem.empty()) return whole.problem;
  const auto split = parse_in_pieces(stream, limits, piece, 0);
  if (!split.problem.empty()) return split.problem + " (in pieces of " + std::to_string(piece) + ")";
  if (whole.requests != split.requests || whole.error != split.error) {
    return "at once " + std::to_string(whole.requests.size()) + " requests, then '" + whole.error +
           "'; in pieces of " + std::to_string(piece) + ", " + std::to_string(split.requests.size()) +
           " requests, then '" + split.error + "'";
  }
  return round_trip_problem(whole);
}

}  // namespace redouble
