// Saving and loading whole data sets: SAVE, BGSAVE, DEBUG RELOAD, files that are wrong.
#include <catch2/catch.hpp>

#include <map>
#include <string>

#include "engine/rdb/crc64.h"
#include "engine/rdb/file.h"
#include "tests/support/engine_fixture.h"

using namespace redouble;
using namespace std::string_literals;

namespace {

const EngineFixture::Settings kDebug = {{"enable-debug-command", "yes"}};

// A world with files.
struct Disk : Host {
  std::map<std::string, std::string> files;
  std::string refusal;
  std::vector<std::string> lines;

  std::optional<std::string> read_file(const std::string& path) override {
    const auto at = files.find(path);
    return at == files.end() ? std::nullopt : std::optional(at->second);
  }
  std::string write_file(const std::string& path, std::string_view content) override {
    if (refusal.empty()) files[path] = content;
    return refusal;
  }
  void log(LogLevel, std::string_view text) override { lines.emplace_back(text); }
};

struct DiskFixture {
  DiskFixture() : engine(clock, configured(), disk, 1), client(engine.connect()) {}
  static Config configured() {
    Config config = EngineFixture::configured(kDebug);
    config.assign_text(Setting::dir, "/data");
    return config;
  }
  template <class... Words>
  std::string send(Words&&... words) {
    const std::vector<std::string_view> argv{std::string_view(words)...};
    engine.tick();
    engine.execute(client, argv);
    return EngineFixture::received(client);
  }

  ManualClock clock;
  Disk disk;
  Engine engine;
  Session& client;
};

void fill(EngineFixture& f) {
  f.send("SET", "a", "1", "PX", "100000");
  f.send("RPUSH", "l", "a", "b");
  f.send("SADD", "s", "1", "2");
  f.send("SELECT", "3");
  f.send("HSET", "h", "f", "v");
  f.send("ZADD", "z", "1.5", "m");
  f.send("SELECT", "0");
}

std::string with_checksum(std::string file) {
  std::uint64_t crc = crc64(file);
  for (int i = 0; i < 8; ++i, crc >>= 8) file += static_cast<char>(crc);
  return file;
}

}  // namespace

TEST_CASE("DEBUG RELOAD: the data come back, without a directory too", "[rdb]") {
  EngineFixture f(kDebug);
  fill(f);
  const std::string digest = f.send("DEBUG", "DIGEST");
  CHECK(f.send("DEBUG", "RELOAD") == "+OK\r\n");
  CHECK(f.send("DEBUG", "DIGEST") == digest);
  CHECK(f.send("PTTL", "a") == ":100000\r\n");
  CHECK(f.send("DEBUG", "LOADAOF") == "+OK\r\n");
  CHECK(f.send("DEBUG", "DIGEST") == digest);
}

TEST_CASE("DEBUG RELOAD NOSAVE: goes back to what was saved", "[rdb]") {
  EngineFixture f(kDebug);
  CHECK(f.send("DEBUG", "RELOAD", "NOSAVE") ==
        "-ERR Error trying to load the RDB dump, check server logs.\r\n");
  f.send("SET", "a", "old");
  CHECK(f.send("SAVE") == "+OK\r\n");
  f.send("SET", "a", "new");
  f.send("SET", "b", "1");
  CHECK(f.send("DEBUG", "RELOAD", "NOSAVE", "NOFLUSH") ==
        "-ERR Error trying to load the RDB dump, check server logs.\r\n");
  CHECK(f.send("GET", "a") == "$3\r\nnew\r\n");
  CHECK(f.send("DEBUG", "RELOAD", "NOSAVE", "NOFLUSH", "MERGE") == "+OK\r\n");
  CHECK(f.send("GET", "a") == "$3\r\nold\r\n");
  CHECK(f.send("GET", "b") == "$1\r\n1\r\n");
  CHECK(f.send("DEBUG", "RELOAD", "NOSAVE") == "+OK\r\n");
  CHECK(f.send("DBSIZE") == ":1\r\n");
}

