// What a command function returns: done, an error to be written once by the dispatcher, or blocked.
#pragma once

#include <string_view>

namespace redouble {

class [[nodiscard]] Outcome {
 public:
  enum class Kind : unsigned char { done, error, blocked };

  constexpr Outcome(Kind kind = Kind::done) : kind_(kind) {}
  /// An error text, code first, that outlives the call: a constant of errors.h or Call::fail's.
  constexpr Outcome(std::string_view error) : kind_(Kind::error), error_(error) {}

  constexpr Kind kind() const { return kind_; }
  constexpr bool is_error() const { return kind_ == Kind::error; }
  constexpr bool is_blocked() const { return kind_ == Kind::blocked; }
  constexpr std::string_view error() const { return error_; }

 private:
  Kind kind_;
  std::string_view error_;
};

/// The command has written its reply.
inline constexpr Outcome done{Outcome::Kind::done};
/// The command has parked the session; its reply comes later.
inline constexpr Outcome blocked{Outcome::Kind::blocked};

}  // namespace redouble
