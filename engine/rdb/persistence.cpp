#include "engine/rdb/persistence.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/engine.h"
#include "engine/rdb/file.h"

namespace redouble {
namespace {

// Puts what a file held in the place of the data set, or beside it.
void take_over(Engine& engine, RdbFile& file, Existing existing) {
  for (int i = 0; i < engine.databases(); ++i) {
    Database& db = engine.db(i);
    auto& fresh = file.databases[static_cast<std::size_t>(i)];
    if (existing == Existing::replace)
      db.replace_keys(std::move(fresh));
    else
      db.take_in(*fresh);
  }
  engine.arrange_keys();
}

// The name of a key that is both in the file and in the data set.
std::optional<std::string> first_duplicate(Engine& engine, const RdbFile& file) {
  for (int i = 0; i < engine.databases(); ++i) {
    std::optional<std::string> found;
    Keyspace& keys = engine.db(i).keys();
    file.databases[static_cast<std::size_t>(i)]->for_each([&](const Entry& entry) {
      if (!found && keys.find(entry.key()) != nullptr) found = std::string(entry.key());
    });
    if (found) return found;
  }
  return std::nullopt;
}

void log_contents(Engine& engine, const RdbFile& file) {
  Host& host = engine.host();
  if (!file.version.empty())
    host.log(LogLevel::notice, fmt::format("Loading RDB produced by version {}", file.version));
  if (file.created != 0)
    host.log(LogLevel::notice,
             fmt::format("RDB age {} seconds",
                         std::max<std::int64_t>(0, engine.now() / 1'000'000 - file.created)));
  if (file.used_memory != 0)
    host.log(LogLevel::notice, fmt::format("RDB memory usage when created {:.2f} Mb",
                                           static_cast<double>(file.used_memory) / (1024 * 1024)));
  if (!file.checked)
    host.log(LogLevel::notice, "RDB file was saved with checksum disabled: no check performed.");
  host.log(LogLevel::notice,
           fmt::format("Done loading RDB, keys loaded: {}, keys expired: {}.", file.loaded, file.expired));
}

}  // namespace

std::string dataset_path(const Engine& engine) {
  const auto dir = engine.config.text(Setting::dir);
  if (dir.empty()) return {};
  return fmt::format("{}{}{}", dir, dir.ends_with('/') ? "" : "/", engine.config.text(Setting::dbfilename));
}

std::optional<std::string> saved_dataset(Engine& engine) {
  const std::string path = dataset_path(engine);
  return path.empty() ? engine.persistence.file : engine.host().read_file(path);
}

std::string save_dataset(Engine& engine, bool background) {
  Persistence& state = engine.persistence;
  ++state.saves;
  std::string file = write_rdb_file(engine);
  std::string reason;
  if (const auto path = dataset_path(engine); !path.empty())
    reason = engine.host().write_file(path, file);
  else
    state.file = std::move(file);
  if (background) state.last_save_seconds = 0;
  state.last_try = engine.now();
  if (!reason.empty()) {
    engine.host().log(LogLevel::warning,
                      fmt::format("Failed writing the RDB file {}: {}", dataset_path(engine), reason));
    if (background) state.last_save_ok = false;
    return reason;
  }
  engine.host().log(LogLevel::notice, "DB saved on disk");
  state.last_save_ok = true;
  engine.changes = 0;
  engine.last_save = engine.now();
  return {};
}

std::string load_dataset(Engine& engine, Existing existing) {
  const auto bytes = saved_dataset(engine);
  if (bytes) return load_dataset_from(engine, *bytes, existing);
  const std::string reason = fmt::format("no file can be read: {}", dataset_path(engine));
  engine.host().log(LogLevel::warning, reason);
  return reason;
}

std::string load_dataset_from(Engine& engine, std::string_view bytes, Existing existing) {
  RdbFile file = read_rdb_file(engine, bytes, existing == Existing::merge);
  if (file.error.empty() && existing == Existing::keep)
    if (const auto key = first_duplicate(engine, file))
      file.error = fmt::format("key '{}' is there already", *key);
  Persistence& state = engine.persistence;
  if (file.error.empty() && state.functions != nullptr)
    file.error = state.functions->load(file.functions, existing != Existing::replace);
  if (!file.error.empty()) {
    engine.host().log(LogLevel::warning, fmt::format("The RDB file cannot be loaded: {}", file.error));
    return file.error;
  }
  if (state.functions == nullptr) state.kept_functions = std::move(file.functions);
  take_over(engine, file, existing);
  if (existing == Existing::replace) engine.tracking.flushed();
  state.keys_loaded = file.loaded;
  state.keys_expired = file.expired;
  log_contents(engine, file);
  return {};
}

bool saves_by_itself(const Engine& engine) {
  const auto points = engine.config.save_points();
  const auto usual = default_config().save_points();
  return !points.empty() && !std::equal(points.begin(), points.end(), usual.begin(), usual.end());
}

void save_if_due(Engine& engine) {
  constexpr Micros kRetry = 5'000'000;
  const Micros since = engine.now() - engine.last_save;
  Persistence& state = engine.persistence;
  if (!state.last_save_ok && engine.now() - state.last_try <= kRetry) return;
  for (const SavePoint& point : engine.config.save_points()) {
    if (engine.changes < static_cast<std::uint64_t>(point.changes) || since <= point.seconds * 1'000'000)
      continue;
    engine.host().log(LogLevel::notice,
                      fmt::format("{} changes in {} seconds. Saving...", point.changes, point.seconds));
    static_cast<void>(save_dataset(engine, true));
    return;
  }
}

// Once a second, as long as there are save points that were chosen.
void Engine::watch_save_points() {
  if (save_timer_ != 0) deadlines.remove(save_timer_at_, save_timer_);
  save_timer_ = 0;
  if (!saves_by_itself(*this)) return;
  save_timer_at_ = now_ms() + 1000;
  save_timer_ = deadlines.add(save_timer_at_, [this] {
    save_timer_ = 0;
    save_if_due(*this);
    watch_save_points();
  });
}

bool prepare_shutdown(Engine& engine, LastSave save, bool force) {
  Host& host = engine.host();
  host.log(LogLevel::warning, "User requested shutdown...");
  if (save == LastSave::no || (save == LastSave::as_configured && !saves_by_itself(engine))) return true;
  host.log(LogLevel::notice, "Saving the final RDB snapshot before exiting.");
  if (save_dataset(engine).empty()) return true;
  host.log(LogLevel::warning,
           force ? "Error trying to save the DB. Exit anyway." : "Error trying to save the DB, can't exit.");
  return force;
}

}  // namespace redouble
