// What happens in the engine, told as it happens: commands, keys, clients. One recorder for all who will want
// to know (a journal, an inspector): none of them needs hooks of its own. What replaces a whole data set (a
// snapshot, a loaded file) is not told key by key.
//
//   class Counter : public Recorder::Listener { void happened(const Happening& h) override {…} };
//   engine.recorder.add(counter, {Happening::Kind::key_written});
//
// While nobody listens to a kind it costs one test of a bit. A listener must not run commands or change
// listeners; what it gets is good during the call.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "engine/arguments.h"
#include "engine/clock.h"

namespace redouble {

struct Command;
struct Session;

struct Happening {
  enum class Kind : std::uint8_t {
    command_begun,     ///< is about to run; inside EXEC and scripts too
    command_executed,  ///< has run, its reply is written, or its client is blocked
    command_replied,   ///< a client's own command is over: also one that was refused, or had to wait
    key_read,          ///< was looked up; `found` says whether it was there
    key_written,       ///< `what` is the name of its event ("set", "del", "flush" for all keys of a database)
    key_expired,
    key_evicted,
    client_connected,
    client_left,
    client_blocked,  ///< waits for keys, replicas or a pause
    client_woken,
  };

  Kind kind;
  Micros at = 0;
  const Session* session = nullptr;  ///< null: by itself (a key that expires)
  const Command* command = nullptr;  ///< of commands
  Argv argv = {};                    ///< of command_begun and command_executed
  int db = 0;                        ///< of keys
  std::string_view key = {};
  std::string_view what = {};
  bool found = false;
  bool failed = false;  ///< of command_executed: it answered with an error
  Micros took = 0;      ///< of command_executed
};

class Recorder {
 public:
  using Kind = Happening::Kind;

  class Listener {
   public:
    virtual ~Listener() = default;
    virtual void happened(const Happening& happening) = 0;
  };

  bool active() const { return wanted_ != 0; }
  bool wants(Kind kind) const { return (wanted_ & bit(kind)) != 0; }
  /// `listener` outlives its stay here.
  void add(Listener& listener, std::initializer_list<Kind> kinds);
  void remove(Listener& listener);
  /// REQUIRES: wants(happening.kind).
  void record(const Happening& happening);

 private:
  static std::uint32_t bit(Kind kind) { return 1u << static_cast<unsigned>(kind); }

  struct Place {
    Listener* listener;
    std::uint32_t kinds;
  };
  std::vector<Place> listeners_;
  std::uint32_t wanted_ = 0;
};

}  // namespace redouble
