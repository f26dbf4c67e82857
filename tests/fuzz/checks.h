// What must hold for any bytes that reach redouble from outside. Each function takes such bytes and says what
// is wrong, or returns an empty text. libFuzzer (fuzz.cpp) and the unit tests (fuzz_test.cpp: the corpus, and
// seeded changes of it) run the same functions, so that an input which one of them finds can be given to the
// other as it is.
//
// A new check is a function here, its file X_check.cpp, a line in checks.cpp and seeds in corpus/X; words
// that libFuzzer should know are in X.dict.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace redouble {

/// Requests of a client. The first byte chooses the limits and the sizes of the pieces in which the rest is
/// parsed: what comes out must not depend on them, and must come out again when it is written in the plain
/// form.
std::string request_parser_problem(std::string_view input);

/// Replies of a server: the same, and what was read must come out again when RespWriter has written it.
std::string reply_parser_problem(std::string_view input);

/// A payload of RESTORE, without the version and checksum, which are added: it is refused, or what it makes
/// can be read, changed, copied, dumped and restored again. `accepted` tells which.
std::string payload_problem(std::string_view body, bool* accepted);
/// The same bytes for RESTORE and for FUNCTION RESTORE.
std::string dump_payload_problem(std::string_view body);

/// An RDB file, its checksum put right: refused whole, or what it makes can be digested, saved and loaded
/// again.
std::string rdb_file_problem(std::string_view file);

/// Configuration files; a form feed begins the next, which is called 1.conf, 2.conf … for `include`. They end
/// in a message, or in settings that say the same when an engine has rewritten them (CONFIG REWRITE) and they
/// are read again.
std::string config_problem(std::string_view input);

/// Lines of an ACL file, given to ACL SETUSER line by line and to ACL LOAD whole. What ACL LIST and ACL SAVE
/// tell is accepted again and means the same.
std::string acl_problem(std::string_view input);

/// A pattern and a text: found or not found as a matcher says that simply tries everything. The first byte
/// chooses whether case counts, the second where the pattern ends.
std::string glob_problem(std::string_view input);

/// Commands of a family, which the first byte chooses, with arguments made after the syntax in their rows,
/// right and wrong ones. One whole reply a command; in the end DEBUG RELOAD leaves the data as they are, and
/// FLUSHALL leaves nothing.
std::string commands_problem(std::string_view input);

/// A script for EVAL and, as a library, for FUNCTION LOAD: it ends, by itself or when it is told to, and the
/// next one runs as if it had not been.
std::string script_problem(std::string_view input);

/// Bytes for cjson.decode, cmsgpack.unpack or struct.unpack, as the first byte says: refused, or what they
/// mean is the same after it has been encoded and decoded again.
std::string library_problem(std::string_view input);

struct Check {
  std::string_view name;
  std::string (*problem)(std::string_view input);
  int changes = 100;  // of each seed, in the unit tests: fewer where a check takes long
};

std::span<const Check> checks();

}  // namespace redouble
