#include "scripting/functions.h"

#include <fmt/format.h>

#include <algorithm>
#include <new>
#include <utility>

#include "engine/args.h"
#include "engine/marked.h"
#include "scripting/lua_result.h"
#include "scripting/redis_api.h"
#include "scripting/script_host.h"
#include "scripting/shebang.h"

namespace redouble {

bool is_library_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

namespace {

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && same_word(a, b);
}

}  // namespace

const ScriptFunction* FunctionLibrary::find(std::string_view function) const {
  for (const auto& one : functions)
    if (same_name(one.name, function)) return &one;
  return nullptr;
}

const ScriptFunction* FunctionLibraries::find(std::string_view function) const {
  for (const auto& library : libraries_)
    if (const ScriptFunction* found = library->find(function)) return found;
  return nullptr;
}

FunctionLibrary* FunctionLibraries::find_in(const List& libraries, std::string_view name) {
  for (const auto& library : libraries)
    if (library->name == name) return library.get();
  return nullptr;
}

std::size_t FunctionLibraries::count() const {
  std::size_t n = 0;
  for (const auto& library : libraries_) n += library->functions.size();
  return n;
}

std::size_t FunctionLibraries::bytes() const {
  std::size_t bytes = 0;
  for (const auto& library : libraries_) {
    bytes += sizeof(FunctionLibrary) + library->name.size() + library->code.size();
    for (const auto& function : library->functions)
      bytes += sizeof(ScriptFunction) + function.name.size() + function.description.value_or("").size();
  }
  return bytes;
}

std::vector<std::string> FunctionLibraries::codes() const {
  std::vector<std::string> all;
  for (const auto& library : libraries_) all.push_back(library->code);
  return all;
}

Vm& FunctionLibraries::vm() {
  if (vm_ == nullptr) vm_ = host_.make_vm(redis_api::open_for_functions);
  if (vm_->doomed() && !renewing_) renew_vm();
  return *vm_;
}

// The reason why the functions of a library cannot be added to those of others.
std::string FunctionLibraries::collision(const FunctionLibrary& library, const List& others,
                                         const FunctionLibrary* replaced) {
  for (const auto& function : library.functions)
    for (const auto& other : others)
      if (other.get() != replaced && other->find(function.name) != nullptr)
        return fmt::format("ERR Function {} already exists", function.name);
  return {};
}

// Runs the library's code, which registers its functions.
std::string FunctionLibraries::compile(FunctionLibrary& library, std::string_view body) {
  std::string error(err::script_out_of_memory);
  const auto run = [&](lua_State* L) {
    error.clear();
    Vm::push_kept(L, Vm::kHandler);
    if (!Vm::compile(L, body, "@user_function")) {
      error = fmt::format("ERR Error compiling function: {}", lua::text(L, -1));
      return;
    }
    redis_api::use_load_globals(L);
    const int status = lua_pcall(L, 0, 0, 1);
    redis_api::use_run_globals(L);
    if (status != 0) error = fmt::format("ERR Error registering functions: {}", read_error(L, -1).text);
  };
  if (!host_.load_library(vm(), run) && error.empty()) error = err::script_out_of_memory;
  if (error.empty() && library.functions.empty()) error = "ERR No functions registered";
  return error;
}

// Makes a library that fits among `others`; the reason of a failure, or nothing.
std::string FunctionLibraries::make(std::string_view code, const List& others, bool replace,
                                    std::unique_ptr<FunctionLibrary>& made) {
  LibraryShebang shebang;
  std::string_view body = code;
  if (auto error = read_library_shebang(body, shebang); !error.empty()) return error;
  if (!is_library_name(shebang.name)) return std::string(err::library_name_letters);
  if (!same_name(shebang.engine, "lua")) return fmt::format("ERR Engine '{}' not found", shebang.engine);
  const FunctionLibrary* const old = find_in(others, shebang.name);
  if (old != nullptr && !replace) return fmt::format("ERR Library '{}' already exists", shebang.name);
  static_cast<void>(vm());  // renews it if need be, which loads libraries as well
  loading_ = std::make_unique<FunctionLibrary>();
  loading_->name = std::move(shebang.name);
  loading_->code = code;
  std::string error = compile(*loading_, body);
  made = std::exchange(loading_, nullptr);
  if (error.empty()) error = collision(*made, others, old);
  if (!error.empty()) release(*made);
  return error;
}

FunctionLibraries::Loaded FunctionLibraries::load(std::string_view code, bool replace) {
  std::unique_ptr<FunctionLibrary> made;
  std::string error = make(code, libraries_, replace, made);
  if (!error.empty()) return {{}, std::move(error)};
  std::string name = made->name;
  libraries_.reserve(libraries_.size() + 1);
  remove(name);
  libraries_.push_back(std::move(made));
  return {std::move(name), {}};
}

void FunctionLibraries::release(FunctionLibrary& library) {
  if (vm_ == nullptr || vm_->doomed()) return;
  vm_->attempt([&](lua_State* L) {
    for (const auto& function : library.functions) luaL_unref(L, LUA_REGISTRYINDEX, function.function);
  });
}

bool FunctionLibraries::remove(std::string_view name) {
  const auto at = std::find_if(libraries_.begin(), libraries_.end(),
                               [&](const auto& library) { return library->name == name; });
  if (at == libraries_.end()) return false;
  release(**at);
  libraries_.erase(at);
  return true;
}

void FunctionLibraries::clear() {
  libraries_.clear();
  vm_.reset();
}

void FunctionLibraries::renew_vm() {
  const Marked renewing(renewing_);
  std::unique_ptr<Vm> spoilt = std::exchange(vm_, nullptr);
  List fresh;
  try {
    for (const auto& library : libraries_) {
      std::unique_ptr<FunctionLibrary> made;
      if (!make(library->code, fresh, false, made).empty()) throw std::bad_alloc();
      fresh.push_back(std::move(made));
    }
  } catch (const std::bad_alloc&) {
    // The old ones are known by name still, and the next use tries again.
    vm_ = std::move(spoilt);
    throw;
  }
  libraries_ = std::move(fresh);
}

std::string FunctionLibraries::restore(const std::vector<std::string>& codes, Policy policy) {
  List fresh;
  std::string error;
  for (const auto& code : codes) {
    std::unique_ptr<FunctionLibrary> made;
    error = make(code, fresh, false, made);
    if (!error.empty()) break;
    fresh.push_back(std::move(made));
  }
  if (error.empty() && policy != Policy::flush) error = why_not_joined(fresh, policy == Policy::replace);
  if (!error.empty()) {
    for (const auto& library : fresh) release(*library);
    return error;
  }
  if (policy == Policy::flush)
    for (const auto& library : std::exchange(libraries_, {})) release(*library);
  libraries_.reserve(libraries_.size() + fresh.size());
  for (auto& library : fresh) {
    remove(library->name);
    libraries_.push_back(std::move(library));
  }
  return {};
}

std::string FunctionLibraries::why_not_joined(const List& fresh, bool replace) const {
  for (const auto& library : fresh)
    if (!replace && find_in(libraries_, library->name) != nullptr)
      return fmt::format("ERR Library {} already exists", library->name);
  for (const auto& other : libraries_) {
    if (find_in(fresh, other->name) != nullptr) continue;  // it is replaced
    for (const auto& library : fresh)
      for (const auto& function : library->functions)
        if (other->find(function.name) != nullptr)
          return fmt::format("ERR Function {} already exists", function.name);
  }
  return {};
}

}  // namespace redouble
