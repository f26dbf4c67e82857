// Big values and whole databases that nobody can reach any more, freed in slices: deleting a million members
// holds no other client up for longer than deleting a few. Whoever drives the engine calls collect() while
// there is something left; what then still remains goes with the engine.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace redouble {

class Keyspace;
class Object;

class Garbage {
 public:
  Garbage();
  ~Garbage();

  bool empty() const { return objects_.empty() && keyspaces_.empty(); }
  /// Whether it is quicker to free a value than to keep it.
  static bool is_small(const Object& object);
  /// Frees small values at once.
  void add(std::unique_ptr<Object> object);
  void add(std::unique_ptr<Keyspace> keys);
  /// Frees about `n` keys or members.
  void collect(std::size_t n);
  void collect_all();

 private:
  std::vector<std::unique_ptr<Object>> objects_;
  std::vector<std::unique_ptr<Keyspace>> keyspaces_;
};

}  // namespace redouble
