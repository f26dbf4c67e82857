#include "engine/loading.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "engine/duration.h"
#include "engine/engine.h"
#include "engine/json.h"
#include "protocol/split_args.h"
#include "protocol/value_builder.h"

namespace redouble {
namespace {

constexpr std::size_t kMostShown = 200;

std::string shown(std::string_view text) {
  return text.size() <= kMostShown ? std::string(text) : std::string(text.substr(0, kMostShown)) + "...";
}

/// A caller of its own for the length of a load, in which no other begins.
class Caller {
 public:
  explicit Caller(Engine& engine) : engine_(engine), session_(engine.connect_internal()) {
    engine.loading = true;
  }
  ~Caller() {
    engine_.disconnect(session_);
    engine_.loading = false;
  }
  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;

  Value run(const std::vector<std::string>& words) {
    const std::vector<std::string_view> argv(words.begin(), words.end());
    ValueBuilder reply;
    engine_.execute(session_, argv, reply);
    return reply.take();
  }

 private:
  Engine& engine_;
  Session& session_;
};

std::string busy_or_nested(const Engine& engine) {
  if (engine.busy()) return "a script is running: SCRIPT KILL ends it";
  return engine.loading ? "a file that is being loaded cannot load another" : "";
}

// --- JSON ------------------------------------------------------------------------------------------------

/// What makes one key: commands, and where in the text it stands.
struct Recipe {
  int db;
  std::size_t at;
  std::vector<std::vector<std::string>> commands;
};

/// Turns a tree into recipes; keeps the first mistake.
class JsonReader {
 public:
  explicit JsonReader(int databases) : databases_(databases) {}

  void read(const Json& root) {
    if (!root.is(Json::Kind::object))
      return fail(root, "the whole should be an object of keys: {\"key\": \"value\"}");
    const Json* many = root.members.size() == 1 ? root.member("databases") : nullptr;
    if (many == nullptr || !many->is(Json::Kind::object)) return database(root, 0);
    for (const auto& [name, keys] : many->members) {
      const auto index = parse_int64(name);
      if (!index || *index < 0 || *index >= databases_)
        return fail(keys, fmt::format("'{}' is no database: there are 0 to {}", shown(name), databases_ - 1));
      if (!keys.is(Json::Kind::object)) return fail(keys, "a database should be an object of keys");
      database(keys, static_cast<int>(*index));
    }
  }

  const std::string& error() const { return error_; }
  std::size_t error_at() const { return at_; }
  std::vector<Recipe>& recipes() { return recipes_; }

 private:
  void fail(const Json& where, std::string text) {
    if (!error_.empty()) return;
    error_ = std::move(text);
    at_ = where.at;
  }
  void add(std::vector<std::string> words) { recipes_.back().commands.push_back(std::move(words)); }
  std::string text_of(const Json& value) {
    if (!value.is_text())
      fail(value,
           "a string or a number should stand here: what Redis keeps are texts (write true as \"true\")");
    return value.text;
  }

  void database(const Json& keys, int db) {
    for (const auto& [key, value] : keys.members) {
      recipes_.push_back({db, value.at, {{"DEL", key}}});
      one(key, value);
      if (!error_.empty()) return;
    }
  }
  void one(const std::string& key, const Json& value) {
    if (value.is(Json::Kind::array)) return list(key, value);
    if (!value.is(Json::Kind::object)) return add({"SET", key, text_of(value)});
    if (value.member("type") == nullptr || value.member("value") == nullptr) return hash(key, value);
    typed(key, value);
  }
  void typed(const std::string& key, const Json& whole);
  void list(const std::string& key, const Json& value, std::string_view push = "RPUSH");
  void hash(const std::string& key, const Json& value);
  void sorted_set(const std::string& key, const Json& value);
  void stream(const std::string& key, const Json& value);
  void expiry(const std::string& key, const Json& ttl);
  bool is_filled(const Json& value, Json::Kind kind, std::string_view what);

