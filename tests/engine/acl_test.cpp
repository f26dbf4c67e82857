// ACL: users and their rules, the gate, clients that lose their rights. Bytes as observed on
// redis-server 7.0.15.
#include <catch2/catch.hpp>

#include <map>

#include "tests/support/engine_fixture.h"

using namespace redouble;

namespace {

const std::string kNoGet = "-NOPERM this user has no permissions to run the 'get' command\r\n";
const std::string kNoKey =
    "-NOPERM this user has no permissions to access one of the keys used as arguments\r\n";
const std::string kNoChannel =
    "-NOPERM this user has no permissions to access one of the channels used as arguments\r\n";

std::string bulk(std::string_view text) {
  return "$" + std::to_string(text.size()) + "\r\n" + std::string(text) + "\r\n";
}

// The line of ACL LIST for user `u`, without its name.
std::string rules_of(EngineFixture& f) {
  const auto lines = f.engine.acl.lines();
  for (const auto& line : lines)
    if (line.starts_with("user u ")) return line.substr(7);
  return "no such user";
}

struct FileHost : Host {
  std::optional<std::string> read_file(const std::string& path) override {
    const auto at = files.find(path);
    return at == files.end() ? std::nullopt : std::optional(at->second);
  }
  std::string write_file(const std::string& path, std::string_view content) override {
    if (path.starts_with("/full/")) return "No space left on device";
    files[path] = content;
    return {};
  }
  std::map<std::string, std::string> files;
};

struct FileFixture {
  explicit FileFixture(std::string path) : engine(clock, configured(std::move(path)), host, 1) {}

  static Config configured(std::string path) {
    Config config;
    static_cast<void>(config.load(Setting::aclfile, std::vector<std::string>{std::move(path)}));
    return config;
  }
  template <class... Words>
  std::string send(Words&&... words) {
    const std::vector<std::string_view> argv{std::string_view(words)...};
    engine.execute(client, argv);
    return EngineFixture::received(client);
  }

  ManualClock clock;
  FileHost host;
  Engine engine;
  Session& client = engine.connect();
};

}  // namespace

TEST_CASE("ACL SETUSER: rules read back in the fewest words", "[acl]") {
  EngineFixture f;
  f.send("ACL", "SETUSER", "u");
  CHECK(rules_of(f) == "off resetchannels -@all");
  f.send("ACL", "SETUSER", "u", "on", "nopass", "%R~a", "%W~a", "&ch", "+get", "+config|get", "+select|0");
  CHECK(rules_of(f) == "on nopass ~a resetchannels &ch -@all +get +select|0 +config|get");
  f.send("ACL", "SETUSER", "u", "reset", "allkeys", "allchannels", "+@all", "-@pubsub", "+publish");
  CHECK(rules_of(f) == "off sanitize-payload ~* &* +@all -@pubsub +publish");
  f.send("ACL", "SETUSER", "u", "reset", "(~a", "+get)", "(%W~b +@transaction)");
  CHECK(rules_of(f) ==
        "off sanitize-payload resetchannels -@all (~a resetchannels -@all +get) (%W~b resetchannels -@all "
        "+@transaction)");
}

TEST_CASE("ACL SETUSER: one faulty rule changes nothing", "[acl]") {
  EngineFixture f;
  CHECK(f.send("ACL", "SETUSER", "u", "on", "nosuch") ==
        "-ERR Error in ACL SETUSER modifier 'nosuch': Syntax error\r\n");
  CHECK(f.send("ACL", "GETUSER", "u") == "$-1\r\n");
  f.send("ACL", "SETUSER", "u", "on");
  f.send("ACL", "SETUSER", "u", "off", "+nosuch");
  CHECK(rules_of(f) == "on resetchannels -@all");
}

TEST_CASE("ACL: what is denied, in the order of the gates", "[acl]") {
  EngineFixture f;
  f.send("ACL", "SETUSER", "u", "on", ">pw", "~a", "%R~r", "&ch", "+@all", "-get");
  Session& bob = f.engine.connect();
  CHECK(f.send_as(bob, "AUTH", "u", "pw") == "+OK\r\n");
  CHECK(f.send_as(bob, "GET") == "-ERR wrong number of arguments for 'get' command\r\n");
  CHECK(f.send_as(bob, "GET", "a") == kNoGet);
  CHECK(f.send_as(bob, "SET", "a", "1") == "+OK\r\n");
  CHECK(f.send_as(bob, "SET", "r", "1") == kNoKey);
  CHECK(f.send_as(bob, "STRLEN", "r") == ":0\r\n");
  CHECK(f.send_as(bob, "PUBLISH", "x", "m") == kNoChannel);
  CHECK(f.send_as(bob, "PSUBSCRIBE", "c*") == kNoChannel);
  CHECK(f.send_as(bob, "RESET") == "+RESET\r\n");
  CHECK(f.send_as(bob, "GET", "a") == "$1\r\n1\r\n");
}

