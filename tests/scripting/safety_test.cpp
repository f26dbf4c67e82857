// What a script must not be able to do: the faults of stock Lua 5.1 and of Redis's own libraries, tried one
// by one. None may crash, hang, or leave anything behind for the next script.
#include <catch2/catch.hpp>

#include <string>

#include "tests/support/engine_fixture.h"

using redouble::EngineFixture;

namespace {

std::string run(EngineFixture& f, const std::string& script) {
  return f.send("EVAL", script, "0");
}

bool fails_with(EngineFixture& f, const std::string& script, const std::string& text) {
  const std::string reply = run(f, script);
  INFO(reply.substr(0, 300));
  CHECK(run(f, "return 1") == ":1\r\n");
  return reply.front() == '-' && reply.find(text) != std::string::npos;
}

}  // namespace

TEST_CASE("sandbox: shared tables are read-only", "[scripting][safety]") {
  EngineFixture f;
  for (const char* script :
       {"x=1", "_G.x=1", "redis.call=1", "string.rep=1", "rawset(_G,'x',1)", "rawset(string,'x',1)",
        "setmetatable(_G,{})", "setmetatable(string,nil)", "getmetatable('').__index=nil",
        "getmetatable(_G).__index=1", "table.insert(string,1)", "KEYS=1", "cjson.encode=nil"})
    CHECK(fails_with(f, script, "Attempt to modify a readonly table"));
  CHECK(run(f, "return rawget(string,'x') == nil and _G._G == _G and next(string) ~= nil") == ":1\r\n");
  CHECK(run(f, "local n=0 for k in pairs(redis) do n=n+1 end return n > 15") == ":1\r\n");
}

TEST_CASE("sandbox: there is nothing that reaches outside", "[scripting][safety]") {
  EngineFixture f;
  for (const char* name : {"os", "io", "package", "require", "debug", "dofile", "loadfile", "print",
                           "newproxy", "setfenv", "getfenv", "module"})
    CHECK(fails_with(f, std::string("return ") + name, "nonexistent global variable"));
}

TEST_CASE("load: bytecode is refused, sources are gathered before they are parsed", "[scripting][safety]") {
  EngineFixture f;
  CHECK(fails_with(f, "return loadstring(string.dump(function() end))()", "attempt to call a nil value"));
  CHECK(fails_with(f,
                   "local s=string.dump(function() end) local n=0 "
                   "return load(function() n=n+1 return n==1 and s or nil end)()",
                   "attempt to call a nil value"));
  CHECK(
      run(f,
          "local f=load(function() collectgarbage() return nil end, 'a'..('b'):rep(100)) return f == nil") ==
      "$-1\r\n");
  CHECK(f.send("EVAL", "\x1bLua", "0").find("unexpected symbol near 'char(27)'") != std::string::npos);
}

TEST_CASE("load: a source of endless lines is refused", "[scripting][safety]") {
  EngineFixture f;
  CHECK(run(f, "return loadstring(('\\n'):rep(40*1024*1024)) == nil") == ":1\r\n");
  CHECK(fails_with(f, "return ('x='):rep(300*1024*1024)", "resulting string too large"));
}

TEST_CASE("unpack: any range is bounded", "[scripting][safety]") {
  EngineFixture f;
  for (const char* range : {"0,2^31-1", "-2^31,2^31-1", "1,1e8", "-1e8,1"})
    CHECK(fails_with(f, std::string("return {unpack({},") + range + ")}", "too many results to unpack"));
  CHECK(run(f, "return #{unpack({1,2,3},2,3)}") == ":2\r\n");
}

TEST_CASE("table functions: indices at the end of the range neither hang nor crash", "[scripting][safety]") {
  EngineFixture f;
  CHECK(fails_with(f, "table.insert({}, 1, 2, 3)", "wrong number of arguments"));
  CHECK(run(f, "local t={} table.insert(t, 2^31-1, 1) return t[2^31-1]") == ":1\r\n");
  CHECK(run(f, "local t={1} return table.remove(t, 2^31-1) == nil and #t") == ":1\r\n");
  CHECK(fails_with(f, "return table.concat({}, '', 1, 2^31-1)", "invalid value"));
  CHECK(fails_with(f, "return table.concat({}, '', -2^31, 2^31-1)", "invalid value"));
  CHECK(run(f, "return table.concat({}, '', 2^31-1, 1)") == "$0\r\n\r\n");
}

