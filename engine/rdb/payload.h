// What DUMP answers and RESTORE takes: one value's kind and bytes, two bytes of RDB version, eight of CRC-64.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/rdb/value.h"

namespace redouble {

std::string dump_payload(const Entry& entry, LzfCompressor* compressor);

/// Whether version and checksum are in order.
bool check_payload(std::string_view payload);
/// What stands in front of them. REQUIRES: check_payload(payload).
std::string_view payload_body(std::string_view payload);

/// The value in a payload; nothing when it is corrupt or a collection without members.
std::optional<RdbValue> read_payload(std::string_view payload, const RdbContext& context);

}  // namespace redouble
