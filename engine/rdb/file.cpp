#include "engine/rdb/file.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "engine/engine.h"
#include "engine/rdb/crc64.h"
#include "engine/rdb/format.h"
#include "engine/rdb/value.h"
#include "engine/types/string.h"
#include "protocol/number.h"
#include "protocol/quoted.h"

namespace redouble {
namespace {

constexpr std::string_view kMagic = "REDIS";
constexpr std::size_t kHeaderSize = 9;
constexpr int kFirstVersionWithChecksum = 5;

// --- Writing ---------------------------------------------------------------------------------------------

class FileWriter {
 public:
  explicit FileWriter(Engine& engine)
      : engine_(engine),
        out_(file_, engine.config.flag(Setting::rdbcompression) ? &engine.compressor : nullptr) {}

  std::string write(RdbContents contents);
  std::string write(const Dataset& snapshot);

 private:
  void fact(std::string_view name, std::string_view value);
  void begin(Micros time);
  void function(std::string_view code);
  void database(int index, const Keyspace& keys);
  std::string end();
  void entry(const Entry& entry);

  Engine& engine_;
  std::string file_;
  RdbWriter out_;
};

void FileWriter::fact(std::string_view name, std::string_view value) {
  out_.byte(rdb::kAux);
  out_.string(name);
  out_.string(value);
}

void FileWriter::function(std::string_view code) {
  out_.byte(rdb::kFunction);
  out_.string(code);
}

void FileWriter::entry(const Entry& entry) {
  if (entry.has_ttl()) {
    out_.byte(rdb::kExpireMs);
    out_.fixed64(static_cast<std::uint64_t>(entry.expires_at()));
  }
  switch (engine_.config.eviction_policy()) {
    case EvictionPolicy::allkeys_lru:
    case EvictionPolicy::volatile_lru:
      out_.byte(rdb::kIdle);
      out_.length(engine_.idle_since(entry.lru));
      break;
    case EvictionPolicy::allkeys_lfu:
    case EvictionPolicy::volatile_lfu:
      out_.byte(rdb::kFrequency);
      out_.byte(static_cast<std::uint8_t>(engine_.decayed_frequency(entry.lru)));
      break;
    default:
      break;
  }
  out_.byte(rdb_kind_of(entry));
  out_.string(entry.key());
  write_value(out_, entry);
}

void FileWriter::database(int index, const Keyspace& keys) {
  if (keys.size() == 0) return;
  out_.byte(rdb::kSelectDb);
  out_.length(static_cast<std::uint64_t>(index));
  out_.byte(rdb::kResizeDb);
  out_.length(keys.size());
  out_.length(keys.timed());
  keys.for_each([&](const Entry& one) { entry(one); });
}

void FileWriter::begin(Micros time) {
  file_ = fmt::format("{}{:04}", kMagic, rdb::kVersion);
  fact("redis-ver", "7.0.15");
  fact("redis-bits", "64");
  fact("ctime", format_int64(time / 1'000'000));
}

std::string FileWriter::end() {
  out_.byte(rdb::kEnd);
  out_.fixed64(engine_.config.flag(Setting::rdbchecksum) ? crc64(file_) : 0);
  return std::move(file_);
}

std::string FileWriter::write(const Dataset& snapshot) {
  begin(snapshot.taken_at);
  fact("aof-base", "0");
  for (const auto& code : snapshot.functions) function(code);
  for (const auto& part : snapshot.parts) database(part.db, *part.keys);
  return end();
}

std::string FileWriter::write(RdbContents contents) {
  begin(engine_.now());
  fact("used-mem", format_uint64(engine_.used_memory()));
  // Where in the stream it stands, for a replica that comes back.
  if (const Replication& stream = engine_.replication; stream.active()) {
    fact("repl-stream-db", format_int64(std::max(0, stream.selected())));
    fact("repl-id", stream.id());
    fact("repl-offset", format_uint64(stream.offset()));
  }
  fact("aof-base", "0");
  const Persistence& state = engine_.persistence;
  if (contents.functions)
    for (const auto& code : state.functions != nullptr ? state.functions->codes() : state.kept_functions)
      function(code);
  for (int i = 0; contents.keys && i < engine_.databases(); ++i) database(i, engine_.db(i).keys());
  return end();
}

// --- Reading ---------------------------------------------------------------------------------------------

class FileReader {
 public:
  FileReader(Engine& engine, std::string_view bytes, bool last_one_wins)
      : engine_(engine),
        bytes_(bytes),
        in_(bytes, longest_string(engine.config)),
        last_one_wins_(last_one_wins) {}

  RdbFile read();

 private:
  void header();
  void parts();
  bool part(std::uint8_t opcode);
  void fact();
  void select();
  void key(std::uint8_t kind);
  void keep(std::string_view name, RdbValue value);
  void end();
  std::string failure() const;

