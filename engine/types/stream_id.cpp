#include "engine/types/stream_id.h"

#include "protocol/quoted.h"

namespace redouble {
namespace {

constexpr std::size_t kLongestId = 127;

}  // namespace

StreamIdText format_stream_id(StreamId id) {
  StreamIdText text;
  std::size_t n = format_uint64(id.ms, text.data());
  text.data()[n++] = '-';
  n += format_uint64(id.seq, text.data() + n);
  text.resize(n);
  return text;
}

std::optional<NewStreamId> parse_new_stream_id(std::string_view text) {
  if (text.size() > kLongestId) return std::nullopt;
  text = until_nul(text);
  const std::size_t dash = text.find('-');
  const auto ms = parse_uint64(text.substr(0, dash));
  if (!ms) return std::nullopt;
  if (dash == std::string_view::npos) return NewStreamId{{*ms, 0}};
  if (text.substr(dash + 1) == "*") return NewStreamId{{*ms, 0}, true};
  const auto seq = parse_uint64(text.substr(dash + 1));
  if (!seq) return std::nullopt;
  return NewStreamId{{*ms, *seq}};
}

std::optional<StreamId> parse_exact_stream_id(std::string_view text, std::uint64_t missing_seq) {
  const auto id = parse_new_stream_id(text);
  if (!id || id->any_seq) return std::nullopt;
  const bool whole = missing_seq == 0 || until_nul(text).find('-') != std::string_view::npos;
  return whole ? id->id : StreamId{id->id.ms, missing_seq};
}

std::optional<StreamId> parse_stream_id(std::string_view text, std::uint64_t missing_seq) {
  if (text.size() <= kLongestId) {
    if (until_nul(text) == "-") return kFirstStreamId;
    if (until_nul(text) == "+") return kLastStreamId;
  }
  return parse_exact_stream_id(text, missing_seq);
}

std::optional<StreamBound> parse_stream_bound(std::string_view text, std::uint64_t missing_seq) {
  const bool exclusive = text.size() > 1 && text[0] == '(';
  const auto id =
      exclusive ? parse_exact_stream_id(text.substr(1), missing_seq) : parse_stream_id(text, missing_seq);
  if (!id) return std::nullopt;
  return StreamBound{*id, exclusive};
}

}  // namespace redouble
