#include "engine/garbage.h"

#include "engine/keyspace.h"
#include "engine/object.h"

namespace redouble {
namespace {

// Up to here it is quicker to free a thing than to keep it.
constexpr std::size_t kSmall = 256;
// What had many members may have a large table still.
constexpr std::size_t kSmallBytes = 1024 * 1024;

// Without memory for keeping it, it goes at once: freeing must not fail.
template <class T>
void keep(std::vector<std::unique_ptr<T>>& kept, std::unique_ptr<T>& thing) {
  try {
    kept.push_back(std::move(thing));
  } catch (const std::bad_alloc&) {
    thing.reset();
  }
}

}  // namespace

Garbage::Garbage() = default;
Garbage::~Garbage() = default;

bool Garbage::is_small(const Object& object) {
  return object.size() <= kSmall && object.bytes() < kSmallBytes;
}

void Garbage::add(std::unique_ptr<Object> object) {
  if (!is_small(*object)) keep(objects_, object);
}

void Garbage::add(std::unique_ptr<Keyspace> keys) {
  if (keys->size() > kSmall || keys->table_bytes() >= kSmallBytes) keep(keyspaces_, keys);
}

void Garbage::collect(std::size_t n) {
  // A database may leave big values behind: they come first, so that there are never many.
  if (!objects_.empty()) {
    if (objects_.back()->dismantle(n)) objects_.pop_back();
  } else if (!keyspaces_.empty()) {
    if (keyspaces_.back()->dismantle(n)) keyspaces_.pop_back();
  }
}

void Garbage::collect_all() {
  objects_.clear();
  keyspaces_.clear();
}

}  // namespace redouble
