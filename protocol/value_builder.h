// A reply sink that builds a C++ value tree: what in-process calls return.
#pragma once

#include <redouble/value.h>

#include <vector>

#include "protocol/number.h"
#include "protocol/reply.h"

namespace redouble {

class ValueBuilder final : public Reply {
 public:
  explicit ValueBuilder(int protocol = 3) : protocol_(protocol) {}

  void status(std::string_view text) override { add(Value::status(text)); }
  void error(std::string_view text) override { add(Value::error(text)); }
  void integer(std::int64_t number) override { add(Value(number)); }
  void bulk(std::string_view bytes) override { add(Value(bytes)); }
  void null() override { add(Value()); }
  void null_array() override { add(Value()); }
  void array(std::size_t n) override { open(Value::array({}), n); }
  void map(std::size_t n) override { open(protocol_ == 3 ? Value::map({}) : Value::array({}), n * 2); }
  void set(std::size_t n) override { open(protocol_ == 3 ? Value::set({}) : Value::array({}), n); }
  void push(std::size_t n) override { open(protocol_ == 3 ? Value::push({}) : Value::array({}), n); }
  void real(double number) override { real_text(number, format_double(number)); }
  void real_text(double number, std::string_view text) override {
    add(protocol_ == 3 ? Value::real(number) : Value(text));
  }
  void boolean(bool truth) override { add(protocol_ == 3 ? Value::boolean(truth) : Value(truth ? 1 : 0)); }
  void big_number(std::string_view digits) override {
    add(protocol_ == 3 ? Value::big_number(digits) : Value(digits));
  }
  void verbatim(std::string_view, std::string_view text) override {
    add(protocol_ == 3 ? Value::verbatim(text) : Value(text));
  }
  /// Attributes are built and dropped: they are not part of the value.
  void attribute(std::size_t n) override { open(Value::map({}), n * 2, true); }

  int protocol() const override { return protocol_; }

  bool complete() const { return done_; }
  /// The finished value; the builder is then ready for the next reply.
  Value take() {
    done_ = false;
    return std::move(result_);
  }

 private:
  struct Open {
    Value value;
    std::size_t missing;
    bool dropped;
  };

  void add(Value value);
  void open(Value aggregate, std::size_t n, bool dropped = false);

  int protocol_;
  bool done_ = false;
  Value result_;
  std::vector<Open> open_;
};

}  // namespace redouble
