// RESP2 and RESP3 bytes: the reply sink of a connection.
// The buffer belongs to the caller; it and the protocol version can change between replies (CLIENT REPLY,
// HELLO).
#pragma once

#include "protocol/buffer.h"
#include "protocol/reply.h"

namespace redouble {

class RespWriter final : public Reply {
 public:
  explicit RespWriter(Buffer& out, int protocol = 2) : out_(&out), protocol_(protocol) {}

  void status(std::string_view text) override;
  void error(std::string_view text) override;
  void integer(std::int64_t number) override;
  void bulk(std::string_view bytes) override;
  void null() override;
  void null_array() override;
  void array(std::size_t n) override;
  void map(std::size_t n) override;
  void set(std::size_t n) override;
  void push(std::size_t n) override;
  void real(double number) override;
  void real_text(double number, std::string_view text) override;
  void boolean(bool truth) override;
  void big_number(std::string_view digits) override;
  void verbatim(std::string_view format, std::string_view text) override;
  void attribute(std::size_t n) override;

  int protocol() const override { return protocol_; }
  void set_protocol(int protocol) { protocol_ = protocol; }
  /// Writes to another buffer from here on.
  void redirect(Buffer& out) { out_ = &out; }

 private:
  void line(char type, std::string_view text);
  void header(char type, std::int64_t number);

  Buffer* out_;
  int protocol_;
};

}  // namespace redouble
