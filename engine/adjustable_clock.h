// The engine's clock: another one's time (the system's, in a running server), until a test freezes it, moves
// it, or lets it run at another pace.
// Guarded by whoever owns the engine.
#pragma once

#include <algorithm>
#include <cstdint>

#include "engine/clock.h"

namespace redouble {

class AdjustableClock final : public Clock {
 public:
  /// `automatic` stands still too, but the server moves it to what is due next when all its clients wait.
  enum class Mode : std::uint8_t { running, frozen, automatic };
  /// How time goes on. The scale counts while it is running: 60 makes a minute of each second.
  struct Pace {
    Mode mode = Mode::running;
    double scale = 1;
  };
  static constexpr double kLeastScale = 0.001, kMostScale = 1'000'000;
  /// 9999-12-31T23:59:59.999999Z: time goes no further by itself.
  static constexpr Micros kEnd = 253'402'300'799'999'999;

  explicit AdjustableClock(Clock& base) : base_(base) {}

  Micros now() override {
    if (plain_) [[likely]]
      return at_ + (base_.now() - since_);
    if (stands()) return at_;
    const double ahead = static_cast<double>(base_.now() - since_) * pace_.scale;
    return ahead < static_cast<double>(kEnd - at_) ? at_ + static_cast<Micros>(ahead) : std::max(at_, kEnd);
  }
  /// False too where time hardly moves: who waits for it must find another measure.
  bool runs() const override { return !stands() && pace_.scale >= 1 && base_.runs(); }
  void stepped(Micros now) override {
    if (stands())
      at_ = now;
    else if (plain_)
      base_.stepped(since_ + (now - at_));
  }

  bool stands() const { return pace_.mode != Mode::running; }
  bool frozen() const { return pace_.mode == Mode::frozen; }
  bool automatic() const { return pace_.mode == Mode::automatic; }
  Pace pace() const { return pace_; }
  /// Goes on like this from where it is.
  void set_pace(Pace pace) {
    at_ = now();
    since_ = base_.now();
    pace_ = pace;
    settle();
  }
  void freeze() { set_pace({Mode::frozen, 1}); }
  void resume() { set_pace({Mode::running, 1}); }
  void set(Micros time) {
    at_ = time;
    since_ = base_.now();
    settle();
  }
  /// As new: the other clock's time.
  void reset() {
    at_ = since_ = 0;
    pace_ = {};
    settle();
  }
  /// How far it is ahead of the other clock.
  Micros ahead() { return now() - base_.now(); }
  /// How much of the other clock's time goes by until so much of its own has. REQUIRES: !stands().
  Micros real(Micros own) const {
    return plain_ ? own : static_cast<Micros>(static_cast<double>(own) / pace_.scale);
  }
  /// Another number whenever its pace was changed or it was moved.
  std::uint64_t version() const { return version_; }

 private:
  void settle() {
    plain_ = !stands() && pace_.scale == 1;
    ++version_;
  }

  Clock& base_;
  Pace pace_;
  bool plain_ = true;
  Micros at_ = 0, since_ = 0;  // its own time, and the other clock's, when it was last adjusted
  std::uint64_t version_ = 0;
};

}  // namespace redouble
