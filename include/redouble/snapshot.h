// The data set of a server at one moment.
//
//   const redouble::Snapshot seeded = server.snapshot();
//   …                                     // a test
//   server.restore(seeded);               // as often as you like
//   other_server.restore(seeded);         // on another thread, too
//
// Needs only the C++17 standard library.
#pragma once

#include <redouble/export.h>

#include <cstddef>
#include <memory>
#include <utility>

namespace redouble {

struct Dataset;

/// The keys of all databases of a server, or of one, with their deadlines and ages; and the functions when it
/// is of all. It never changes and outlives its server; a copy is the same snapshot. What is large in a value
/// is shared with the servers that it was taken of or given to, until they change it.
class REDOUBLE_EXPORT Snapshot {
 public:
  /// How many keys it holds.
  std::size_t keys() const;

 private:
  friend class Server;
  explicit Snapshot(std::shared_ptr<const Dataset> data) : data_(std::move(data)) {}
  std::shared_ptr<const Dataset> data_;
};

}  // namespace redouble