TEST_CASE("sandbox: globals are as safe where a script assigns to none", "[scripting][safety]") {
  EngineFixture f;
  for (const char* script :
       {"loadstring('x=1')()", "local g=_G g.x=1", "_G['redis']=nil",
        "return load(function() return nil end)()", "(function() return function() y = 5 end end)()()",
        "if false then x=1 end redis.call=1", "rawset(_G,'redis',1)", "for k in pairs(_G) do _G[k]=nil end",
        "coroutine.wrap(function() z=1 end)()"}) {
    const std::string reply = run(f, script);
    INFO(script << ": " << reply);
    CHECK((reply == "$-1\r\n" || reply.find("Attempt to modify a readonly table") != std::string::npos));
    CHECK(run(f, "return type(redis.call)..type(KEYS)..tostring(rawget(_G,'x'))") ==
          "$16\r\nfunctiontablenil\r\n");
  }
  CHECK(fails_with(f, "return nosuch", "nonexistent global variable 'nosuch'"));
  CHECK(run(f, "return _G == _G._G and _G.redis == redis and getmetatable(_G).__index ~= nil") == ":1\r\n");
}

TEST_CASE("sandbox: what a script hangs on its own tables is gone with it", "[scripting][safety]") {
  EngineFixture f;
  run(f, "setmetatable(KEYS, {__index = function() return 'left' end}) KEYS.x = 1 ARGV.y = 2 return 1");
  CHECK(run(f, "return {tostring(KEYS[1]), tostring(KEYS.x), tostring(ARGV.y)}") ==
        "*3\r\n$3\r\nnil\r\n$3\r\nnil\r\n$3\r\nnil\r\n");
  CHECK(run(f, "return getmetatable(1) == nil and getmetatable(type) == nil and getmetatable(true) == nil") ==
        ":1\r\n");
}

TEST_CASE("memory: a state's is told by INFO, and cjson's stays within bounds", "[scripting][safety]") {
  EngineFixture f;
  const auto used = [&] {
    const std::string info = f.send("INFO", "memory");
    return std::stoll(info.substr(info.find("used_memory_vm_eval:") + 20));
  };
  run(f, "return 1");
  const auto before = used();
  f.send("SCRIPT", "LOAD", "return '" + std::string(1'000'000, 'x') + "'");
  CHECK(used() > before + 1'000'000);
  CHECK(fails_with(f, "return cjson.encode(('\\1'):rep(100*1024*1024))", "too large"));
}

TEST_CASE("patterns: neither depth nor backtracking hurts", "[scripting][safety]") {
  EngineFixture f;
  CHECK(fails_with(f, "return string.find(('a'):rep(1000), ('a?'):rep(200000))", "pattern too complex"));
  CHECK(fails_with(f, "return string.find('x', ('('):rep(100))", "too many captures"));
  CHECK(fails_with(f, "return string.gsub('x', '%', '')", "malformed pattern"));
  CHECK(fails_with(f, "return string.find('x', '[a')", "malformed pattern"));
  CHECK(run(f, "return {string.gsub('hello world', '(o)(.?)', '%2%1')}") ==
        "*2\r\n$11\r\nhell owrold\r\n:2\r\n");
}

TEST_CASE("memory: what is too much ends the script, and the next has a clean state", "[scripting][safety]") {
  EngineFixture f;
  CHECK(fails_with(f, "local t={} for i=1,100 do t[i]=('x'):rep(400*1024*1024)..i end", "not enough memory"));
  CHECK(fails_with(
      f, "local t={} while true do pcall(function() for i=1,100 do t[i]=('x'):rep(4e8)..i end end) end",
      "not enough memory"));
  f.send("SCRIPT", "LOAD", "return 5");
  CHECK(fails_with(f, "local t={} for i=1,100 do t[i]=('x'):rep(400*1024*1024)..i end", "not enough memory"));
  CHECK(f.send("EVALSHA", "4ca238f611c9d0ae4e9a75a5dbac22aedc1e44282", "0").starts_with("-NOSCRIPT"));
  CHECK(f.send("EVAL", "return 5", "0") == ":5\r\n");
}