TEST_CASE("RDB file: header, facts, databases, checksum", "[rdb]") {
  EngineFixture f;
  f.send("SET", "k", "v");
  const std::string file = write_rdb_file(f.engine);
  CHECK(
      file.starts_with("REDIS0010\xfa\x09redis-ver\x06"s
                       "7.0.15\xfa\x0aredis-bits\xc0\x40\xfa\x05"s
                       "ctime"s));
  CHECK(file.substr(0, file.size() - 8)
            .ends_with("\xfa\x08"s
                       "aof-base\xc0\x00\xfe\x00\xfb\x01\x00\x00\x01k\x01v\xff"s));
}

TEST_CASE("RDB file: keys past their deadline are not loaded", "[rdb]") {
  EngineFixture f(kDebug);
  f.send("SET", "short", "1", "PX", "10");
  f.send("SET", "long", "1", "PX", "10000");
  f.send("SAVE");
  f.advance_ms(11);
  CHECK(f.send("DEBUG", "RELOAD", "NOSAVE") == "+OK\r\n");
  CHECK(f.send("DBSIZE") == ":1\r\n");
  const std::string info = f.send("INFO", "persistence");
  CHECK(info.find("rdb_last_load_keys_expired:1\r\nrdb_last_load_keys_loaded:1\r\n") != std::string::npos);
}

TEST_CASE("RDB file: one that is cut off anywhere is refused whole", "[rdb]") {
  EngineFixture f(kDebug);
  fill(f);
  f.send("SAVE");
  const std::string file = *f.engine.persistence.file;
  const std::string digest = f.send("DEBUG", "DIGEST");
  for (std::size_t size = 0; size < file.size(); ++size) {
    const RdbFile read = read_rdb_file(f.engine, std::string_view(file).substr(0, size));
    INFO("cut at " << size);
    CHECK(read.error.starts_with("byte "));
  }
  f.engine.persistence.file = file.substr(0, file.size() / 2);
  CHECK(f.send("DEBUG", "RELOAD", "NOSAVE") ==
        "-ERR Error trying to load the RDB dump, check server logs.\r\n");
  CHECK(f.send("DEBUG", "DIGEST") == digest);
}

TEST_CASE("RDB file: what is wrong is told with its place", "[rdb]") {
  EngineFixture f;
  const auto error = [&](const std::string& file) { return read_rdb_file(f.engine, file).error; };
  CHECK(error("RUBBISH!!") == "byte 9: this is no RDB file: it does not start with REDIS and a version");
  CHECK(error("REDIS0011\xff"s) == "byte 9: RDB version 11 is not known, only 1 to 10");
  CHECK(error("REDIS0010\xfe\x20"s) ==
        "byte 11: database 32 is out of range: there are 16 (setting 'databases')");
  CHECK(error("REDIS0010\xf7\x01"s) == "byte 10: a module's data: there are no modules");
  CHECK(error("REDIS0010\xfe\x01\x02\x03key\x02\x01"s
              "a\x01"s
              "a\xff"s) == "byte 21, database 1, key \"key\": a set has a member twice");
  CHECK(error("REDIS0010\x00\x01k\x01v\x00\x01k\x01v\xff"s) ==
        "byte 19, database 0, key \"k\": the key comes twice");
  CHECK(error("REDIS0010\xff"s + std::string(7, 'x') + "x") ==
        "byte 18: the checksum is 7878787878787878, and should be eb7ea789fe37fda9");
  CHECK(error(with_checksum("REDIS0010\x00\x01k\x01v\xff"s)).empty());
  CHECK(error("REDIS0010\x00\x01k\x01v\xff"s + std::string(8, '\0')).empty());  // not checked
  CHECK(error("REDIS0003\x00\x01k\x01v\xff"s).empty());                         // older than checksums
}

TEST_CASE("RDB file: the age of keys under LRU and LFU", "[rdb]") {
  EngineFixture f({{"enable-debug-command", "yes"}, {"maxmemory-policy", "allkeys-lru"}});
  f.send("SET", "k", "value");
  f.advance_ms(5'000'000);
  f.send("DEBUG", "RELOAD");
  CHECK(f.send("OBJECT", "IDLETIME", "k") == ":5000\r\n");
  f.send("CONFIG", "SET", "maxmemory-policy", "allkeys-lfu");
  f.send("SET", "n", "value");
  f.send("DEBUG", "RELOAD");
  CHECK(f.send("OBJECT", "FREQ", "n") == ":5\r\n");
}

