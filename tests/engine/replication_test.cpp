// Replicas: SYNC, PSYNC and REPLCONF, what INFO, ROLE, CLIENT LIST and WAIT say of them, and how they end.
#include "engine/replication.h"

#include <catch2/catch.hpp>

#include "engine/rdb/file.h"
#include "tests/support/engine_fixture.h"

namespace redouble {
namespace {

constexpr std::string_view kSetInDb0 =
    "*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n";
constexpr std::string_view kGetAck = "*3\r\n$8\r\nREPLCONF\r\n$6\r\nGETACK\r\n$1\r\n*\r\n";

std::string field(EngineFixture& f, std::string_view section, std::string_view name) {
  const std::string text = f.send("INFO", section);
  const std::size_t at = text.find(std::string("\n") + std::string(name) + ":");
  REQUIRE(at != std::string::npos);
  const std::size_t begin = at + name.size() + 2;
  return text.substr(begin, text.find('\r', begin) - begin);
}

// "$length", the file, and nothing behind it.
std::string file_in(std::string_view bytes) {
  REQUIRE(bytes.starts_with("$"));
  const std::size_t end = bytes.find("\r\n");
  const auto size = static_cast<std::size_t>(std::stoul(std::string(bytes.substr(1, end - 1))));
  REQUIRE(bytes.size() == end + 2 + size);
  return std::string(bytes.substr(end + 2));
}

TEST_CASE("SYNC: sends the data set, then every change", "[replication]") {
  EngineFixture f;
  f.send("SET", "before", "1");
  Session& follower = f.engine.connect();
  const std::string file = file_in(f.send_as(follower, "SYNC"));
  const RdbFile read = read_rdb_file(f.engine, file);
  CHECK(read.error == "");
  CHECK(read.loaded == 1);
  f.send("SET", "k", "v");
  CHECK(EngineFixture::received(follower) == kSetInDb0);
  f.send("GET", "k");
  CHECK(EngineFixture::received(follower) == "");
}

TEST_CASE("PSYNC: an unknown past gets the whole, with id and offset", "[replication]") {
  EngineFixture f;
  Session& first = f.engine.connect();
  f.send_as(first, "SYNC");
  f.send("SET", "k", "v");
  const std::string id = field(f, "replication", "master_replid");
  Session& second = f.engine.connect();
  const std::string answer = f.send_as(second, "PSYNC", "?", "-1");
  CHECK(answer.starts_with("+FULLRESYNC " + id + " " + std::to_string(kSetInDb0.size()) + "\r\n$"));
  Session& third = f.engine.connect();
  CHECK(f.send_as(third, "PSYNC", "abc", "1").starts_with("+FULLRESYNC " + id));
  CHECK(field(f, "stats", "sync_full") == "3");
  CHECK(field(f, "stats", "sync_partial_err") == "1");
}

TEST_CASE("PSYNC: a known past goes on where it was", "[replication]") {
  EngineFixture f;
  Session& first = f.engine.connect();
  f.send_as(first, "SYNC");
  f.send("SET", "k", "v");
  const std::string id = field(f, "replication", "master_replid");
  Session& second = f.engine.connect();
  CHECK(f.send_as(second, "PSYNC", id, "1") == "+CONTINUE\r\n" + std::string(kSetInDb0));
  Session& third = f.engine.connect();
  f.send_as(third, "REPLCONF", "capa", "psync2");
  const std::string end = std::to_string(kSetInDb0.size() + 1);
  CHECK(f.send_as(third, "PSYNC", id, end) == "+CONTINUE " + id + "\r\n");
  Session& fourth = f.engine.connect();
  CHECK(f.send_as(fourth, "PSYNC", id, std::to_string(kSetInDb0.size() + 2)).starts_with("+FULLRESYNC"));
  Session& fifth = f.engine.connect();
  CHECK(f.send_as(fifth, "PSYNC", id, "-9223372036854775808").starts_with("+FULLRESYNC"));
  CHECK(field(f, "stats", "sync_partial_ok") == "2");
}

TEST_CASE("SYNC, PSYNC: refusals", "[replication]") {
  EngineFixture f;
  CHECK(f.send("PSYNC", "?", "x") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("PSYNC", "?", "1", "failover") == "-ERR PSYNC FAILOVER can't be sent to a master.\r\n");
  f.send("MULTI");
  CHECK(f.send("SYNC") == "-ERR Command not allowed inside a transaction\r\n");
  f.send("DISCARD");
  CHECK(f.send("EVAL", "return redis.call('SYNC')", "0")
            .starts_with("-ERR This Redis command is not allowed from script"));
  f.engine.execute(f.client, std::vector<std::string_view>{"PING"});
  CHECK(f.send("SYNC") == "+PONG\r\n-ERR SYNC and PSYNC are invalid with pending output\r\n");
  f.send("REPLCONF", "rdb-filter-only", "functions");
  CHECK(f.send("SYNC") == "-ERR Filtered replica requires EOF capability\r\n");
  CHECK(f.send("MONITOR") == "+OK\r\n");
  CHECK(f.send("SYNC") == "");
  CHECK(f.engine.replication.replicas().empty());
}

TEST_CASE("REPLCONF: what a replica tells of itself", "[replication]") {
  EngineFixture f;
  CHECK(f.send("REPLCONF") == "+OK\r\n");
  CHECK(f.send("REPLCONF", "a") == "-ERR syntax error\r\n");
  CHECK(f.send("REPLCONF", "rdb-only", "2") == "-ERR value is out of range, value must between 0 and 1\r\n");
  CHECK(f.send("REPLCONF", "nope", "x") == "-ERR Unrecognized REPLCONF option: nope\r\n");
  CHECK(f.send("REPLCONF", "ack", "0") == "");
  CHECK(f.send("REPLCONF", "getack", "*") == "");
  Session& replica = f.engine.connect();
  replica.address = "10.1.2.3:4567";
  CHECK(f.send_as(replica, "REPLCONF", "listening-port", "7000") == "+OK\r\n");
  f.send_as(replica, "SYNC");
  CHECK(field(f, "replication", "connected_slaves") == "1");
  CHECK(field(f, "replication", "slave0") == "ip=10.1.2.3,port=7000,state=online,offset=0,lag=0");
  CHECK(field(f, "clients", "connected_clients") == "1");
  CHECK(f.send("ROLE") ==
        "*3\r\n$6\r\nmaster\r\n:0\r\n*1\r\n*3\r\n$8\r\n10.1.2.3\r\n$4\r\n7000\r\n$1\r\n0\r\n");
  f.send_as(replica, "REPLCONF", "ACK", "17");
  f.advance_ms(3000);
  CHECK(field(f, "replication", "slave0") == "ip=10.1.2.3,port=7000,state=online,offset=17,lag=3");
  CHECK(f.send("CLIENT", "LIST", "TYPE", "replica").find(" flags=S ") != std::string::npos);
  f.engine.disconnect(replica);
  CHECK(field(f, "replication", "connected_slaves") == "0");
}

TEST_CASE("PSYNC: behind an end mark nothing stands before the first acknowledgement", "[replication]") {
  EngineFixture f;
  Session& replica = f.engine.connect();
  f.send_as(replica, "REPLCONF", "capa", "eof", "capa", "psync2");
  const std::string answer = f.send_as(replica, "PSYNC", "?", "-1");
  const std::size_t at = answer.find("\r\n") + 2;
  REQUIRE(answer.substr(at, 5) == "$EOF:");
  const std::string mark = answer.substr(at + 5, 40);
  CHECK(answer.ends_with(mark));
  const std::string file = answer.substr(at + 47, answer.size() - at - 47 - 40);
  CHECK(read_rdb_file(f.engine, file).error == "");
  f.send("SET", "k", "v");
  CHECK(EngineFixture::received(replica) == "");
  CHECK(f.send_as(replica, "REPLCONF", "ACK", "0") == kSetInDb0);
  f.send("CONFIG", "SET", "repl-diskless-sync", "no");
  Session& other = f.engine.connect();
  f.send_as(other, "REPLCONF", "capa", "eof");
  CHECK(f.send_as(other, "PSYNC", "?", "-1").find("\r\n$EOF:") == std::string::npos);
}

TEST_CASE("REPLCONF: a snapshot alone ends the connection, a filter leaves things out", "[replication]") {
  EngineFixture f;
  f.send("SET", "k", "v");
  Session& one = f.engine.connect();
  f.send_as(one, "REPLCONF", "rdb-only", "1");
  CHECK(read_rdb_file(f.engine, file_in(f.send_as(one, "SYNC"))).loaded == 1);
  CHECK(one.close_after_reply);
  CHECK(f.engine.replication.replicas().empty());
  Session& two = f.engine.connect();
  f.send_as(two, "REPLCONF", "capa", "eof", "rdb-filter-only", "functions");
  const std::string answer = f.send_as(two, "SYNC");
  REQUIRE(answer.starts_with("$EOF:"));
  CHECK(read_rdb_file(f.engine, answer.substr(47, answer.size() - 47 - 40)).loaded == 0);
}

TEST_CASE("REPLCONF: a snapshot alone is no ordinary client's memory", "[replication][eviction]") {
  EngineFixture f;
  f.send("CONFIG", "SET", "maxmemory-policy", "allkeys-lru", "rdbcompression", "no");
  for (int i = 0; i < 300; ++i) f.send("SET", "k" + std::to_string(i), std::string(10'000, 'x'));
  Session& reader = f.engine.connect();
  f.send_as(reader, "REPLCONF", "rdb-only", "1");
  const std::size_t limit = f.engine.used_memory() / 5 * 6;
  f.send("CONFIG", "SET", "maxmemory", std::to_string(limit), "maxmemory-clients", "100000",
         "client-output-buffer-limit", "normal 100000 0 0");
  f.engine.execute(reader, std::vector<std::string_view>{"SYNC"});
  REQUIRE(reader.out.size() > limit / 5);
  CHECK(f.send("PING") == "+PONG\r\n");
  CHECK(reader.open());
  CHECK(field(f, "stats", "evicted_keys") == "0");
  CHECK(field(f, "replication", "connected_slaves") == "0");
  CHECK(std::stoul(field(f, "memory", "mem_clients_slaves")) >= reader.out.size());
}

TEST_CASE("SYNC: a replica that asks for something is closed", "[replication]") {
  for (const std::string_view word :
       {"PING", "RESET", "MULTI", "QUIT", "nosuch", "DBSIZE", "UNSUBSCRIBE", "GET"}) {
    EngineFixture f;
    Session& replica = f.engine.connect();
    f.send_as(replica, "SYNC");
    CHECK(f.send_as(replica, word) == "");
    CHECK((replica.close_now || replica.close_after_reply));
    CHECK(f.engine.replication.replicas().empty());
  }
  EngineFixture f;
  Session& replica = f.engine.connect();
  f.send_as(replica, "SYNC");
  CHECK(f.send_as(replica, "SYNC") == "");
  CHECK(f.send_as(replica, "MONITOR") == "");
  CHECK(f.send_as(replica, "REPLCONF", "ACK", "x") == "");
  CHECK(!replica.close_now);
}

TEST_CASE("WAIT: asks replicas, and answers when they have it", "[replication][wait]") {
  EngineFixture f;
  Session& replica = f.engine.connect();
  f.send_as(replica, "SYNC");
  CHECK(f.send("SET", "k", "v") == "+OK\r\n");
  EngineFixture::received(replica);
  CHECK(f.send("WAIT", "1", "1000") == "");
  CHECK(EngineFixture::received(replica) == kGetAck);
  f.send_as(replica, "REPLCONF", "ACK", std::to_string(kSetInDb0.size() - 1));
  CHECK(EngineFixture::received(f.client) == "");
  f.send_as(replica, "REPLCONF", "ACK", std::to_string(kSetInDb0.size()));
  CHECK(EngineFixture::received(f.client) == ":1\r\n");
  f.send("SET", "k", "v");
  CHECK(f.send("WAIT", "1", "50") == "");
  f.advance_ms(50);
  CHECK(EngineFixture::received(f.client) == ":0\r\n");
  f.send("MULTI");
  f.send("WAIT", "1", "0");
  CHECK(f.send("EXEC") == "*1\r\n:0\r\n");
}

TEST_CASE("WAIT: what is acknowledged while a script is busy counts behind it", "[replication][wait]") {
  EngineFixture f;
  Session& replica = f.engine.connect();
  Session& other = f.engine.connect();
  f.send_as(replica, "SYNC");
  f.send("SET", "k", "v");
  CHECK(f.send("WAIT", "1", "0") == "");
  f.engine.serve_while_busy("BUSY");
  f.send_as(replica, "REPLCONF", "ACK", std::to_string(kSetInDb0.size()));
  CHECK(EngineFixture::received(f.client) == "");
  f.engine.end_busy();
  f.send_as(other, "PING");
  CHECK(EngineFixture::received(f.client) == ":1\r\n");
}

TEST_CASE("CLIENT TRACKING: nothing of it stands in a replica's stream", "[replication][tracking]") {
  EngineFixture f;
  Session& replica = f.engine.connect();
  f.send_as(replica, "HELLO", "3");
  f.send_as(replica, "SYNC");
  CHECK(f.send("CLIENT", "TRACKING", "ON", "REDIRECT", std::to_string(replica.id)) == "+OK\r\n");
  f.send("GET", "k");
  f.send("SET", "k", "v");
  CHECK(EngineFixture::received(replica) == kSetInDb0);
}

TEST_CASE("Replication: a ping comes every repl-ping-replica-period", "[replication]") {
  EngineFixture f;
  Session& replica = f.engine.connect();
  f.send_as(replica, "SYNC");
  f.advance_ms(9'999);
  CHECK(EngineFixture::received(replica) == "");
  f.advance_ms(1);
  CHECK(EngineFixture::received(replica) == "*1\r\n$4\r\nping\r\n");
  f.advance_ms(20'000);
  CHECK(EngineFixture::received(replica) == "*1\r\n$4\r\nping\r\n*1\r\n$4\r\nping\r\n");
  CHECK(field(f, "replication", "master_repl_offset") == "42");
}

TEST_CASE("Replication: a replica that does not read is cut off at its own limit", "[replication]") {
  EngineFixture f;
  f.send("CONFIG", "SET", "client-output-buffer-limit", "replica 100000 0 0");
  f.send("SET", "snapshot", std::string(300'000, 'x'));
  f.send("CONFIG", "SET", "rdbcompression", "no");
  Session& replica = f.engine.connect();
  f.engine.execute(replica, std::vector<std::string_view>{"SYNC"});
  REQUIRE(replica.out.size() > 300'000);
  f.send("SET", "k", std::string(60'000, 'x'));
  CHECK(!replica.close_now);
  f.send("SET", "k", std::string(60'000, 'x'));
  CHECK(replica.close_now);
}

TEST_CASE("Replication: a snapshot that nobody reads is dropped after repl-timeout", "[replication]") {
  for (const std::string_view only : {"0", "1"}) {
    EngineFixture f;
    Session& replica = f.engine.connect();
    f.send_as(replica, "REPLCONF", "rdb-only", only);
    f.engine.execute(replica, std::vector<std::string_view>{"SYNC"});
    Session& reader = f.engine.connect();
    f.send_as(reader, "SYNC");
    f.advance_ms(59'999);
    EngineFixture::received(reader);
    CHECK(!replica.close_now);
    f.advance_ms(1);
    CHECK(replica.close_now);
    CHECK(!reader.close_now);
  }
}

TEST_CASE("Replication: a snapshot that is read slowly is kept as long as that goes on", "[replication]") {
  EngineFixture f;
  Session& replica = f.engine.connect();
  f.engine.execute(replica, std::vector<std::string_view>{"SYNC"});
  for (int i = 0; i < 3; ++i) {
    replica.out.consume(1);
    ++replica.bytes_out;
    f.advance_ms(60'000);
    CHECK(!replica.close_now);
  }
  f.advance_ms(60'000);
  CHECK(replica.close_now);
}

TEST_CASE("Replication: what waits for a first acknowledgement counts for the limit", "[replication]") {
  EngineFixture f;
  f.send("CONFIG", "SET", "client-output-buffer-limit", "replica 100000 0 0");
  Session& replica = f.engine.connect();
  f.send_as(replica, "REPLCONF", "capa", "eof");
  f.send_as(replica, "PSYNC", "?", "-1");
  f.send("SET", "k", std::string(120'000, 'x'));
  CHECK(replica.close_now);
}

TEST_CASE("Replication: the backlog is bounded, and ends when nobody comes back", "[replication]") {
  EngineFixture f;
  f.send("CONFIG", "SET", "repl-backlog-size", "16384");
  Session& replica = f.engine.connect();
  f.send_as(replica, "SYNC");
  const std::string id = field(f, "replication", "master_replid");
  for (int i = 0; i < 100; ++i) f.send("SET", "k", std::string(1000, 'x'));
  CHECK(field(f, "replication", "repl_backlog_histlen") == "16384");
  const Buffer& backlog = f.engine.replication.backlog();
  CHECK(backlog.capacity() <= 2 * 16384);
  CHECK(f.send("MEMORY", "STATS")
            .find("replication.backlog\r\n:" + std::to_string(backlog.capacity()) + "\r\n") !=
        std::string::npos);
  f.send("SET", "k", std::string(300'000, 'x'));
  CHECK(backlog.size() == 16384);
  CHECK(backlog.capacity() <= 2 * 16384);
  CHECK(backlog.view().ends_with("xx\r\n"));
  f.send("CONFIG", "SET", "repl-backlog-size", "1000000");
  f.send("SET", "k", std::string(300'000, 'x'));
  CHECK(backlog.size() > 300'000);
  f.send("CONFIG", "SET", "repl-backlog-size", "16384");
  f.send("SET", "k", "v");
  CHECK(backlog.size() == 16384);
  CHECK(backlog.capacity() <= 2 * 16384);
  const std::string offset = std::to_string(f.engine.replication.offset() - 3);
  Session& again = f.engine.connect();
  CHECK(f.send_as(again, "PSYNC", id, offset) == "+CONTINUE\r\n\nv\r\n");
  f.engine.disconnect(again);
  f.engine.disconnect(replica);
  f.send("SET", "k", "v");
  CHECK(field(f, "replication", "repl_backlog_active") == "1");
  f.advance_ms(3'600'000);
  CHECK(field(f, "replication", "repl_backlog_active") == "0");
  CHECK(field(f, "replication", "master_replid") != id);
}

TEST_CASE("Replication: a backlog that is to be kept for longer than time lasts stays", "[replication]") {
  EngineFixture f;
  f.send("CONFIG", "SET", "repl-backlog-ttl", "9223372036854775807");
  Session& replica = f.engine.connect();
  f.send_as(replica, "SYNC");
  f.engine.disconnect(replica);
  f.advance_ms(10'000);
  CHECK(field(f, "replication", "repl_backlog_active") == "1");
}

TEST_CASE("Replication: a new configuration ends all following", "[replication]") {
  EngineFixture f;
  Session& replica = f.engine.connect();
  f.send_as(replica, "SYNC");
  f.engine.reset(Config());
  CHECK(replica.close_now);
  CHECK(f.engine.replication.replicas().empty());
  CHECK(!f.engine.replication.active());
}

TEST_CASE("REPLICAOF: a server follows nobody and hands over to nobody", "[replication]") {
  EngineFixture f;
  CHECK(f.send("REPLICAOF", "NO", "ONE") == "+OK\r\n");
  CHECK(f.send("REPLICAOF", "127.0.0.1", "6379") ==
        "-ERR redouble does not replicate: it cannot become a replica of another server\r\n");
  CHECK(f.send("FAILOVER") == "-ERR FAILOVER requires connected replicas.\r\n");
  Session& replica = f.engine.connect();
  f.send_as(replica, "SYNC");
  CHECK(f.send("FAILOVER") ==
        "-ERR redouble does not hand over: it cannot become a replica of its own replica\r\n");
}

TEST_CASE("min-replicas-to-write: writes need replicas that were heard of", "[replication]") {
  EngineFixture f(EngineFixture::Settings{{"min-replicas-to-write", "1"}, {"min-replicas-max-lag", "10"}});
  const std::string refused = "-NOREPLICAS Not enough good replicas to write.\r\n";
  CHECK(f.send("SET", "k", "1") == refused);
  CHECK(f.send("GET", "k") == "$-1\r\n");
  CHECK(f.send("MULTI") == "+OK\r\n");
  CHECK(f.send("SET", "k", "1") == refused);
  CHECK(f.send("EXEC") == "-EXECABORT Transaction discarded because of previous errors.\r\n");
  CHECK(f.send("EVAL", "return redis.pcall('set','k',1).err", "0") ==
        "$45\r\nNOREPLICAS Not enough good replicas to write.\r\n");
  CHECK(f.send("EVAL", "#!lua\nreturn 1", "0") == refused);
  CHECK(f.send("EVAL", "#!lua flags=no-writes\nreturn 1", "0") == ":1\r\n");
  CHECK(field(f, "replication", "min_slaves_good_slaves") == "0");
  Session& replica = f.engine.connect();
  f.send_as(replica, "SYNC");
  CHECK(field(f, "replication", "min_slaves_good_slaves") == "1");
  CHECK(f.send("SET", "k", "1") == "+OK\r\n");
  f.advance_ms(11'000);
  CHECK(f.send("SET", "k", "2") == refused);
  f.send_as(replica, "REPLCONF", "ACK", "0");
  CHECK(f.send("SET", "k", "3") == "+OK\r\n");
  CHECK(f.send("CONFIG", "SET", "min-replicas-max-lag", "0") == "+OK\r\n");
  f.advance_ms(11'000);
  CHECK(f.send("SET", "k", "4") == "+OK\r\n");
}

}  // namespace
}  // namespace redouble
