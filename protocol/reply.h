// The vocabulary of replies. A command says what it answers with these verbs; a sink decides how that
// looks: RESP2 and RESP3 bytes (RespWriter), a C++ value tree (ValueBuilder), Lua values (scripting).
// Invariant: after `array(n)` and its kin exactly n elements follow (2n for `map`).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace redouble {

class Reply {
 public:
  virtual ~Reply() = default;

  virtual void status(std::string_view text) = 0;
  /// `text` starts with its code, without the leading '-'.
  virtual void error(std::string_view text) = 0;
  virtual void integer(std::int64_t number) = 0;
  virtual void bulk(std::string_view bytes) = 0;
  virtual void null() = 0;
  /// A missing aggregate: `*-1` on RESP2, null on RESP3.
  virtual void null_array() = 0;
  virtual void array(std::size_t n) = 0;
  /// n pairs; a flat array of 2n on RESP2.
  virtual void map(std::size_t n) = 0;
  /// An array on RESP2.
  virtual void set(std::size_t n) = 0;
  /// An out-of-band message; an array on RESP2.
  virtual void push(std::size_t n) = 0;
  /// A bulk string on RESP2.
  virtual void real(double number) = 0;
  /// A double in a text of its own, which others need not keep (coordinates).
  virtual void real_text(double number, std::string_view text) {
    static_cast<void>(text);
    real(number);
  }
  /// 1 or 0 on RESP2.
  virtual void boolean(bool truth) = 0;
  /// A bulk string on RESP2.
  virtual void big_number(std::string_view digits) = 0;
  /// `format` has three letters ("txt", "mkd"); a bulk string on RESP2.
  virtual void verbatim(std::string_view format, std::string_view text) = 0;
  /// n attribute pairs ahead of the reply; RESP3 only.
  virtual void attribute(std::size_t n) = 0;

  /// 2 or 3. For replies whose shape, not only its bytes, differs between the two.
  virtual int protocol() const = 0;

  void ok() { status("OK"); }
};

}  // namespace redouble
