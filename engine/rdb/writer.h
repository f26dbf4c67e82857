// Writes the parts that DUMP payloads and RDB files are made of: lengths, strings, numbers. Strings are
// written as integers where they spell one, and compressed where that saves space, exactly as in Redis.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/rdb/lzf.h"

namespace redouble {

class RdbWriter {
 public:
  /// Appends to `out`; `compressor` is null where nothing is to be compressed (`rdbcompression no`). Both
  /// outlive the writer.
  RdbWriter(std::string& out, LzfCompressor* compressor) : out_(out), compressor_(compressor) {}

  void byte(std::uint8_t value) { out_ += static_cast<char>(value); }
  void length(std::uint64_t value);
  void string(std::string_view bytes);
  void integer(std::int64_t value);
  /// Eight bytes.
  void real(double value);
  void fixed64(std::uint64_t value);
  void raw(std::string_view bytes) { out_ += bytes; }

 private:
  bool short_integer(std::int64_t value);

  std::string& out_;
  LzfCompressor* compressor_;
};

}  // namespace redouble
