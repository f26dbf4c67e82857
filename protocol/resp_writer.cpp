#include "protocol/resp_writer.h"

#include <cstring>

#include "protocol/copy_bytes.h"
#include "protocol/number.h"

namespace redouble {
namespace {

char* end_line(char* at) {
  std::memcpy(at, "\r\n", 2);
  return at + 2;
}

}  // namespace

void RespWriter::line(char type, std::string_view text) {
  char* const p = out_->reserve(text.size() + 3);
  *p = type;
  end_line(copy_bytes(text, p + 1));
  out_->commit(text.size() + 3);
}

void RespWriter::header(char type, std::int64_t number) {
  char* const p = out_->reserve(24);
  *p = type;
  if (number >= 0 && number < 10) {
    p[1] = static_cast<char>('0' + number);
    end_line(p + 2);
    return out_->commit(4);
  }
  const std::size_t n =
      number < 0 ? format_int64(number, p + 1) : format_size(static_cast<std::size_t>(number), p + 1);
  end_line(p + 1 + n);
  out_->commit(n + 3);
}

void RespWriter::status(std::string_view text) {
  line('+', text);
}

// Line breaks inside an error or a status would let a caller forge replies: they become spaces, as in Redis.
void RespWriter::error(std::string_view text) {
  const std::size_t n = text.size();
  line('-', text);
  char* written = out_->data() + out_->size() - n - 2;
  for (std::size_t i = 0; i < n; ++i)
    if (written[i] == '\r' || written[i] == '\n') written[i] = ' ';
}

void RespWriter::integer(std::int64_t number) {
  header(':', number);
}

void RespWriter::bulk(std::string_view bytes) {
  char* const start = out_->reserve(bytes.size() + 26);
  *start = '$';
  const std::size_t digits = format_size(bytes.size(), start + 1);
  char* const end = end_line(copy_bytes(bytes, end_line(start + 1 + digits)));
  out_->commit(static_cast<std::size_t>(end - start));
}

void RespWriter::null() {
  out_->append(protocol_ == 3 ? "_\r\n" : "$-1\r\n");
}
void RespWriter::null_array() {
  out_->append(protocol_ == 3 ? "_\r\n" : "*-1\r\n");
}
void RespWriter::array(std::size_t n) {
  header('*', static_cast<std::int64_t>(n));
}

void RespWriter::map(std::size_t n) {
  if (protocol_ == 3)
    header('%', static_cast<std::int64_t>(n));
  else
    header('*', static_cast<std::int64_t>(n * 2));
}

void RespWriter::set(std::size_t n) {
  header(protocol_ == 3 ? '~' : '*', static_cast<std::int64_t>(n));
}
void RespWriter::push(std::size_t n) {
  header(protocol_ == 3 ? '>' : '*', static_cast<std::int64_t>(n));
}

void RespWriter::real(double number) {
  real_text(number, format_double(number));
}

void RespWriter::real_text(double, std::string_view text) {
  if (protocol_ == 3)
    line(',', text);
  else
    bulk(text);
}

void RespWriter::boolean(bool truth) {
  if (protocol_ == 3)
    out_->append(truth ? "#t\r\n" : "#f\r\n");
  else
    header(':', truth ? 1 : 0);
}

void RespWriter::big_number(std::string_view digits) {
  if (protocol_ == 3)
    line('(', digits);
  else
    bulk(digits);
}

void RespWriter::verbatim(std::string_view format, std::string_view text) {
  if (protocol_ != 3) return bulk(text);
  header('=', static_cast<std::int64_t>(text.size() + 4));
  out_->append(format);
  out_->append(':');
  out_->append(text);
  out_->append("\r\n");
}

void RespWriter::attribute(std::size_t n) {
  header('|', static_cast<std::int64_t>(n));
}

}  // namespace redouble
