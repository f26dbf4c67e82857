#include "engine/rdb/payload.h"

#include <algorithm>

#include "engine/rdb/crc64.h"
#include "engine/rdb/format.h"

namespace redouble {
namespace {

constexpr std::size_t kVersionSize = 2;
constexpr std::size_t kFooterSize = kVersionSize + 8;

}  // namespace

std::string dump_payload(const Entry& entry, LzfCompressor* compressor) {
  std::string payload;
  RdbWriter out(payload, compressor);
  out.byte(rdb_kind_of(entry));
  write_value(out, entry);
  out.byte(rdb::kVersion);
  out.byte(0);
  out.fixed64(crc64(payload));
  return payload;
}

bool check_payload(std::string_view payload) {
  if (payload.size() < kFooterSize) return false;
  const std::size_t body = payload.size() - kFooterSize;
  RdbReader footer(payload.substr(body));
  const unsigned low = footer.byte();
  const unsigned version = low | unsigned{footer.byte()} << 8;
  return version <= rdb::kVersion && footer.fixed64() == crc64(payload.substr(0, body + kVersionSize));
}

std::string_view payload_body(std::string_view payload) {
  return payload.substr(0, payload.size() - kFooterSize);
}

// As in Redis nobody minds bytes behind the value, nor a value that takes the footer's for its own.
std::optional<RdbValue> read_payload(std::string_view payload, const RdbContext& context) {
  RdbReader in(payload, longest_string(context.config));
  const std::uint8_t kind = in.byte();
  RdbValue value = read_value(in, kind, context);
  if (!in.ok() || is_empty(value)) return std::nullopt;
  return value;
}

}  // namespace redouble
