// Reads RESP2 and RESP3 replies into value trees, incrementally: bytes may arrive split anywhere.
//
// For tests, tools and the in-process client; the server itself reads requests. What a peer sends is bounded
// in depth, size and number of elements. After an error the parser stays failed: the stream has lost its
// place. A new type byte gets a case in read_line_reply or open_aggregate.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "redouble/value.h"

namespace redouble {

class ReplyParser {
 public:
  struct Limits {
    std::size_t depth = 128;                     // aggregates inside each other
    std::size_t bulk_bytes = 512 * 1024 * 1024;  // one bulk string, blob error or verbatim string
    std::size_t line_bytes = 64 * 1024;          // one status, error, number or header
    std::size_t elements = 16 * 1024 * 1024;     // in one reply, nested ones counted
  };

  ReplyParser() = default;
  explicit ReplyParser(Limits limits) : limits_(limits) {}

  // Takes over more bytes from the peer.
  void feed(std::string_view bytes);

  // The next whole reply; none when bytes are missing or the parser has failed.
  std::optional<Value> next();

  // The attributes (`|`) that stood before the last reply of next(), as a map; null when there were none.
  // Attributes inside a reply are read and left out.
  const Value& attributes() const { return attributes_; }

  bool failed() const { return !error_.empty(); }
  // What was wrong; empty while nothing is.
  const std::string& error() const { return error_; }

  // Bytes that were fed and belong to no reply of next() yet, not counting those already taken into the tree.
  std::size_t unread() const { return buffer_.size() - position_; }
  // True between replies: nothing of a next one has arrived.
  bool idle() const { return unread() == 0 && open_.empty() && !bulk_ && pending_attributes_.is_null(); }

 private:
  struct Aggregate {
    char type;
    std::size_t missing;  // elements still to come
    std::vector<Value> items;
  };
  struct Bulk {
    char type;
    std::size_t size;
  };

  std::optional<std::string_view> take_line();
  // Each yields a finished value, or none: an aggregate was opened, bytes are missing (starved_), or failed.
  std::optional<Value> read_element();
  std::optional<Value> read_line_reply(char type, std::string_view payload);
  std::optional<Value> open_bulk(char type, std::string_view payload);
  std::optional<Value> read_bulk();
  std::optional<Value> open_aggregate(char type, std::string_view payload);
  std::optional<std::size_t> read_length(char type, std::string_view payload);
  // Puts a finished value where it belongs and closes what is complete; yields a whole reply.
  std::optional<Value> settle(std::optional<Value> value);
  std::optional<Value> fail(std::string message);

  Limits limits_{};
  std::string buffer_;
  std::size_t position_ = 0;
  std::size_t scanned_ = 0;  // bytes behind position_ known to hold no line end
  std::vector<Aggregate> open_;
  bool starved_ = false;
  std::optional<Bulk> bulk_;  // a header was read, its bytes are due
  std::size_t elements_ = 0;
  Value pending_attributes_;
  Value attributes_;
  std::string error_;
};

}  // namespace redouble
