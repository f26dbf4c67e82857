// ACL rules knew the engine's own commands only: +@scripting allowed nothing, and +eval was an unknown
// command. Found by a million generated commands.
#include <redouble/server.h>

#include <catch2/catch.hpp>

using namespace redouble;

TEST_CASE("ACL: rules name the commands of scripts too", "[acl][scripting]") {
  Server server;
  CHECK(server.call({"ACL", "SETUSER", "u", "+eval", "+script|load"}).text() == "OK");
  CHECK(server.call({"ACL", "LIST"}).items()[1].text() ==
        "user u off resetchannels -@all +eval +script|load");
  CHECK(server.call({"ACL", "SETUSER", "u", "reset", "+@scripting"}).text() == "OK");
  CHECK(server.call({"ACL", "LIST"}).items()[1].text() ==
        "user u off sanitize-payload resetchannels -@all +@scripting");
  CHECK(server.call({"ACL", "DRYRUN", "u", "EVAL", "return 1", "0"}).text() == "OK");
  CHECK(server.call({"ACL", "SETUSER", "u", "+@all", "-eval"}).text() == "OK");
  CHECK(server.call({"ACL", "DRYRUN", "u", "EVAL", "return 1", "0"}).text() ==
        "This user has no permissions to run the 'eval' command");
}
