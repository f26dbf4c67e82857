// The numbers of the RDB format, version 10: what redis-server 7.0.15 writes, and what it still reads.
#pragma once

#include <cstdint>

namespace redouble::rdb {

inline constexpr int kVersion = 10;

/// How a value is written. redis-server 7.0.15 writes those marked with a star.
enum ValueKind : std::uint8_t {
  kString = 0,             // *
  kList = 1,               // strings
  kSet = 2,                // * strings
  kZset = 3,               // members and scores as text
  kHash = 4,               // * fields and values
  kZset2 = 5,              // * members and scores as eight bytes
  kModuleOld = 6,          // a module's own
  kModule = 7,             // a module's own
  kHashZipmap = 9,         // one string that holds a zipmap
  kListZiplist = 10,       // … a ziplist
  kSetIntset = 11,         // * … an intset
  kZsetZiplist = 12,       // … a ziplist: member, score, …
  kHashZiplist = 13,       // … a ziplist: field, value, …
  kListQuicklist = 14,     // several ziplists
  kStreamListpacks = 15,   // a stream without the fields that came with 7.0
  kHashListpack = 16,      // * … a listpack
  kZsetListpack = 17,      // * … a listpack
  kListQuicklist2 = 18,    // * several listpacks, or large elements on their own
  kStreamListpacks2 = 19,  // *
};

/// What stands between the values of a file.
enum Opcode : std::uint8_t {
  kFunction = 245,  // a library's code
  kFunctionOld = 246,
  kModuleAux = 247,
  kIdle = 248,  // seconds: the next key's age
  kFrequency = 249,
  kAux = 250,  // a name and a value about the file
  kResizeDb = 251,
  kExpireMs = 252,
  kExpireSeconds = 253,
  kSelectDb = 254,
  kEnd = 255,
};

/// What stands in place of a length, behind two bits that are set.
enum StringCode : std::uint8_t { kInt8 = 0xc0, kInt16 = 0xc1, kInt32 = 0xc2, kLzf = 0xc3 };

/// How a list's node is held.
enum NodeKind : std::uint8_t { kPlainNode = 1, kPackedNode = 2 };

}  // namespace redouble::rdb
