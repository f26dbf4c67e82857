// What must hold for any bytes that a client gives to RESTORE: they are refused, or what they make can be
// read, changed, copied, dumped and restored again. Shared by the libFuzzer target and the seeded run in the
// unit tests: an input that libFuzzer finds can be given to the other as it is.
#pragma once

#include <string>
#include <string_view>

namespace redouble {

/// Restores `body` (a payload without version and checksum, which are added), uses what it made in every way,
/// and says what is wrong, or returns an empty text. `accepted` tells whether RESTORE took it.
std::string payload_problem(std::string_view body, bool* accepted = nullptr);

/// Loads `file` as an RDB file, its checksum put right, and digests, saves and reloads what it made.
std::string rdb_file_problem(std::string_view file);

/// The body with the version and checksum that make it a payload.
std::string payload_of(std::string_view body);

}  // namespace redouble
