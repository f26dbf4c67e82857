// A reply as a value tree, its parser and its one-line form, for RESP2 and RESP3.
// The oracle keeps its own parser so that a fault in redouble's cannot hide itself.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace redouble::oracle {

struct Reply {
  enum class Kind {
    simple,
    error,
    integer,
    bulk,
    null_bulk,
    null_array,
    null,
    boolean,
    number,
    big_number,
    bulk_error,
    verbatim,
    array,
    set,
    map,  // items hold key, value, key, value, ...
    push,
    closed,   // the connection ended instead of a reply
    silence,  // nothing came in time
    garbage,  // bytes that are no RESP
  };
  Kind kind = Kind::silence;
  std::string text;  // of scalars, as sent
  std::vector<Reply> items;

  bool operator==(const Reply&) const = default;
  bool is_error() const { return kind == Kind::error || kind == Kind::bulk_error; }
  bool is_aggregate() const {
    return kind == Kind::array || kind == Kind::set || kind == Kind::map || kind == Kind::push;
  }
  // No more replies can come after one of these.
  bool is_end() const { return kind == Kind::closed || kind == Kind::silence || kind == Kind::garbage; }
};

enum class Parsed { whole, partial, broken };

// Parses one reply at `at`; advances `at` only when the reply is whole.
Parsed parse_reply(std::string_view bytes, size_t& at, Reply& reply);

// One line of text, e.g. `+OK`, `:1`, `"bulk"`, `[1: .., 2: ..]`; different replies differ in it.
std::string describe(const Reply& reply);

}  // namespace redouble::oracle