  int databases_;
  std::vector<Recipe> recipes_;
  std::string error_;
  std::size_t at_ = 0;
};

bool JsonReader::is_filled(const Json& value, Json::Kind kind, std::string_view what) {
  if (!value.is(kind))
    fail(value, fmt::format("{} should stand here", what));
  else if (value.items.empty() && value.members.empty())
    fail(value, fmt::format("{} should stand here that is not empty: Redis keeps no empty values", what));
  return error_.empty();
}

void JsonReader::list(const std::string& key, const Json& value, std::string_view push) {
  if (!is_filled(value, Json::Kind::array, "an array")) return;
  std::vector<std::string> words{std::string(push), key};
  for (const Json& item : value.items) words.push_back(text_of(item));
  add(std::move(words));
}

void JsonReader::hash(const std::string& key, const Json& value) {
  if (!is_filled(value, Json::Kind::object, "an object of fields")) return;
  std::vector<std::string> words{"HSET", key};
  for (const auto& [field, each] : value.members) {
    words.push_back(field);
    words.push_back(text_of(each));
  }
  add(std::move(words));
}

void JsonReader::sorted_set(const std::string& key, const Json& value) {
  if (!is_filled(value, Json::Kind::object, "an object of members with their scores, {\"ada\": 10.5},"))
    return;
  std::vector<std::string> words{"ZADD", key};
  for (const auto& [member, score] : value.members) {
    words.push_back(text_of(score));
    words.push_back(member);
  }
  add(std::move(words));
}

// An entry is an object of fields, or [id, object].
void JsonReader::stream(const std::string& key, const Json& value) {
  if (!is_filled(value, Json::Kind::array, "an array of entries")) return;
  for (const Json& entry : value.items) {
    const bool with_id = entry.is(Json::Kind::array);
    if (with_id && entry.items.size() != 2)
      return fail(entry, "an entry should be an object of fields, or [\"1-1\", {\"field\": \"value\"}]");
    const Json& fields = with_id ? entry.items[1] : entry;
    if (!is_filled(fields, Json::Kind::object, "an object of fields")) return;
    std::vector<std::string> words{"XADD", key, with_id ? text_of(entry.items[0]) : "*"};
    for (const auto& [field, each] : fields.members) {
      words.push_back(field);
      words.push_back(text_of(each));
    }
    add(std::move(words));
  }
}

void JsonReader::expiry(const std::string& key, const Json& ttl) {
  const auto duration = ttl.is_text() ? parse_duration(ttl.text) : std::nullopt;
  if (!duration || *duration < 1000)
    return fail(ttl,
                "'ttl' should be a duration of at least 1ms: \"5m\", \"250ms\", or a number of milliseconds");
  add({"PEXPIRE", key, std::to_string(*duration / 1000)});
}

void JsonReader::typed(const std::string& key, const Json& whole) {
  const Json& type = *whole.member("type");
  const Json& value = *whole.member("value");
  for (const auto& [name, each] : whole.members)
    if (name != "type" && name != "value" && name != "ttl")
      return fail(each,
                  fmt::format("an object with 'type' and 'value' may have 'ttl' too, but no '{}'; a hash "
                              "with fields of these names is {{\"type\": \"hash\", \"value\": {{…}}}}",
                              shown(name)));
  if (type.text == "string")
    add({"SET", key, text_of(value)});
  else if (type.text == "list")
    list(key, value);
  else if (type.text == "set")
    list(key, value, "SADD");
  else if (type.text == "hash")
    hash(key, value);
  else if (type.text == "zset")
    sorted_set(key, value);
  else if (type.text == "stream")
    stream(key, value);
  else
    fail(type, fmt::format("'{}' is no type: there are string, list, set, zset, hash and stream",
                           shown(type.text)));
  if (const Json* ttl = whole.member("ttl"); ttl != nullptr) expiry(key, *ttl);
}

}  // namespace

Loaded load_json(Engine& engine, std::string_view text, std::string_view name) {
  if (auto why_not = busy_or_nested(engine); !why_not.empty()) return {0, std::move(why_not)};
  const auto failure = [&](std::size_t at, std::string_view what) {
    return Loaded{0, fmt::format("{}, {}: {}", name, place_in(text, at), what)};
  };
  const ParsedJson parsed = parse_json(text);
  if (!parsed.error.empty()) return failure(parsed.at, parsed.error);
  JsonReader reader(engine.databases());
  reader.read(parsed.value);
  if (!reader.error().empty()) return failure(reader.error_at(), reader.error());
  const auto before = engine.snapshot();
  Caller caller(engine);
  for (const Recipe& recipe : reader.recipes()) {
    caller.run({"SELECT", std::to_string(recipe.db)});
    for (const auto& words : recipe.commands)
      if (const Value reply = caller.run(words); reply.is_error()) {
        static_cast<void>(engine.restore(*before));
        return failure(recipe.at, fmt::format("{} was answered: {}", words[0], reply.text()));
      }
  }
  return {reader.recipes().size(), {}};
}

Loaded load_commands(Engine& engine, std::string_view text, std::string_view name) {
  if (auto why_not = busy_or_nested(engine); !why_not.empty()) return {0, std::move(why_not)};
  Caller caller(engine);
  Loaded loaded;
  for (std::size_t line_number = 1; !text.empty(); ++line_number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    line.remove_prefix(std::min(line.find_first_not_of(" \t\r"), line.size()));
    if (line.empty() || line.front() == '#') continue;
    const auto words = split_args(line);
    if (!words) {
      loaded.error =
          fmt::format("{}, line {}: '{}' has quotes that do not match", name, line_number, shown(line));
      return loaded;
    }
    if (words->empty()) continue;
    if (const Value reply = caller.run(*words); reply.is_error()) {
      loaded.error = fmt::format("{}, line {}: '{}' was answered: {} ({} commands before it were run)", name,
                                 line_number, shown(line), reply.text(), loaded.count);
      return loaded;
    }
    ++loaded.count;
  }
  return loaded;
}

Loaded load_rdb(Engine& engine, std::string_view bytes, std::string_view name) {
  if (auto why_not = busy_or_nested(engine); !why_not.empty()) return {0, std::move(why_not)};
  if (const auto reason = load_dataset_from(engine, bytes, Existing::merge); !reason.empty())
    return {0, fmt::format("{}: {}", name, reason)};
  engine.replication.restart();
  engine.tracking.flushed();
  return {engine.persistence.keys_loaded, {}};
}

Loaded load_file(Engine& engine, const std::string& path) {
  const auto ends = [&](std::string_view ending) {
    return path.size() > ending.size() && path.ends_with(ending);
  };
  const bool json = ends(".json"), rdb = ends(".rdb"), commands = ends(".redis") || ends(".txt");
  if (!json && !rdb && !commands)
    return {
        0, fmt::format("'{}': its name should end in .redis or .txt (commands), .json or .rdb", shown(path))};
  const auto bytes = engine.host().read_file(path);
  if (!bytes) return {0, fmt::format("'{}': it cannot be read", shown(path))};
  return json  ? load_json(engine, *bytes, path)
         : rdb ? load_rdb(engine, *bytes, path)
               : load_commands(engine, *bytes, path);
}

}  // namespace redouble
