#include "scripting/function_payload.h"

#include "engine/rdb/crc64.h"
#include "engine/rdb/format.h"
#include "engine/rdb/payload.h"
#include "engine/rdb/reader.h"
#include "engine/rdb/writer.h"
#include "protocol/errors.h"

namespace redouble {

std::string make_function_payload(const std::vector<std::string>& codes, LzfCompressor* compressor) {
  std::string payload;
  RdbWriter out(payload, compressor);
  for (const auto& code : codes) {
    out.byte(rdb::kFunction);
    out.string(code);
  }
  out.byte(rdb::kVersion);
  out.byte(0);
  out.fixed64(crc64(payload));
  return payload;
}

std::string_view read_function_payload(std::string_view payload, std::vector<std::string>& codes) {
  if (!check_payload(payload)) return err::bad_payload_footer;
  RdbReader in(payload_body(payload));
  std::string scratch;
  while (in.left() > 0) {
    const std::uint8_t opcode = in.byte();
    if (opcode == rdb::kFunctionOld) return err::old_function_format;
    if (opcode != rdb::kFunction) return err::not_a_function;
    codes.emplace_back(in.string(scratch));
    if (!in.ok()) return err::broken_function_payload;
  }
  return {};
}

}  // namespace redouble
