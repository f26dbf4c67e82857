#include <catch2/catch.hpp>
#include <string>

#include "engine/command_table.h"
#include "protocol/reply_parser.h"
#include "tests/support/engine_fixture.h"

using redouble::EngineFixture;

TEST_CASE("COMMAND INFO: the whole answer for GET, null for an unknown name", "[command]") {
  EngineFixture f;
  CHECK(f.send("COMMAND", "INFO", "get", "nosuch") ==
        "*2\r\n*10\r\n$3\r\nget\r\n:2\r\n*2\r\n+readonly\r\n+fast\r\n:1\r\n:1\r\n:1\r\n"
        "*3\r\n+@read\r\n+@string\r\n+@fast\r\n*0\r\n*1\r\n*6\r\n$5\r\nflags\r\n*2\r\n+RO\r\n+access\r\n"
        "$12\r\nbegin_search\r\n*4\r\n$4\r\ntype\r\n$5\r\nindex\r\n$4\r\nspec\r\n*2\r\n$5\r\nindex\r\n:1\r\n"
        "$9\r\nfind_keys\r\n*4\r\n$4\r\ntype\r\n$5\r\nrange\r\n$4\r\nspec\r\n*6\r\n$7\r\nlastkey\r\n:0\r\n"
        "$7\r\nkeystep\r\n:1\r\n$5\r\nlimit\r\n:0\r\n*0\r\n$-1\r\n");
}

TEST_CASE("COMMAND INFO: a subcommand by its full name", "[command]") {
  EngineFixture f;
  CHECK(
      f.send("COMMAND", "INFO", "Command|Count").starts_with("*1\r\n*10\r\n$13\r\ncommand|count\r\n:2\r\n"));
  CHECK(f.send("COMMAND", "INFO", "get|count") == "*1\r\n$-1\r\n");
}

TEST_CASE("COMMAND INFO: sets and maps on RESP3, subcommands an array", "[command]") {
  EngineFixture f;
  f.client.reply.set_protocol(3);
  CHECK(f.send("COMMAND", "INFO", "get").starts_with("*1\r\n*10\r\n$3\r\nget\r\n:2\r\n~2\r\n+readonly\r\n"));
  CHECK(f.send("COMMAND", "INFO", "command").find("~0\r\n*7\r\n*10\r\n") != std::string::npos);
}

TEST_CASE("COMMAND DOCS: purpose, arguments, and nothing for an unknown name", "[command]") {
  EngineFixture f;
  CHECK(f.send("COMMAND", "DOCS", "get", "nosuch") ==
        "*2\r\n$3\r\nget\r\n*8\r\n$7\r\nsummary\r\n$30\r\nReturns the bytes of a string.\r\n"
        "$5\r\nsince\r\n$5\r\n1.0.0\r\n$5\r\ngroup\r\n$6\r\nstring\r\n$9\r\narguments\r\n*1\r\n*6\r\n"
        "$4\r\nname\r\n$3\r\nkey\r\n$4\r\ntype\r\n$3\r\nkey\r\n$14\r\nkey_spec_index\r\n:0\r\n");
  CHECK(f.send("COMMAND", "DOCS", "debug").find("$9\r\ndoc_flags\r\n*1\r\n+syscmd\r\n") != std::string::npos);
}

TEST_CASE("COMMAND LIST: filters", "[command]") {
  EngineFixture f;
  CHECK(f.send("COMMAND", "LIST", "FILTERBY", "PATTERN", "SLOW*|l*") == "*1\r\n$11\r\nslowlog|len\r\n");
  CHECK(f.send("COMMAND", "LIST", "FILTERBY", "MODULE", "x") == "*0\r\n");
  CHECK(f.send("COMMAND", "LIST", "FILTERBY", "ACLCAT", "nosuch") == "*0\r\n");
  CHECK(f.send("COMMAND", "LIST", "FILTERBY") == "-ERR syntax error\r\n");
  CHECK(f.send("COMMAND", "LIST", "FILTERBY", "COLOR", "x") == "-ERR syntax error\r\n");
}

TEST_CASE("COMMAND GETKEYS: keys by range, step and option", "[command]") {
  EngineFixture f;
  CHECK(f.send("COMMAND", "GETKEYS", "MSET", "a", "1", "b", "2") == "*2\r\n$1\r\na\r\n$1\r\nb\r\n");
  CHECK(f.send("COMMAND", "GETKEYSANDFLAGS", "SET", "a", "b") ==
        "*1\r\n*2\r\n$1\r\na\r\n*2\r\n+OW\r\n+update\r\n");
  CHECK(f.send("COMMAND", "GETKEYSANDFLAGS", "SET", "a", "b", "GET") ==
        "*1\r\n*2\r\n$1\r\na\r\n*3\r\n+RW\r\n+access\r\n+update\r\n");
}

TEST_CASE("COMMAND GETKEYS: what cannot be answered", "[command]") {
  EngineFixture f;
  CHECK(f.send("COMMAND", "GETKEYS", "nosuch", "a") == "-ERR Invalid command specified\r\n");
  CHECK(f.send("COMMAND", "GETKEYS", "PING", "a") == "-ERR The command has no key arguments\r\n");
  CHECK(f.send("COMMAND", "GETKEYS", "SET", "a") ==
        "-ERR Invalid number of arguments specified for command\r\n");
}

TEST_CASE("COMMAND, COMMAND COUNT and COMMAND DOCS: all commands, each told whole", "[command]") {
  EngineFixture f;
  const auto count = f.engine.commands().commands().size();
  CHECK(f.send("COMMAND", "COUNT") == ":" + std::to_string(count) + "\r\n");
  const int protocol = GENERATE(2, 3);
  f.client.reply.set_protocol(protocol);
  const auto whole = [&](const std::string& bytes) {
    redouble::ReplyParser parser;
    parser.feed(bytes);
    return parser.next().has_value() && parser.idle();
  };
  const std::string all = f.send("COMMAND");
  CHECK(all.starts_with("*" + std::to_string(count) + "\r\n*10\r\n"));
  CHECK(whole(all));
  CHECK(all.find("$7\r\nkeyword\r\n$7\r\nSTREAMS\r\n$9\r\nstartfrom\r\n:1\r\n") != std::string::npos);
  CHECK(all.find("$9\r\nkeynumidx\r\n:0\r\n$8\r\nfirstkey\r\n:1\r\n$7\r\nkeystep\r\n:1\r\n") !=
        std::string::npos);
  const std::string docs = f.send("COMMAND", "DOCS");
  CHECK(docs.starts_with((protocol == 2 ? "*" : "%") + std::to_string(protocol == 2 ? 2 * count : count) +
                         "\r\n"));
  CHECK(whole(docs));
  CHECK(docs.find("$11\r\nsubcommands\r\n") != std::string::npos);
  CHECK(docs.find("$16\r\ndeprecated_since\r\n") != std::string::npos);
}