TEST_CASE("ACL: rights that go while a transaction waits", "[acl][transaction]") {
  EngineFixture f;
  f.send("ACL", "SETUSER", "u", "on", "nopass", "~*", "+@all");
  Session& bob = f.engine.connect();
  f.send_as(bob, "AUTH", "u", "x");
  f.send_as(bob, "MULTI");
  f.send_as(bob, "SET", "k", "v");
  f.send_as(bob, "PING");
  f.send("ACL", "SETUSER", "u", "-set");
  CHECK(f.send_as(bob, "EXEC") ==
        "*2\r\n-NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC "
        "call. This command is no longer allowed for the following reason: no permission to execute the "
        "command or subcommand\r\n+PONG\r\n");
  CHECK(f.send("EXISTS", "k") == ":0\r\n");
}

TEST_CASE("ACL: a blocked client whose key was taken away gets no element", "[acl][blocking]") {
  EngineFixture f;
  f.send("ACL", "SETUSER", "u", "on", "nopass", "~*", "+@all");
  Session& bob = f.engine.connect();
  f.send_as(bob, "AUTH", "u", "x");
  f.send_as(bob, "BLPOP", "k", "0");
  f.send("ACL", "SETUSER", "u", "resetkeys", "~other");
  CHECK(f.send("RPUSH", "k", "v") == ":1\r\n");
  CHECK(EngineFixture::received(bob) == kNoKey);
  CHECK_FALSE(bob.is_blocked());
  CHECK(f.send("LLEN", "k") == ":1\r\n");
}

TEST_CASE("ACL DELUSER: ends the user's clients, its author behind the reply", "[acl]") {
  EngineFixture f;
  f.send("ACL", "SETUSER", "u", "on", "nopass", "~*", "+@all");
  Session& bob = f.engine.connect();
  Session& carol = f.engine.connect();
  f.send_as(bob, "AUTH", "u", "x");
  f.send_as(carol, "AUTH", "u", "x");
  CHECK(f.send_as(bob, "ACL", "DELUSER", "u") == ":1\r\n");
  CHECK(bob.close_after_reply);
  CHECK(carol.close_now);
  CHECK(bob.user == &f.engine.acl.default_user());
  CHECK(carol.user == &f.engine.acl.default_user());
}

TEST_CASE("ACL SETUSER: an author that may not hear its own channel any more", "[acl][pubsub]") {
  EngineFixture f;
  f.send("ACL", "SETUSER", "u", "on", "nopass", "~*", "+@all", "&ch");
  Session& bob = f.engine.connect();
  f.send_as(bob, "HELLO", "3", "AUTH", "u", "x");
  f.send_as(bob, "SUBSCRIBE", "ch");
  CHECK(f.send_as(bob, "ACL", "SETUSER", "u", "resetchannels") == "+OK\r\n");
  CHECK(bob.close_after_reply);
}

TEST_CASE("ACL LOAD: all users or none, and their clients go", "[acl]") {
  FileFixture f("users.acl");
  CHECK(f.send("ACL", "LOAD").starts_with("-ERR Error loading ACLs, opening file 'users.acl'"));
  f.host.files["users.acl"] = "user bob on >pw ~* +@all\n\n  user default on nopass ~* +@all ( +get ~x )\r\n";
  CHECK(f.send("ACL", "LOAD") == "+OK\r\n");
  CHECK(f.engine.acl.lines() ==
        std::vector<std::string>{
            "user bob on #30c952fab122c3f9759f02a6d95c3758b246b4fee239957b2d4fee46e26170c4 ~* resetchannels "
            "+@all",
            "user default on nopass ~* resetchannels +@all (~x resetchannels -@all +get)"});
  Session& bob = f.engine.connect();
  f.engine.acl.log_in(bob, "bob", "pw", "AUTH");
  f.host.files["users.acl"] = "user bob on +nosuch\nfoo\nuser carl <x #x\nuser carl on\nuser \"a b\" on";
  CHECK(
      f.send("ACL", "LOAD") ==
      "-ERR users.acl:1: Error in applying operation '+nosuch': Unknown command or category name in ACL. "
      "users.acl:2 should start with user keyword followed by the username. users.acl:3: The password you "
      "are "
      "trying to remove from the user does not exist. WARNING: Duplicate user 'carl' found on line 4. "
      "users.acl:5: Syntax error. WARNING: ACL errors detected, no change to the previously active ACL rules "
      "was performed\r\n");
  CHECK_FALSE(bob.close_now);
  f.host.files["users.acl"] = "user bob on >pw ~* +@all\n";
  CHECK(f.send("ACL", "LOAD") == "+OK\r\n");
  CHECK(bob.close_now);
  CHECK(f.engine.acl.lines().back() == "user default on nopass ~* &* +@all");
}

