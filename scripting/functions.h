// Libraries of functions: FUNCTION LOAD's text becomes a library whose functions live in a Lua state of their
// own. A library is loaded whole or not at all; function names are unique among all libraries, and are found
// in any case.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/rdb/persistence.h"
#include "scripting/script_flags.h"
#include "scripting/vm.h"

namespace redouble {

class ScriptHost;

/// Letters, digits and underscores, at least one.
bool is_library_name(std::string_view name);

struct ScriptFunction {
  std::string name;
  std::optional<std::string> description;
  ScriptFlags flags;
  int function = LUA_NOREF;  ///< in the state's registry
};

struct FunctionLibrary {
  std::string name;
  std::string code;
  std::vector<ScriptFunction> functions;

  const ScriptFunction* find(std::string_view function) const;
};

class FunctionLibraries final : public FunctionStore {
 public:
  explicit FunctionLibraries(ScriptHost& host) : host_(host) {}

  struct Loaded {
    std::string name;
    std::string error;  ///< empty when all went well
  };
  /// Loads a library from its text; with `replace` in place of one of the same name.
  Loaded load(std::string_view code, bool replace);
  /// False when there is no such library.
  bool remove(std::string_view library);
  void clear();

  const ScriptFunction* find(std::string_view function) const;
  /// In the order in which they were loaded.
  const std::vector<std::unique_ptr<FunctionLibrary>>& all() const { return libraries_; }
  std::size_t count() const;
  std::size_t bytes() const;

  enum class Policy : std::uint8_t { append, replace, flush };
  /// Loads several libraries or none; the reason of a failure, or nothing.
  std::string restore(const std::vector<std::string>& codes, Policy policy);

  // FunctionStore:
  std::vector<std::string> codes() const override;
  std::string load(const std::vector<std::string>& codes, bool merge) override {
    return restore(codes, merge ? Policy::append : Policy::flush);
  }

  /// The state of all functions; a new one, with the libraries loaded again, after one was spoilt.
  Vm& vm();
  std::size_t vm_bytes() const { return vm_ != nullptr ? vm_->bytes() : 0; }

  /// For redis.register_function: the library that is being loaded, or null.
  FunctionLibrary* loading() { return loading_.get(); }

 private:
  using List = std::vector<std::unique_ptr<FunctionLibrary>>;

  static FunctionLibrary* find_in(const List& libraries, std::string_view name);
  static std::string collision(const FunctionLibrary& library, const List& others,
                               const FunctionLibrary* replaced);
  std::string make(std::string_view code, const List& others, bool replace,
                   std::unique_ptr<FunctionLibrary>& made);
  std::string compile(FunctionLibrary& library, std::string_view body);
  std::string why_not_joined(const List& fresh, bool replace) const;
  void release(FunctionLibrary& library);
  void renew_vm();

  ScriptHost& host_;
  std::unique_ptr<Vm> vm_;
  List libraries_;
  std::unique_ptr<FunctionLibrary> loading_;
  bool renewing_ = false;
};

}  // namespace redouble
