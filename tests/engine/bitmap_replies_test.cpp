// Bits and HyperLogLogs by literal bytes: offsets, units, overflow and refusals, as redis-server 7.0.15
// answers.
#include <catch2/catch.hpp>

#include "tests/support/engine_fixture.h"

using redouble::EngineFixture;

using namespace std::string_view_literals;
TEST_CASE("SETBIT and GETBIT: offsets and types", "[bitmap]") {
  EngineFixture f;
  CHECK(f.send("SETBIT", "k", "7", "1") == ":0\r\n");
  CHECK(f.send("SETBIT", "k", "7", "0") == ":1\r\n");
  CHECK(f.send("SETBIT", "k", "7", "1") == ":0\r\n");
  CHECK(f.send("GETBIT", "k", "7") == ":1\r\n");
  CHECK(f.send("GETBIT", "k", "100") == ":0\r\n");
  CHECK(f.send("GETBIT", "missing", "0") == ":0\r\n");
  CHECK(f.send("SETBIT", "k", "0", "2") == "-ERR bit is not an integer or out of range\r\n");
  CHECK(f.send("SETBIT", "k", "abc", "1") == "-ERR bit offset is not an integer or out of range\r\n");
  CHECK(f.send("SETBIT", "k", "-1", "1") == "-ERR bit offset is not an integer or out of range\r\n");
  CHECK(f.send("SETBIT", "k", "4294967296", "1") == "-ERR bit offset is not an integer or out of range\r\n");
  CHECK(f.send("SETBIT", "k", "1", "abc") == "-ERR bit is not an integer or out of range\r\n");
  CHECK(f.send("GETBIT", "k", "-1") == "-ERR bit offset is not an integer or out of range\r\n");
  CHECK(f.send("GETBIT", "k", "abc") == "-ERR bit offset is not an integer or out of range\r\n");
  CHECK(f.send("GETBIT", "k", "4294967296") == "-ERR bit offset is not an integer or out of range\r\n");
  CHECK(f.send("SET", "n", "12") == "+OK\r\n");
  CHECK(f.send("GETBIT", "n", "2") == ":1\r\n");
  CHECK(f.send("SETBIT", "n", "0", "1") == ":0\r\n");
  CHECK(f.send("GET", "n") ==
        "$2\r\n\xb1"
        "2\r\n");
  CHECK(f.send("OBJECT", "ENCODING", "n") == "$3\r\nraw\r\n");
  CHECK(f.send("RPUSH", "l", "1") == ":1\r\n");
  CHECK(f.send("SETBIT", "l", "0", "1") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("GETBIT", "l", "0") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
}

TEST_CASE("BITCOUNT: ranges in bytes and bits", "[bitmap]") {
  EngineFixture f;
  CHECK(f.send("SET", "k", "foobar") == "+OK\r\n");
  CHECK(f.send("BITCOUNT", "k") == ":26\r\n");
  CHECK(f.send("BITCOUNT", "k", "0", "0") == ":4\r\n");
  CHECK(f.send("BITCOUNT", "k", "1", "1") == ":6\r\n");
  CHECK(f.send("BITCOUNT", "k", "0", "-1") == ":26\r\n");
  CHECK(f.send("BITCOUNT", "k", "-2", "-1") == ":7\r\n");
  CHECK(f.send("BITCOUNT", "k", "-100", "-50") == ":4\r\n");
  CHECK(f.send("BITCOUNT", "k", "3", "1") == ":0\r\n");
  CHECK(f.send("BITCOUNT", "k", "5", "30", "BIT") == ":17\r\n");
  CHECK(f.send("BITCOUNT", "k", "5", "30", "BYTE") == ":4\r\n");
  CHECK(f.send("BITCOUNT", "k", "-8", "-1", "BIT") == ":4\r\n");
  CHECK(f.send("BITCOUNT", "k", "0", "3", "BIT") == ":2\r\n");
  CHECK(f.send("BITCOUNT", "k", "9", "3", "BIT") == ":0\r\n");
  CHECK(f.send("BITCOUNT", "k", "0") == "-ERR syntax error\r\n");
  CHECK(f.send("BITCOUNT", "k", "0", "1", "NIBBLE") == "-ERR syntax error\r\n");
  CHECK(f.send("BITCOUNT", "k", "0", "1", "BIT", "x") == "-ERR syntax error\r\n");
  CHECK(f.send("BITCOUNT", "k", "a", "1") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("BITCOUNT", "k", "0", "b") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("BITCOUNT", "missing") == ":0\r\n");
  CHECK(f.send("BITCOUNT", "missing", "0", "0") == ":0\r\n");
  CHECK(f.send("BITCOUNT", "missing", "a", "b") == ":0\r\n");
  CHECK(f.send("BITCOUNT", "missing", "0", "1", "NIBBLE") == ":0\r\n");
  CHECK(f.send("SET", "n", "123") == "+OK\r\n");
  CHECK(f.send("BITCOUNT", "n") == ":10\r\n");
  CHECK(f.send("RPUSH", "l", "1") == ":1\r\n");
  CHECK(f.send("BITCOUNT", "l") == "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("SET", "long", std::string(100, 'a')) == "+OK\r\n");
  CHECK(f.send("BITCOUNT", "long") == ":300\r\n");
  CHECK(f.send("BITCOUNT", "long", "3", "77") == ":225\r\n");
  CHECK(f.send("BITCOUNT", "long", "3", "777", "BIT") == ":290\r\n");
}

TEST_CASE("BITPOS: ranges in bytes and bits", "[bitmap]") {
  EngineFixture f;
  CHECK(f.send("SET", "k", "\x00\xff\xf0"sv) == "+OK\r\n");
  CHECK(f.send("BITPOS", "k", "1") == ":8\r\n");
  CHECK(f.send("BITPOS", "k", "0") == ":0\r\n");
  CHECK(f.send("BITPOS", "k", "1", "2") == ":16\r\n");
  CHECK(f.send("BITPOS", "k", "1", "2", "-1") == ":16\r\n");
  CHECK(f.send("BITPOS", "k", "0", "1") == ":20\r\n");
  CHECK(f.send("BITPOS", "k", "0", "1", "1") == ":-1\r\n");
  CHECK(f.send("BITPOS", "k", "1", "7", "15", "BIT") == ":8\r\n");
  CHECK(f.send("BITPOS", "k", "1", "-3", "-1", "BYTE") == ":8\r\n");
  CHECK(f.send("BITPOS", "k", "0", "8", "15", "BIT") == ":-1\r\n");
  CHECK(f.send("BITPOS", "k", "0", "9", "21", "BIT") == ":20\r\n");
  CHECK(f.send("BITPOS", "k", "1", "100") == ":-1\r\n");
  CHECK(f.send("BITPOS", "k", "1", "2", "1") == ":-1\r\n");
  CHECK(f.send("BITPOS", "k", "2") == "-ERR The bit argument must be 1 or 0.\r\n");
  CHECK(f.send("BITPOS", "k", "abc") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("BITPOS", "k", "1", "a") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("BITPOS", "k", "1", "0", "b") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("BITPOS", "k", "1", "0", "1", "NIBBLE") == "-ERR syntax error\r\n");
  CHECK(f.send("BITPOS", "k", "1", "0", "1", "BIT", "x") == "-ERR syntax error\r\n");
  CHECK(f.send("BITPOS", "missing", "1") == ":-1\r\n");
  CHECK(f.send("BITPOS", "missing", "0") == ":0\r\n");
  CHECK(f.send("BITPOS", "missing", "0", "5") == ":0\r\n");
  CHECK(f.send("SET", "f", "\xff\xff") == "+OK\r\n");
  CHECK(f.send("BITPOS", "f", "0") == ":16\r\n");
  CHECK(f.send("BITPOS", "f", "0", "0", "-1") == ":-1\r\n");
  CHECK(f.send("BITPOS", "f", "0", "0", "1") == ":-1\r\n");
  CHECK(f.send("SET", "z", "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"sv) == "+OK\r\n");
  CHECK(f.send("BITPOS", "z", "1") == ":-1\r\n");
  CHECK(f.send("BITPOS", "z", "0", "3") == ":24\r\n");
  CHECK(f.send("RPUSH", "l", "1") == ":1\r\n");
  CHECK(f.send("BITPOS", "l", "1") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
}

TEST_CASE("BITOP: operations, lengths and types", "[bitmap]") {
  EngineFixture f;
  CHECK(f.send("SET", "a", "abc") == "+OK\r\n");
  CHECK(f.send("SET", "b", "AB") == "+OK\r\n");
  CHECK(f.send("BITOP", "AND", "d", "a", "b") == ":3\r\n");
  CHECK(f.send("GET", "d") == "$3\r\nAB\x00\r\n"sv);
  CHECK(f.send("BITOP", "OR", "d", "a", "b") == ":3\r\n");
  CHECK(f.send("GET", "d") == "$3\r\nabc\r\n");
  CHECK(f.send("BITOP", "XOR", "d", "a", "b") == ":3\r\n");
  CHECK(f.send("GET", "d") == "$3\r\n  c\r\n");
  CHECK(f.send("BITOP", "NOT", "d", "a") == ":3\r\n");
  CHECK(f.send("GET", "d") == "$3\r\n\x9e\x9d\x9c\r\n");
  CHECK(f.send("BITOP", "NOT", "d", "a", "b") ==
        "-ERR BITOP NOT must be called with a single source key.\r\n");
  CHECK(f.send("BITOP", "NAND", "d", "a", "b") == "-ERR syntax error\r\n");
  CHECK(f.send("BITOP", "AND", "d", "a", "missing") == ":3\r\n");
  CHECK(f.send("GET", "d") == "$3\r\n\x00\x00\x00\r\n"sv);
  CHECK(f.send("BITOP", "OR", "d", "missing") == ":0\r\n");
  CHECK(f.send("EXISTS", "d") == ":0\r\n");
  CHECK(f.send("BITOP", "AND", "d") == "-ERR wrong number of arguments for 'bitop' command\r\n");
  CHECK(f.send("SET", "n", "12") == "+OK\r\n");
  CHECK(f.send("BITOP", "OR", "d", "n", "a") == ":3\r\n");
  CHECK(f.send("GET", "d") == "$3\r\nqrc\r\n");
  CHECK(f.send("RPUSH", "l", "1") == ":1\r\n");
  CHECK(f.send("BITOP", "OR", "d", "a", "l") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("BITOP", "OR", "l", "a") == ":3\r\n");
  CHECK(f.send("TYPE", "l") == "+string\r\n");
  CHECK(f.send("SET", "x", std::string(40, 'x')) == "+OK\r\n");
  CHECK(f.send("SET", "y", std::string(40, 'y')) == "+OK\r\n");
  CHECK(f.send("BITOP", "AND", "d", "x", "y") == ":40\r\n");
  CHECK(f.send("BITOP", "OR", "d", "x", "y", "a") == ":40\r\n");
  CHECK(f.send("BITOP", "XOR", "d", "x", "x") == ":40\r\n");
  CHECK(f.send("BITOP", "NOT", "d", "x") == ":40\r\n");
  CHECK(f.send("BITCOUNT", "d") == ":160\r\n");
}

TEST_CASE("BITFIELD: types, offsets, overflow", "[bitfield][bitmap]") {
  EngineFixture f;
  CHECK(f.send("BITFIELD", "k", "SET", "u8", "0", "255", "GET", "u8", "0") == "*2\r\n:0\r\n:255\r\n");
  CHECK(f.send("BITFIELD", "k", "GET", "i8", "0") == "*1\r\n:-1\r\n");
  CHECK(f.send("BITFIELD", "k", "INCRBY", "u8", "0", "1") == "*1\r\n:0\r\n");
  CHECK(f.send("BITFIELD", "k", "INCRBY", "u2", "100", "1", "OVERFLOW", "SAT", "INCRBY", "u2", "102", "5") ==
        "*2\r\n:1\r\n:3\r\n");
  CHECK(f.send("BITFIELD", "k", "OVERFLOW", "FAIL", "INCRBY", "u2", "102", "5") == "*1\r\n$-1\r\n");
  CHECK(f.send("BITFIELD", "k", "OVERFLOW", "WRAP", "INCRBY", "i4", "0", "8") == "*1\r\n:-8\r\n");
  CHECK(f.send("BITFIELD", "k", "OVERFLOW", "SAT", "INCRBY", "i4", "0", "-100") == "*1\r\n:-8\r\n");
  CHECK(f.send("BITFIELD", "k", "OVERFLOW", "SAT", "INCRBY", "i4", "0", "100") == "*1\r\n:7\r\n");
  CHECK(f.send("BITFIELD", "k", "OVERFLOW", "FAIL", "INCRBY", "i4", "0", "100") == "*1\r\n$-1\r\n");
  CHECK(f.send("BITFIELD", "k", "OVERFLOW", "FAIL", "SET", "u4", "0", "100") == "*1\r\n$-1\r\n");
  CHECK(f.send("BITFIELD", "k", "OVERFLOW", "SAT", "SET", "i4", "0", "-100") == "*1\r\n:7\r\n");
  CHECK(f.send("BITFIELD", "k", "SET", "i64", "0", "-9223372036854775808", "INCRBY", "i64", "0", "-1") ==
        "*2\r\n:-9223372036854775808\r\n:9223372036854775807\r\n");
  CHECK(f.send("BITFIELD", "k", "OVERFLOW", "SAT", "INCRBY", "i64", "64", "9223372036854775807", "INCRBY",
               "i64", "64", "1") == "*2\r\n:9223372036854775807\r\n:9223372036854775807\r\n");
  CHECK(f.send("BITFIELD", "k", "OVERFLOW", "SAT", "INCRBY", "u63", "64", "9223372036854775807", "INCRBY",
               "u63", "64",
               "9223372036854775807") == "*2\r\n:9223372036854775807\r\n:9223372036854775807\r\n");
  CHECK(f.send("BITFIELD", "k", "SET", "u8", "#1", "7", "GET", "u8", "#1", "GET", "u8", "8") ==
        "*3\r\n:255\r\n:7\r\n:7\r\n");
  CHECK(f.send("BITFIELD", "k", "GET", "u64", "0") ==
        "-ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 "
        "is.\r\n");
  CHECK(f.send("BITFIELD", "k", "GET", "u0", "0") ==
        "-ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 "
        "is.\r\n");
  CHECK(f.send("BITFIELD", "k", "GET", "i65", "0") ==
        "-ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 "
        "is.\r\n");
  CHECK(f.send("BITFIELD", "k", "GET", "x8", "0") ==
        "-ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 "
        "is.\r\n");
  CHECK(f.send("BITFIELD", "k", "GET", "u", "0") ==
        "-ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 "
        "is.\r\n");
  CHECK(f.send("BITFIELD", "k", "GET", "u8", "-1") ==
        "-ERR bit offset is not an integer or out of range\r\n");
  CHECK(f.send("BITFIELD", "k", "GET", "u8", "abc") ==
        "-ERR bit offset is not an integer or out of range\r\n");
  CHECK(f.send("BITFIELD", "k", "GET", "u8", "#abc") ==
        "-ERR bit offset is not an integer or out of range\r\n");
  CHECK(f.send("BITFIELD", "k", "GET", "u8", "#-1") ==
        "-ERR bit offset is not an integer or out of range\r\n");
  CHECK(f.send("BITFIELD", "k", "GET", "u8", "4294967290") == "*1\r\n:0\r\n");
  CHECK(f.send("BITFIELD", "k", "SET", "u8", "0", "abc") ==
        "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("BITFIELD", "k", "INCRBY", "u8", "0", "abc") ==
        "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("BITFIELD", "k", "OVERFLOW", "BOGUS") == "-ERR Invalid OVERFLOW type specified\r\n");
  CHECK(f.send("BITFIELD", "k", "BOGUS") == "-ERR syntax error\r\n");
  CHECK(f.send("BITFIELD", "k", "GET", "u8") == "-ERR syntax error\r\n");
  CHECK(f.send("BITFIELD", "k", "SET", "u8", "0") == "-ERR syntax error\r\n");
  CHECK(f.send("BITFIELD", "k") == "*0\r\n");
  CHECK(f.send("BITFIELD", "missing", "GET", "u8", "0", "GET", "i16", "100") == "*2\r\n:0\r\n:0\r\n");
  CHECK(f.send("EXISTS", "missing") == ":0\r\n");
  CHECK(f.send("BITFIELD_RO", "k", "GET", "u8", "0") == "*1\r\n:127\r\n");
  CHECK(f.send("BITFIELD_RO", "k", "SET", "u8", "0", "1") ==
        "-ERR BITFIELD_RO only supports the GET subcommand\r\n");
  CHECK(f.send("BITFIELD_RO", "missing", "GET", "u8", "0") == "*1\r\n:0\r\n");
  CHECK(f.send("BITFIELD_RO", "k", "OVERFLOW", "SAT", "GET", "u8", "0") == "*1\r\n:127\r\n");
  CHECK(f.send("RPUSH", "l", "1") == ":1\r\n");
  CHECK(f.send("BITFIELD", "l", "GET", "u8", "0") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("BITFIELD_RO", "l", "GET", "u8", "0") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("SET", "n", "12") == "+OK\r\n");
  CHECK(f.send("BITFIELD", "n", "GET", "u8", "0", "SET", "u8", "8", "48") == "*2\r\n:49\r\n:50\r\n");
  CHECK(f.send("GET", "n") == "$2\r\n10\r\n");
}

TEST_CASE("PFADD, PFCOUNT and PFMERGE: what is a HyperLogLog", "[hyperloglog]") {
  EngineFixture f;
  CHECK(f.send("PFADD", "h", "a", "b", "c") == ":1\r\n");
  CHECK(f.send("PFADD", "h", "a") == ":0\r\n");
  CHECK(f.send("PFADD", "h") == ":0\r\n");
  CHECK(f.send("PFADD", "new") == ":1\r\n");
  CHECK(f.send("PFCOUNT", "h") == ":3\r\n");
  CHECK(f.send("PFCOUNT", "missing") == ":0\r\n");
  CHECK(f.send("PFCOUNT", "h", "missing", "new") == ":3\r\n");
  CHECK(f.send("PFADD", "h2", "c", "d", "e") == ":1\r\n");
  CHECK(f.send("PFCOUNT", "h", "h2") == ":5\r\n");
  CHECK(f.send("PFMERGE", "d", "h", "h2", "missing") == "+OK\r\n");
  CHECK(f.send("PFCOUNT", "d") == ":5\r\n");
  CHECK(f.send("PFMERGE", "d") == "+OK\r\n");
  CHECK(f.send("PFMERGE", "nothing", "missing") == "+OK\r\n");
  CHECK(f.send("PFCOUNT", "nothing") == ":0\r\n");
  CHECK(f.send("SET", "s", "v") == "+OK\r\n");
  CHECK(f.send("PFADD", "s", "a") == "-WRONGTYPE Key is not a valid HyperLogLog string value.\r\n");
  CHECK(f.send("PFCOUNT", "s") == "-WRONGTYPE Key is not a valid HyperLogLog string value.\r\n");
  CHECK(f.send("PFCOUNT", "h", "s") == "-WRONGTYPE Key is not a valid HyperLogLog string value.\r\n");
  CHECK(f.send("PFMERGE", "d", "s") == "-WRONGTYPE Key is not a valid HyperLogLog string value.\r\n");
  CHECK(f.send("PFMERGE", "s", "h") == "-WRONGTYPE Key is not a valid HyperLogLog string value.\r\n");
  CHECK(f.send("RPUSH", "l", "1") == ":1\r\n");
  CHECK(f.send("PFADD", "l", "a") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("PFCOUNT", "l") == "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("PFCOUNT", "h", "l") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("PFMERGE", "d", "l") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("PFMERGE", "l", "h") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("SET", "bad", "HYLL\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"sv) == "+OK\r\n");
  CHECK(f.send("PFCOUNT", "bad") == "-WRONGTYPE Key is not a valid HyperLogLog string value.\r\n");
  CHECK(f.send("SET", "bad", "HYLL\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"sv) == "+OK\r\n");
  CHECK(f.send("PFCOUNT", "bad") == "-WRONGTYPE Key is not a valid HyperLogLog string value.\r\n");
  CHECK(f.send("PFADD", "bad", "x") == "-WRONGTYPE Key is not a valid HyperLogLog string value.\r\n");
  CHECK(f.send("SET", "bad", "HYLL\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80"sv) == "+OK\r\n");
  CHECK(f.send("PFCOUNT", "bad") == "-INVALIDOBJ Corrupted HLL object detected\r\n");
  CHECK(f.send("PFADD", "bad", "x") == "-INVALIDOBJ Corrupted HLL object detected\r\n");
  CHECK(f.send("PFMERGE", "d", "bad") == "-INVALIDOBJ Corrupted HLL object detected\r\n");
  CHECK(f.send("SET", "bad", "HYLL\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80\x7f\xff"sv) == "+OK\r\n");
  CHECK(f.send("PFADD", "bad", "x") == ":1\r\n");
  CHECK(f.send("PFCOUNT", "bad") == ":1\r\n");
  CHECK(f.send("SET", "bad", "HYLL\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80\x7f\xff\x7f\xff"sv) ==
        "+OK\r\n");
  CHECK(f.send("PFADD", "bad", "x") == ":1\r\n");
  CHECK(f.send("PFCOUNT", "bad") == "-INVALIDOBJ Corrupted HLL object detected\r\n");
  CHECK(f.send("PFDEBUG", "GETREG", "missing") == "-ERR The specified key does not exist\r\n");
  CHECK(f.send("PFDEBUG", "ENCODING", "h") == "+sparse\r\n");
  CHECK(f.send("PFDEBUG", "TODENSE", "h") == ":1\r\n");
  CHECK(f.send("PFDEBUG", "TODENSE", "h") == ":0\r\n");
  CHECK(f.send("PFDEBUG", "ENCODING", "h") == "+dense\r\n");
  CHECK(f.send("PFDEBUG", "DECODE", "h") == "-ERR HLL encoding is not sparse\r\n");
  CHECK(f.send("PFDEBUG", "DECODE", "h2") == "$45\r\nZ:7292 v:1,1 Z:1143 v:1,1 Z:6720 v:1,1 Z:1226\r\n");
  CHECK(f.send("PFDEBUG", "BOGUS", "h") == "-ERR Unknown PFDEBUG subcommand 'BOGUS'\r\n");
  CHECK(f.send("PFDEBUG", "ENCODING", "s") == "-WRONGTYPE Key is not a valid HyperLogLog string value.\r\n");
  CHECK(f.send("PFCOUNT", "h") == ":3\r\n");
  CHECK(f.send("PFADD", "h", "z") == ":1\r\n");
  CHECK(f.send("PFMERGE", "d", "h", "h2") == "+OK\r\n");
  CHECK(f.send("PFDEBUG", "ENCODING", "d") == "+dense\r\n");
}