TEST_CASE("ACL SAVE: the file that ACL LOAD reads", "[acl]") {
  FileFixture f("users.acl");
  f.send("ACL", "SETUSER", "bob", "on", "~a", "+get");
  CHECK(f.send("ACL", "SAVE") == "+OK\r\n");
  CHECK(f.host.files["users.acl"] ==
        "user bob on ~a resetchannels -@all +get\nuser default on nopass ~* &* +@all\n");
  CHECK(f.send("ACL", "LOAD") == "+OK\r\n");
  FileFixture full("/full/users.acl");
  CHECK(full.send("ACL", "SAVE").starts_with("-ERR There was an error trying to save the ACLs."));
}

TEST_CASE("ACL: user lines of the configuration", "[acl][config]") {
  const std::vector<std::vector<std::string>> declared = {{"alice", "on"}};
  const auto check = [&](std::vector<std::string> words) { return check_user_declaration(declared, words); };
  CHECK(check({"bob", "on", "+@nosuch"}).empty());
  CHECK(check({"alice"}) ==
        "Error in user declaration 'alice': Duplicate user found. A user can only be defined once in config "
        "files");
  CHECK(check({"bob", "x"}) == "Error in user declaration 'user': Syntax error");
  CHECK(check({"bob", "on", ">x", "+get", "nosuch"}) == "Error in user declaration '>x': Syntax error");

  ManualClock clock;
  Host host;
  Config config;
  config.declare_user({"bob", "on", "nopass", "+get", "(~x", "+set)"});
  config.declare_user({"default", "on", ">pw", "+@all", "~*"});
  Engine engine(clock, config, host, 1);
  CHECK(engine.acl.load_configured().empty());
  CHECK(engine.acl.lines() ==
        std::vector<std::string>{"user bob on nopass resetchannels -@all +get (~x resetchannels -@all +set)",
                                 "user default on sanitize-payload "
                                 "#30c952fab122c3f9759f02a6d95c3758b246b4fee239957b2d4fee46e26170c4 "
                                 "~* resetchannels +@all"});
  Config bad;
  bad.declare_user({"bob", "+@nosuch"});
  Engine other(clock, bad, host, 1);
  CHECK(
      other.acl.load_configured() ==
      "Error loading ACL rule '+@nosuch' for the user named 'bob': Unknown command or category name in ACL\n"
      "Critical error while loading ACLs. Exiting.");
}

TEST_CASE("ACL LOG: like cases within a minute are one", "[acl]") {
  EngineFixture f;
  f.send("AUTH", "bob", "x");
  f.advance_ms(30'000);
  f.send("AUTH", "bob", "x");
  const auto& entries = f.engine.acl.log.entries();
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].count == 2);
  f.advance_ms(1500);
  CHECK(f.send("ACL", "LOG").find("age-seconds\r\n" + bulk("1.5")) != std::string::npos);
  f.advance_ms(60'000);
  f.send("AUTH", "bob", "x");
  CHECK(entries.size() == 2);
}

TEST_CASE("ACL: an engine that is reset knows the default user only", "[acl]") {
  EngineFixture f;
  f.send("ACL", "SETUSER", "u", "on", "nopass", "+@all");
  f.send("AUTH", "u", "x");
  f.send("ACL", "SETUSER", "default", "-get");
  f.engine.reset(Config());
  CHECK(f.send("ACL", "WHOAMI") == bulk("default"));
  CHECK(f.engine.acl.lines() == std::vector<std::string>{"user default on nopass ~* &* +@all"});
}