TEST_CASE("nesting: deep calls, parsers and replies are bounded", "[scripting][safety]") {
  EngineFixture f;
  CHECK(fails_with(f, "local function g() return 1+g() end return g()", "stack overflow"));
  CHECK(
      fails_with(f, "local s='x' local function g() return s:gsub('x', g) end return g()", "stack overflow"));
  CHECK(fails_with(f, "local function g() return coroutine.wrap(g)() end return g()", "stack overflow"));
  CHECK(fails_with(f, ("return " + std::string(10000, '(')), "too many"));
  CHECK(run(f, "local t={} t[1]=t return t").ends_with("*1\r\n-ERR reached lua stack limit\r\n"));
  CHECK(run(f, "local t={} t[1]=t t[2]=t return t") == "-ERR reached lua stack limit\r\n");
  CHECK(run(f, "local t={} t.map={[t]=t} return t") == "-ERR reached lua stack limit\r\n");
  CHECK(fails_with(f, "local t={} t[1]=t return cjson.encode(t)", "excessive nesting (1001)"));
  CHECK(fails_with(f, "cjson.encode_max_depth(2^31-1) local t={} t[1]=t return cjson.encode(t)",
                   "excessive nesting"));
  CHECK(fails_with(f, "return cjson.decode(('['):rep(100000))", "too many nested"));
  CHECK(fails_with(f, "cjson.decode_max_depth(2^31-1) return cjson.decode(('['):rep(1000000))",
                   "too many nested"));
  CHECK(run(f, "local t={} t[1]=t return #cmsgpack.pack(t)") == ":17\r\n");
  CHECK(fails_with(f, "return cmsgpack.unpack(('\\145'):rep(1000000))", "overflow"));
}

TEST_CASE("errors: what is no text becomes one, and lines stay one", "[scripting][safety]") {
  EngineFixture f;
  CHECK(fails_with(f, "error({})", "ERR unknown error"));
  CHECK(run(f, "return {pcall(error,{})}") == "*2\r\n$-1\r\n*0\r\n");
  CHECK(run(f, "return {err='E a\\r\\n+b'}") == "-E a  +b\r\n");
  CHECK(run(f, "return redis.error_reply('E a\\r\\n+b')") == "-E a  +b\r\n");
  CHECK(run(f, "return redis.status_reply('a\\r\\n-b')") == "+a  -b\r\n");
}

TEST_CASE("libraries: hostile sizes are refused", "[scripting][safety]") {
  EngineFixture f;
  CHECK(run(f, "return {bit.tohex(255,-2147483648), bit.tohex(255,2147483647)}") ==
        "*2\r\n$8\r\n000000FF\r\n$8\r\n000000ff\r\n");
  CHECK(fails_with(f, "return struct.pack('I99999999999',1)", "integral size overflow"));
  CHECK(fails_with(f, "return struct.pack('i33',1)", "larger than limit of 32"));
  CHECK(fails_with(f, "return struct.unpack('c2147483647','x')", "data string too short"));
  CHECK(fails_with(f, "return struct.unpack('d','x',2^52)", "data string too short"));
  CHECK(fails_with(f, "return struct.pack('!3 i',1)", "not a power of 2"));
  CHECK(fails_with(f, "return struct.pack('!0 i',1)", "not a power of 2"));
  CHECK(fails_with(f, "return struct.unpack('Bc0c0', string.char(255)..'x')", "data string too short"));
  CHECK(fails_with(f, "return cmsgpack.unpack('\\223')", "Missing bytes in input."));
  CHECK(
      fails_with(f, "return cmsgpack.unpack(string.char(0xdd,255,255,255,255))", "Missing bytes in input."));
  CHECK(
      fails_with(f, "return cmsgpack.unpack(string.char(0xdb,255,255,255,255))", "Missing bytes in input."));
  CHECK(fails_with(f, "return cmsgpack.unpack_limit('x',-1)", "Invalid request"));
  CHECK(fails_with(f, "return string.rep('x', 2^31-1)", "resulting string too large"));
  CHECK(run(f, "return #string.rep('', 2^31-1)") == ":0\r\n");
  CHECK(run(f, "return string.format('%.99f', 1e308):len()") == ":409\r\n");
}