  Engine& engine_;
  std::string_view bytes_;
  RdbReader in_;
  bool last_one_wins_;
  RdbFile file_;
  int version_ = 0;
  std::size_t db_ = 0;
  // What was told of the next key.
  Millis deadline_ = kNever;
  std::optional<std::int64_t> idle_;
  std::optional<std::uint8_t> frequency_;
  std::string key_scratch_;
  std::optional<std::string_view> key_;  // while one is read
};

void FileReader::header() {
  const auto magic = in_.raw(kHeaderSize);
  if (!in_.ok()) return;
  const auto version = parse_uint64(magic.substr(kMagic.size()));
  if (!magic.starts_with(kMagic) || !version)
    in_.fail("this is no RDB file: it does not start with REDIS and a version");
  else if (*version < 1 || *version > rdb::kVersion)
    in_.fail(fmt::format("RDB version {} is not known, only 1 to {}", *version, rdb::kVersion));
  else
    version_ = static_cast<int>(*version);
}

void FileReader::fact() {
  std::string name_scratch, scratch;
  const auto name = in_.string(name_scratch);
  const auto value = in_.string(scratch);
  if (name == "redis-ver") file_.version = value;
  if (name == "ctime") file_.created = parse_int64(value).value_or(0);
  if (name == "used-mem") file_.used_memory = parse_int64(value).value_or(0);
}

void FileReader::select() {
  const std::uint64_t index = in_.length();
  if (index >= file_.databases.size())
    in_.fail(fmt::format("database {} is out of range: there are {} (setting 'databases')", index,
                         file_.databases.size()));
  else
    db_ = static_cast<std::size_t>(index);
}

// Anything but a key; false when it is one.
bool FileReader::part(std::uint8_t opcode) {
  std::string scratch;
  switch (opcode) {
    case rdb::kAux:
      fact();
      return true;
    case rdb::kFunction:
      file_.functions.emplace_back(in_.string(scratch));
      return true;
    case rdb::kFunctionOld:
      in_.fail("functions in the format before the release of Redis 7.0");
      return true;
    case rdb::kModuleAux:
      in_.fail("a module's data: there are no modules");
      return true;
    case rdb::kSelectDb:
      select();
      return true;
    case rdb::kResizeDb: {
      const std::uint64_t size = in_.length();
      in_.length();
      // No key takes less than three bytes: a false number does not make us reserve much.
      if (in_.ok() && size <= in_.left() / 3) file_.databases[db_]->expect(static_cast<std::size_t>(size));
      return true;
    }
    case rdb::kExpireMs:
      deadline_ = static_cast<Millis>(in_.fixed64());
      return true;
    case rdb::kExpireSeconds: {
      const auto bytes = in_.raw(4);
      std::uint32_t seconds = 0;
      for (std::size_t i = 0; i < bytes.size(); ++i)
        seconds |= std::uint32_t{static_cast<std::uint8_t>(bytes[i])} << (8 * i);
      deadline_ = Millis{static_cast<std::int32_t>(seconds)} * 1000;
      return true;
    }
    case rdb::kIdle:
      idle_ = static_cast<std::int64_t>(in_.length() & INT64_MAX);
      return true;
    case rdb::kFrequency:
      frequency_ = in_.byte();
      return true;
    default:
      return false;
  }
}

void FileReader::keep(std::string_view name, RdbValue value) {
  Keyspace& keys = *file_.databases[db_];
  const std::uint64_t hash = keys.hash(name);
  if (Entry* before = keys.find(name, hash)) {
    if (!last_one_wins_) return in_.fail("the key comes twice");
    keys.erase(before);
  }
  Entry* entry = nullptr;
  const Millis at = std::min(deadline_, kLastDeadline);
  if (value.type != Type::string) {
    entry = keys.insert_object(name, hash, value.type, std::move(value.object));
    if (deadline_ != kNever) entry = keys.set_deadline(entry, at);
  } else {
    entry = insert_text(keys, name, hash, value.text, deadline_ == kNever ? kNever : at);
    if (entry->coding() == Encoding::integer) keys.set_shared(*entry, engine_.shares_integer(entry->integer));
  }
  entry->lru = engine_.age_with(idle_, frequency_) & 0xffffff;
  ++file_.loaded;
}

void FileReader::key(std::uint8_t kind) {
  key_ = in_.string(key_scratch_);
  const RdbContext context{engine_.config, file_.databases[db_]->seed(), engine_.plain_element_bytes};
  RdbValue value = read_value(in_, kind, context);
  if (!in_.ok()) return;
  if (is_empty(value))
    ++file_.empty;
  else if (deadline_ != kNever && deadline_ < engine_.now_ms())
    ++file_.expired;
  else
    keep(*key_, std::move(value));
  if (!in_.ok()) return;
  key_.reset();
  deadline_ = kNever;
  idle_.reset();
  frequency_.reset();
}

void FileReader::end() {
  if (version_ < kFirstVersionWithChecksum) return;
  const std::size_t body = in_.position();
  const std::uint64_t said = in_.fixed64();
  if (!in_.ok() || !engine_.config.flag(Setting::rdbchecksum)) return;
  file_.checked = said != 0;
  if (!file_.checked) return;
  const std::uint64_t is = crc64(bytes_.substr(0, body));
  if (said != is) in_.fail(fmt::format("the checksum is {:x}, and should be {:x}", said, is));
}

void FileReader::parts() {
  while (in_.ok()) {
    const std::uint8_t opcode = in_.byte();
    if (!in_.ok()) return;
    if (opcode == rdb::kEnd) return end();
    if (!part(opcode)) key(opcode);
  }
}

std::string FileReader::failure() const {
  if (in_.ok()) return {};
  std::string where = fmt::format("byte {}", in_.error_position());
  if (key_) {
    where += fmt::format(", database {}, key ", db_);
    append_quoted(where, *key_);
  }
  return where + ": " + in_.error();
}

RdbFile FileReader::read() {
  for (int i = 0; i < engine_.databases(); ++i)
    file_.databases.push_back(
        std::make_unique<Keyspace>(engine_.db(i).seed(), engine_.garbage, engine_.no_order, engine_));
  header();
  if (in_.ok()) parts();
  file_.error = failure();
  return std::move(file_);
}

}  // namespace

std::string write_rdb_file(Engine& engine, RdbContents contents) {
  return FileWriter(engine).write(contents);
}

std::string write_rdb_file(Engine& engine, const Dataset& snapshot) {
  return FileWriter(engine).write(snapshot);
}

RdbFile read_rdb_file(Engine& engine, std::string_view bytes, bool last_one_wins) {
  return FileReader(engine, bytes, last_one_wins).read();
}

}  // namespace redouble
