#include "protocol/resp_writer.h"

#include <array>
#include <cstdint>
#include <cstring>

#include "protocol/number.h"

namespace redouble {
namespace {

// Two pieces that overlap where there are less than two full ones.
template <class Piece>
void copy_both_ends(std::string_view bytes, char* to) {
  Piece front, back;
  const std::size_t behind = bytes.size() - sizeof(Piece);
  std::memcpy(&front, bytes.data(), sizeof(Piece));
  std::memcpy(&back, bytes.data() + behind, sizeof(Piece));
  std::memcpy(to, &front, sizeof(Piece));
  std::memcpy(to + behind, &back, sizeof(Piece));
}

// Elements of a collection are short: a call of memcpy for each costs more than the copying.
char* copy(std::string_view bytes, char* to) {
  const std::size_t size = bytes.size();
  if (size > 32)
    std::memcpy(to, bytes.data(), size);
  else if (size >= 16)
    copy_both_ends<std::array<char, 16>>(bytes, to);
  else if (size >= 8)
    copy_both_ends<std::uint64_t>(bytes, to);
  else if (size >= 4)
    copy_both_ends<std::uint32_t>(bytes, to);
  else
    for (std::size_t i = 0; i < size; ++i) to[i] = bytes[i];
  return to + size;
}

}  // namespace

void RespWriter::line(char type, std::string_view text) {
  char* p = out_->reserve(text.size() + 3);
  *p++ = type;
  if (!text.empty()) std::memcpy(p, text.data(), text.size());
  std::memcpy(p + text.size(), "\r\n", 2);
  out_->commit(text.size() + 3);
}

void RespWriter::header(char type, std::int64_t number) {
  char* p = out_->reserve(24);
  *p = type;
  const std::size_t n =
      number < 0 ? format_int64(number, p + 1) : format_size(static_cast<std::size_t>(number), p + 1);
  std::memcpy(p + 1 + n, "\r\n", 2);
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
  char* start = out_->reserve(bytes.size() + 26);
  char* p = start;
  *p++ = '$';
  p += format_size(bytes.size(), p);
  std::memcpy(p, "\r\n", 2);
  p = copy(bytes, p + 2);
  std::memcpy(p, "\r\n", 2);
  out_->commit(static_cast<std::size_t>(p + 2 - start));
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
