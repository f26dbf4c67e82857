// Implementation of script_generator.h. A new thing that scripts can do is one more line in the table of its
// kind.
#include "script_generator.h"

#include <vector>

namespace redouble::oracle {
namespace {

using Words = std::vector<std::string>;

const Words kNumbers = {"0",
                        "1",
                        "2",
                        "3",
                        "-1",
                        "10",
                        "255",
                        "256",
                        "1.5",
                        "-2.5",
                        "0.1",
                        "1e15",
                        "1e100",
                        "2^31",
                        "-2^31",
                        "2^53",
                        "2^63",
                        "-2^63",
                        "1/0",
                        "-1/0",
                        "0/0",
                        "100",
                        "3.14159265358979",
                        "123456789012"};
// Shorter than 32 bytes, where the order of a table's keys is that of Redis's Lua.
const Words kTexts = {"''",
                      "'a'",
                      "'abc'",
                      "'10'",
                      "'0x10'",
                      "' 5 '",
                      "'1e3'",
                      "'hello world'",
                      "'a,b,,c'",
                      R"('\0\1\255')",
                      R"('x\r\ny')",
                      "'[1,2,{\"a\":null}]'",
                      "'{\"k\":[true,1.5,\"x\\\\u00e9\"]}'",
                      "'{\"a\":1'",
                      "'nan'",
                      "'-5'",
                      "'\\195\\169'",
                      "('ab'):rep(15)",
                      "'%d'",
                      "'KEY'"};
const Words kPatterns = {"'a'",     "'.'",     "'%a+'",    "'%s*'", "'(%w)(%w)'",  "'^a'",
                         "'b$'",    "'[a-c]'", "'[^%s]-'", "'()'",  "'%f[%w]%w+'", "'%b()'",
                         "'(.)%1'", "'[%]]'",  "'a-b'",    "'%'",   "'[a'",        "'(a'",
                         "'a)'",    "'%z'",    "'x*'",     "'.-,'"};
const Words kFormats = {"'%d'",   "'%5.2f'", "'%s|%s'", "'%q'", "'%x'", "'%c'", "'%g'",
                        "'%10s'", "'%-5d|'", "'%i'",    "'%e'", "'%%'", "'%y'"};
const Words kStructs = {"'b'",  "'>h'",   "'<I4'", "'i3'", "'fd'",  "'s'",   "'c0'",
                        "'c2'", "'!4bi'", "'xB'",  "'>l'", "'bHi'", "'Bc0'", "'z'"};
const Words kFlags = {"",
                      "",
                      "",
                      "#!lua\n",
                      "#!lua flags=no-writes\n",
                      "#!lua flags=allow-oom,no-cluster\n",
                      "#!lua flags=x\n"};

// Shared by all scripts: a text without an address, an error that redis-server 7.0.15 survives.
constexpr const char* kPrelude =
    "local function S(v) local t=type(v) if t=='table' or t=='function' or t=='userdata' or t=='thread' then "
    "return t "
    "end return tostring(v) end "
    "local function E(v) local t=type(v) if t=='table' and type(rawget(v,'err'))~='string' then v='tbl' end "
    "if t=='function' or t=='userdata' or t=='thread' then v=t end error(v) end ";

}  // namespace

std::string ScriptGenerator::key() {
  return random_.pick(Words{"'s'", "'n'", "'h'", "'z'", "'m'", "KEYS[1]", "ARGV[1]"});
}

std::string ScriptGenerator::quoted() {
  return random_.pick(kTexts);
}

std::string ScriptGenerator::pattern() {
  return random_.pick(kPatterns);
}

std::string ScriptGenerator::number(int depth) {
  if (depth <= 0 || random_.chance(50)) return random_.pick(kNumbers);
  const Words operations = {"+", "-", "*", "/", "%", "^"};
  switch (random_.below(6)) {
    case 0:
      return "(" + number(depth - 1) + random_.pick(operations) + number(depth - 1) + ")";
    case 1:
      return "math." + random_.pick(Words{"floor", "ceil", "abs", "sqrt", "exp", "log"}) + "(" +
             number(depth - 1) + ")";
    case 2:
      return "#" + list(depth - 1);
    case 3:
      return "(tonumber(" + text(depth - 1) + ") or 7)";
    case 4:
      return "math." + random_.pick(Words{"max", "min", "fmod", "pow"}) + "(" + number(depth - 1) + "," +
             number(depth - 1) + ")";
    default:
      return "math.random(" + random_.pick(Words{"", "10", "5,9", "0", "2,1"}) + ")";
  }
}

std::string ScriptGenerator::text(int depth) {
  if (depth <= 0 || random_.chance(40)) return quoted();
  switch (random_.below(5)) {
    case 0:
      return "(" + text(depth - 1) + ".." + text(depth - 1) + ")";
    case 1:
      return "S(" + value(depth - 1) + ")";
    case 2:
      return text_function(depth - 1);
    case 3:
      return "(" + text(depth - 1) + "):sub(" + random_.pick(kNumbers) + "," + random_.pick(kNumbers) + ")";
    default:
      return "redis.sha1hex(" + text(depth - 1) + ")";
  }
}

std::string ScriptGenerator::list(int depth) {
  std::string items = "{";
  for (size_t i = random_.below(5); i > 0; --i) items += value(depth - 1) + ",";
  return items + "}";
}

std::string ScriptGenerator::table(int depth) {
  switch (random_.below(12)) {
    case 0:
      return "{ok=" + value(depth - 1) + "}";
    case 1:
      return "{err=" + text(depth - 1) + "}";
    case 2:
      return "{double=" + number(depth - 1) + "}";
    case 3:
      return "{map={" + text(0) + "," + value(depth - 1) + ",x=" + value(depth - 1) + "}}";
    case 4:
      return "{set={a=true,[" + random_.pick(Words{"1", "2.5", "'b'"}) + "]=" + value(depth - 1) + "}}";
    case 5:
      return "{big_number=" + text(depth - 1) + "}";
    case 6:
      return "{verbatim_string={format=" + random_.pick(Words{"'txt'", "'t'", "'long'", "5"}) +
             ",string=" + text(depth - 1) + "}}";
    case 7:
      return "{[" + random_.pick(Words{"1", "2", "4", "-1", "1.5", "2^31", "100"}) + "]=" + value(depth - 1) +
             "}";
    case 8:
      return "{a=" + value(depth - 1) + ",b=" + value(depth - 1) + ",[1]=" + value(depth - 1) + "}";
    default:
      return list(depth);
  }
}

std::string ScriptGenerator::call() {
  const std::string how = random_.chance(70) ? "redis.call" : "redis.pcall";
  const std::string v = random_.chance(50) ? random_.pick(kNumbers) : quoted();
  switch (random_.below(24)) {
    case 0:
      return how + "('SET'," + key() + "," + v + ")";
    case 1:
      return how + "('GET'," + key() + ")";
    case 2:
      return how + "('INCR'," + key() + ")";
    case 3:
      return how + "('INCRBYFLOAT','n'," + v + ")";
    case 4:
      return how + "('APPEND'," + key() + "," + v + ")";
    case 5:
      return how + "('MGET','s','n','nosuch')";
    case 6:
      return how + "('HSET','h'," + v + "," + v + ")";
    case 7:
      return how + "('HGETALL','h')";
    case 8:
      return how + "('HMGET','h','a','b')";
    case 9:
      return how + "('ZADD','z'," + v + "," + key() + ")";
    case 10:
      return how + "('ZRANGE','z',0,-1,'WITHSCORES')";
    case 11:
      return how + "('ZSCORE','z'," + key() + ")";
    case 12:
      return how + "('SADD','m'," + v + ")";
    case 13:
      return how + "('SCARD','m')";
    case 14:
      return how + "('TYPE'," + key() + ")";
    case 15:
      return how + "('DEL'," + key() + ")";
    case 16:
      return how + "('ECHO'," + value(1) + ")";
    case 17:
      return how + "('EXISTS'," + key() + "," + key() + ")";
    case 18:
      return how + "(" + value(1) + ")";
    case 19:
      return how + "('" +
             random_.pick(Words{"NOSUCH", "GET", "MULTI", "SUBSCRIBE", "CONFIG", "OBJECT", "EVAL"}) + "'," +
             v + ")";
    case 20:
      return how + "('SISMEMBER','m'," + v + ")";
    case 21:
      return how + "('GETRANGE'," + key() + ",0," + v + ")";
    case 22:
      return how + "('EXPIRE'," + key() + ",1000)";
    default:
      return how + "('PING')";
  }
}

// What cjson may be told; the settings outlive the script, and are put back at its end if it gets there.
std::string ScriptGenerator::json_with_settings(const std::string& v) {
  const Words settings[] = {{"encode_sparse_array(true)", "encode_sparse_array(false,2,10)"},
                            {"encode_sparse_array(false,1,3)", "encode_sparse_array(false,2,10)"},
                            {"encode_max_depth(2)", "encode_max_depth(1000)"},
                            {"decode_max_depth(2)", "decode_max_depth(1000)"},
                            {"encode_number_precision(5)", "encode_number_precision(14)"},
                            {"encode_invalid_numbers(true)", "encode_invalid_numbers(false)"},
                            {"encode_invalid_numbers('null')", "encode_invalid_numbers('off')"},
                            {"decode_invalid_numbers(false)", "decode_invalid_numbers(true)"},
                            {"encode_keep_buffer(false)", "encode_keep_buffer(true)"}};
  const Words& chosen = settings[random_.below(std::size(settings))];
  return "(function() cjson." + chosen[0] + " local r={pcall(cjson.encode," + v +
         ")} local d={pcall(cjson.decode," + text(1) + ")} cjson." + chosen[1] + " return {r,d} end)()";
}

std::string ScriptGenerator::library(int depth) {
  const std::string v = value(depth - 1);
  switch (random_.below(20)) {
    case 14:
      return json_with_settings(v);
    case 15:
      return "{struct.unpack(" + random_.pick(kStructs) + ",struct.pack(" + random_.pick(kStructs) + "," +
             number(1) + "," + number(0) + "," + text(0) + "))}";
    case 16:
      return "{cmsgpack.unpack(cmsgpack.pack(" + v + "," + table(1) + "))}";
    case 17:
      return "cjson.decode(cjson.encode({" + v + "," + table(1) + "}))";
    case 18:
      return "cmsgpack.unpack_one(cmsgpack.pack(" + v + ",2)," + random_.pick(kNumbers) + ")";
    case 19:
      return "bit.tohex(" + number(1) + "," + random_.pick(kNumbers) + ")";
    case 0:
    case 1:
      return "cjson.encode(" + v + ")";
    case 2:
      return "cjson.decode(" + text(depth - 1) + ")";
    case 3:
      return "cjson.decode(cjson.encode(" + v + "))";
    case 4:
    case 5:
      return "cmsgpack.pack(" + v + "," + value(0) + ")";
    case 6:
      return "cmsgpack.unpack(cmsgpack.pack(" + v + "))";
    case 7:
      return "cmsgpack.unpack(" + text(0) + ")";
    case 8:
      return "cmsgpack.unpack_limit(cmsgpack.pack(1," + v + ",3)," + random_.pick(kNumbers) + "," +
             random_.pick(kNumbers) + ")";
    case 9:
      return "struct.pack(" + random_.pick(kStructs) + "," + number(1) + "," + value(0) + "," + number(0) +
             ")";
    case 10:
      return "struct.unpack(" + random_.pick(kStructs) + "," + text(1) + "," +
             random_.pick(Words{"1", "2", "0", "9"}) + ")";
    case 11:
      return "struct.size(" + random_.pick(kStructs) + ")";
    case 12:
      return "bit." +
             random_.pick(Words{"band", "bor", "bxor", "lshift", "rshift", "arshift", "rol", "ror"}) + "(" +
             number(1) + "," + number(0) + ")";
    default:
      return "bit." + random_.pick(Words{"tobit", "bnot", "bswap", "tohex"}) + "(" + number(1) + ")";
  }
}

std::string ScriptGenerator::text_function(int depth) {
  const std::string t = text(depth - 1);
  switch (random_.below(9)) {
    case 0:
      return "string.format(" + random_.pick(kFormats) + "," + value(0) + "," + value(0) + ")";
    case 1:
      return "(string.gsub(" + t + "," + pattern() + "," +
             random_.pick(Words{"'<%0>'", "'%1'", "'%%'", "'%9'", "{a='x'}", "string.upper", "5"}) + "))";
    case 2:
      return "S(string.find(" + t + "," + pattern() + "," + random_.pick(kNumbers) + "))";
    case 3:
      return "S(string.match(" + t + "," + pattern() + "))";
    case 4:
      return "string." + random_.pick(Words{"upper", "lower", "reverse", "len"}) + "(" + t + ")";
    case 5:
      return "string.rep(" + t + "," + random_.pick(Words{"0", "1", "3", "-1"}) + ")";
    case 6:
      return "S(string.byte(" + t + "," + random_.pick(kNumbers) + "))";
    case 7:
      return "(function() local r='' for a,b in string.gmatch(" + t + "," + pattern() +
             ") do r=r..S(a)..'|'..S(b)..';' end return r end)()";
    default:
      return "string.char(" + random_.pick(Words{"65", "65,66", "255", "256", "0"}) + ")";
  }
}

std::string ScriptGenerator::table_function(int depth) {
  const std::string t = list(depth);
  switch (random_.below(7)) {
    case 0:
      return "table.concat(" + t + "," + quoted() + ")";
    case 1:
      return "(function() local t=" + t + " table.sort(t) return t end)()";
    case 2:
      return "(function() local t=" + t + " table.insert(t," + value(0) + ") return t end)()";
    case 3:
      return "(function() local t=" + t + " return table.remove(t," +
             random_.pick(Words{"1", "2", "9", "-1"}) + "),t end)()";
    case 4:
      return "{unpack(" + t + "," + random_.pick(Words{"1", "2", "0", "-3"}) + ")}";
    case 5:
      return "select(" + random_.pick(Words{"1", "2", "-1", "'#'", "0"}) + "," + value(0) + "," + value(0) +
             ")";
    default:
      return "(function() local r={} for k,v in pairs(" + table(depth) +
             ") do r[#r+1]=S(k)..'='..S(v) end return r end)()";
  }
}

std::string ScriptGenerator::control(int depth) {
  const std::string v = value(depth - 1);
  switch (random_.below(12)) {
    case 8:
      return "{pcall(pcall,function() return " + v + " end)}";
    case 9:
      return "(function() local r={} for k,x in pairs(redis.pcall('GET'," + v +
             ") or {}) do r[#r+1]=S(k)..S(x) end "
             "table.sort(r) return r end)()";
    case 10:
      return "{pcall(redis.call," + quoted() + "," + v + ")}";
    case 11:
      return "(select(2,pcall(function() return redis.call('HGETALL'," + key() + ") end)))";
    case 0:
      return "{pcall(function() return " + v + " end)}";
    case 1:
      return "{pcall(E," + v + ")}";
    case 2:
      return "{xpcall(function() E(" + v + ") end, function(e) return type(e) end)}";
    case 3:
      return "E(" + v + ")";
    case 4:
      return "(" + v + " and " + value(depth - 1) + " or " + value(depth - 1) + ")";
    case 5:
      return "(" + v + "==" + value(depth - 1) + ")";
    case 6:
      return "{coroutine.wrap(function(a) local b=coroutine.yield(a) return b end)(" + v + ")}";
    default:
      return "{coroutine.resume(coroutine.create(function(...) return ... end)," + v + ")}";
  }
}

std::string ScriptGenerator::api(int depth) {
  switch (random_.below(10)) {
    case 0:
      return "redis.error_reply(" + value(depth - 1) + ")";
    case 1:
      return "redis.status_reply(" + value(depth - 1) + ")";
    case 2:
      return "redis.sha1hex(" + value(depth - 1) + ")";
    case 3:
      return "redis.setresp(" + random_.pick(Words{"2", "3", "3", "4", "'x'"}) + ")";
    case 4:
      return "type(" + value(depth - 1) + ")";
    case 5:
      return "redis.acl_check_cmd(" + random_.pick(Words{"'get','k'", "'nosuch'", ""}) + ")";
    case 6:
      return random_.pick(Words{"nosuch", "KEYS[3]", "ARGV[2]", "#KEYS", "_VERSION",
                                "redis.REDIS_VERSION_NUM", "redis.nosuch", "cjson.null"});
    case 7:
      return "redis.replicate_commands()";
    case 8:
      return "loadstring('return '.." + text(1) + ")";
    default:
      return "tostring(" + number(depth) + ")";
  }
}

std::string ScriptGenerator::value(int depth) {
  if (depth <= 0) {
    switch (random_.below(6)) {
      case 0:
        return "nil";
      case 1:
        return random_.chance(50) ? "true" : "false";
      case 2:
      case 3:
        return random_.pick(kNumbers);
      default:
        return quoted();
    }
  }
  switch (random_.below(12)) {
    case 0:
      return number(depth);
    case 1:
      return text(depth);
    case 2:
    case 3:
      return table(depth);
    case 4:
    case 5:
      return call();
    case 6:
    case 7:
      return library(depth);
    case 8:
      return table_function(depth);
    case 9:
      return control(depth);
    case 10:
      return api(depth);
    default:
      return value(0);
  }
}

std::string ScriptGenerator::statement() {
  switch (random_.below(6)) {
    case 0:
      return "redis.setresp(3) ";
    case 1:
      return "local v=" + value(2) + " ";
    case 2:
      return call() + " ";
    case 3:
      return "math.randomseed(" + random_.pick(Words{"0", "1", "42", "-7"}) + ") ";
    case 4:
      return "for i=1,3 do " + call() + " end ";
    default:
      return "if " + value(1) + " then " + call() + " end ";
  }
}

std::string ScriptGenerator::body() {
  std::string source;
  for (size_t i = random_.below(3); i > 0; --i) source += statement();
  return source + "return " + value(3);
}

std::string ScriptGenerator::library_of_functions() {
  const std::string callback = "function(KEYS,ARGV) " + body() + " end";
  if (random_.chance(50))
    return "#!lua name=l\n" + std::string(kPrelude) + "redis.register_function('f'," + callback + ")";
  return "#!lua name=l\n" + std::string(kPrelude) +
         "redis.register_function{function_name='f',callback=" + callback + ",flags={" +
         random_.pick(Words{"", "'no-writes'", "'allow-oom','no-cluster'", "'x'"}) + "}}";
}

std::string ScriptGenerator::script() {
  std::string source = random_.pick(kFlags) + kPrelude + body();
  // Now and then one that does not compile, or nearly.
  if (random_.chance(2)) source.erase(source.size() - 1 - random_.below(20), 1);
  return source;
}

Argv ScriptGenerator::next() {
  if (!loaded_ && random_.chance(12)) {
    loaded_ = true;
    return {"FUNCTION", "LOAD", "REPLACE", library_of_functions()};
  }
  Argv argv{random_.chance(92) ? "EVAL" : "EVAL_RO", script()};
  if (loaded_) argv = {random_.chance(85) ? "FCALL" : "FCALL_RO", random_.chance(80) ? "f" : "F"};
  loaded_ = false;
  const auto keys = random_.below(3);
  argv.push_back(std::to_string(keys));
  for (size_t i = keys + random_.below(3); i > 0; --i)
    argv.push_back(random_.pick(Words{"s", "n", "h", "12", "a b", ""}));
  return argv;
}

}  // namespace redouble::oracle
