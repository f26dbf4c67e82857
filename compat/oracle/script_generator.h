// Makes random Lua scripts: expression trees over what scripts can do with values (conversions both ways,
// calls, errors, cjson, cmsgpack, struct, bit, string and table functions), with nothing in them that depends
// on time, addresses or the order of equal things. The same seed makes the same scripts.
#pragma once

#include <cstdint>
#include <string>

#include "random.h"
#include "text.h"

namespace redouble::oracle {

class ScriptGenerator {
 public:
  explicit ScriptGenerator(uint64_t seed) : random_(seed) {}

  // A whole EVAL or FCALL, or the FUNCTION LOAD that the next FCALL needs.
  Argv next();

 private:
  std::string script();
  std::string body();
  std::string library_of_functions();
  std::string json_with_settings(const std::string& v);
  std::string statement();
  std::string value(int depth);
  std::string text(int depth);
  std::string number(int depth);
  std::string list(int depth);
  std::string table(int depth);
  std::string call();
  std::string library(int depth);
  std::string text_function(int depth);
  std::string table_function(int depth);
  std::string control(int depth);
  std::string api(int depth);
  std::string quoted();
  std::string pattern();
  std::string key();

  Random random_;
  bool loaded_ = false;  // the next is an FCALL
};

}  // namespace redouble::oracle
