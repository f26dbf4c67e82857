// Saving and loading the whole data set: what SAVE, BGSAVE, SHUTDOWN, DEBUG RELOAD and a start of the server
// come down to. The file goes through Host, to `dbfilename` in `dir`; an engine without a `dir` keeps it in
// memory, so that a server inside a test leaves nothing behind and still survives DEBUG RELOAD.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace redouble {

class Engine;

/// Where libraries of functions live, for those who save and load.
class FunctionStore {
 public:
  virtual ~FunctionStore() = default;
  /// The code of each library.
  virtual std::vector<std::string> codes() const = 0;
  /// Replaces all libraries; returns why not, or nothing. With `merge` the others stay.
  virtual std::string load(const std::vector<std::string>& codes, bool merge) = 0;
};

/// What INFO tells of saving and loading, and the file of an engine without a directory.
struct Persistence {
  bool last_save_ok = true;
  std::int64_t last_save_seconds = -1;
  std::uint64_t saves = 0;
  std::uint64_t keys_loaded = 0;
  std::uint64_t keys_expired = 0;
  std::optional<std::string> file;
  FunctionStore* functions = nullptr;       // outlives the engine, if there is one
  std::vector<std::string> kept_functions;  // what was loaded while there is none
};

/// Saves; returns why it could not, or nothing. `background` is what BGSAVE reports of it later.
std::string save_dataset(Engine& engine, bool background = false);

enum class Existing : std::uint8_t { replace, keep, merge };

/// Loads the file. Nothing changes when it cannot be read whole. `keep` leaves the keys that are there and
/// refuses the file if one comes twice; `merge` lets the file's win. Returns the reason of a failure, or
/// nothing.
std::string load_dataset(Engine& engine, Existing existing = Existing::replace);
/// The same from bytes.
std::string load_dataset_from(Engine& engine, std::string_view bytes, Existing existing);
/// The file that was saved; nothing when there is none, or it cannot be read.
std::optional<std::string> saved_dataset(Engine& engine);
/// Where it is, or would be; empty without a directory.
std::string dataset_path(const Engine& engine);

/// True when save points were chosen: those that a server has by default save nothing here.
bool saves_by_itself(const Engine& engine);

enum class LastSave : std::uint8_t { as_configured, yes, no };
/// What comes before a stop: false, with the reason in the log, when saving fails and `force` is not set.
bool prepare_shutdown(Engine& engine, LastSave save, bool force);

}  // namespace redouble
