// A reply as a value tree: what `Server::call` returns and what the reply parser yields.
// Needs only the C++17 standard library. A Value owns everything in it; copies are deep.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace redouble {

/// One RESP reply of any type. RESP2 has only the first eight kinds; RESP3 adds the rest.
class Value {
 public:
  enum class Kind : std::uint8_t {
    null,        ///< RESP3 `_`, RESP2 `$-1` and `*-1`
    status,      ///< `+OK`
    error,       ///< `-ERR …`, with its code in front
    integer,     ///< `:1`
    bulk,        ///< `$…`
    array,       ///< `*…`
    map,         ///< `%…`: items() holds key, value, key, value …
    set,         ///< `~…`
    push,        ///< `>…`
    real,        ///< `,…`
    boolean,     ///< `#t`, `#f`
    big_number,  ///< `(…`
    verbatim,    ///< `=…`, text without its three-letter format
  };

  Value() = default;
  Value(std::string_view text) : kind_(Kind::bulk), text_(text) {}
  Value(const char* text) : Value(std::string_view(text)) {}
  Value(std::string text) : kind_(Kind::bulk), text_(std::move(text)) {}
  Value(std::int64_t number) : kind_(Kind::integer), integer_(number) {}
  Value(int number) : Value(static_cast<std::int64_t>(number)) {}

  static Value status(std::string_view text) { return Value(Kind::status, text); }
  static Value error(std::string_view text) { return Value(Kind::error, text); }
  static Value big_number(std::string_view digits) { return Value(Kind::big_number, digits); }
  static Value verbatim(std::string_view text) { return Value(Kind::verbatim, text); }
  static Value array(std::vector<Value> items) { return Value(Kind::array, std::move(items)); }
  static Value map(std::vector<Value> pairs) { return Value(Kind::map, std::move(pairs)); }
  static Value set(std::vector<Value> items) { return Value(Kind::set, std::move(items)); }
  static Value push(std::vector<Value> items) { return Value(Kind::push, std::move(items)); }
  static Value real(double number) {
    Value v;
    v.kind_ = Kind::real;
    v.real_ = number;
    return v;
  }
  static Value boolean(bool truth) {
    Value v;
    v.kind_ = Kind::boolean;
    v.integer_ = truth ? 1 : 0;
    return v;
  }

  Kind kind() const { return kind_; }
  bool is_null() const { return kind_ == Kind::null; }
  bool is_error() const { return kind_ == Kind::error; }
  bool is_integer() const { return kind_ == Kind::integer; }
  /// True for array, map, set and push.
  bool is_aggregate() const { return kind_ >= Kind::array && kind_ <= Kind::push; }

  /// The text of a status, error, bulk, big number or verbatim; empty for the other kinds.
  const std::string& text() const { return text_; }
  /// The number of an integer, 1 or 0 of a boolean; 0 for the other kinds.
  std::int64_t integer() const { return integer_; }
  /// The number of a `real`; 0 for the other kinds.
  double real() const { return real_; }
  bool truth() const { return integer_ != 0; }
  /// The elements of an aggregate; keys and values alternate in a map.
  const std::vector<Value>& items() const { return items_; }
  std::vector<Value>& items() { return items_; }
  std::size_t size() const { return items_.size(); }
  const Value& operator[](std::size_t i) const { return items_.at(i); }

  friend bool operator==(const Value& a, const Value& b) {
    return a.kind_ == b.kind_ && a.text_ == b.text_ && a.integer_ == b.integer_ &&
           (a.real_ == b.real_ || (a.real_ != a.real_ && b.real_ != b.real_)) && a.items_ == b.items_;
  }
  friend bool operator!=(const Value& a, const Value& b) { return !(a == b); }

 private:
  Value(Kind kind, std::string_view text) : kind_(kind), text_(text) {}
  Value(Kind kind, std::vector<Value> items) : kind_(kind), items_(std::move(items)) {}

  Kind kind_ = Kind::null;
  std::int64_t integer_ = 0;
  double real_ = 0;
  std::string text_;
  std::vector<Value> items_;
};

}  // namespace redouble