TEST_CASE("RDB file: libraries of functions are kept", "[rdb]") {
  EngineFixture f(kDebug);
  f.engine.persistence.kept_functions = {"#!lua name=mylib\n"};
  f.send("DEBUG", "RELOAD");
  CHECK(f.engine.persistence.kept_functions == std::vector{"#!lua name=mylib\n"s});
}

TEST_CASE("SAVE: writes to dbfilename in dir", "[rdb]") {
  DiskFixture f;
  f.send("SET", "k", "v");
  f.send("CONFIG", "SET", "enable-protected-configs", "yes");
  CHECK(f.send("SAVE") == "+OK\r\n");
  CHECK(f.disk.files.count("/data/dump.rdb") == 1);
  CHECK(f.send("DEBUG", "RELOAD", "NOSAVE") == "+OK\r\n");
  CHECK(f.send("GET", "k") == "$1\r\nv\r\n");
}

TEST_CASE("SAVE and BGSAVE: a disk that refuses", "[rdb]") {
  DiskFixture f;
  f.disk.refusal = "No space left on device";
  f.send("CONFIG", "SET", "save", "900 1");
  CHECK(f.send("SAVE") == "-ERR\r\n");
  CHECK(f.send("SET", "k", "v") == "+OK\r\n");
  CHECK(f.disk.lines.back() == "Failed writing the RDB file /data/dump.rdb: No space left on device");
  CHECK(f.send("BGSAVE") == "+Background saving started\r\n");
  CHECK(f.send("INFO", "persistence").find("rdb_last_bgsave_status:err") != std::string::npos);
  CHECK(f.send("SET", "k", "v").starts_with("-MISCONF "));
  CHECK(f.send("PING").starts_with("-MISCONF "));
  CHECK(f.send("GET", "k") == "$1\r\nv\r\n");
  CHECK(f.send("MULTI") == "+OK\r\n");
  CHECK(f.send("SET", "k", "v").starts_with("-MISCONF "));
  CHECK(f.send("EXEC").starts_with("-EXECABORT "));
  CHECK(f.send("SHUTDOWN") == "-ERR Errors trying to SHUTDOWN. Check logs.\r\n");
  f.disk.refusal.clear();
  CHECK(f.send("SAVE") == "+OK\r\n");
  CHECK(f.send("SET", "k", "v") == "+OK\r\n");
}

TEST_CASE("save: a save point that was chosen saves when it is due", "[rdb]") {
  DiskFixture f;
  f.send("CONFIG", "SET", "save", "60 2");
  f.send("SET", "a", "1");
  f.engine.advance_to(f.clock.now() + 100'000'000);
  CHECK(f.disk.files.empty());
  f.send("SET", "b", "1");
  f.engine.advance_to(f.clock.now() + 1'000'000);
  CHECK(f.disk.files.size() == 1);
  CHECK(f.engine.changes == 0);
  CHECK(f.send("CONFIG", "SET", "save", "") == "+OK\r\n");
  CHECK(f.engine.next_deadline() == kNever);
}

TEST_CASE("save: the default save points save nothing", "[rdb]") {
  DiskFixture f;
  CHECK(f.engine.next_deadline() == kNever);
  for (int i = 0; i < 10'000; ++i) f.send("SET", "a", "1");
  f.engine.advance_to(f.clock.now() + 4'000'000'000);
  f.send("SHUTDOWN");
  CHECK(f.disk.files.empty());
}

TEST_CASE("SHUTDOWN: saves when asked, or when save points were chosen", "[rdb]") {
  for (const std::string how : {"SAVE", "", "NOSAVE"}) {
    DiskFixture f;
    f.send("CONFIG", "SET", "save", "60 2");
    if (how.empty())
      f.send("SHUTDOWN");
    else
      f.send("SHUTDOWN", how);
    CHECK(f.disk.files.size() == (how == "NOSAVE" ? 0 : 1));
  }
}

TEST_CASE("LASTSAVE and rdb_changes_since_last_save follow SAVE", "[rdb]") {
  EngineFixture f;
  f.send("SET", "k", "v");
  f.send("SET", "k", "w");
  CHECK(f.engine.changes == 2);
  f.advance_ms(60'000);
  f.send("SAVE");
  CHECK(f.engine.changes == 0);
  CHECK(f.send("LASTSAVE") == ":" + std::to_string(f.engine.now() / 1'000'000) + "\r\n");
}
