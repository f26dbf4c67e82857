#include "engine/garbage.h"

#include "engine/keyspace.h"
#include "engine/object.h"

namespace redouble {
namespace {

// Up to here it is quicker to free a thing than to keep it.
constexpr std::size_t kSmall = 256;

}  // namespace

Garbage::Garbage() = default;
Garbage::~Garbage() = default;

bool Garbage::is_small(const Object& object) {
  return object.size() <= kSmall;
}

void Garbage::add(std::unique_ptr<Object> object) {
  if (!is_small(*object)) objects_.push_back(std::move(object));
}

void Garbage::add(std::unique_ptr<Keyspace> keys) {
  if (keys->size() > kSmall) keyspaces_.push_back(std::move(keys));
}

void Garbage::collect(std::size_t n) {
  // A database may leave big values behind: they come first, so that there are never many.
  if (!objects_.empty()) {
    if (objects_.back()->dismantle(n)) objects_.pop_back();
  } else if (!keyspaces_.empty()) {
    if (keyspaces_.back()->dismantle(n)) keyspaces_.pop_back();
  }
}

}  // namespace redouble
