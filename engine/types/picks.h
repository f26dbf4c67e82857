// Drawing several different members out of a collection, every choice of k among n as likely as any other.
#pragma once

#include <cstddef>
#include <unordered_set>
#include <vector>

#include "engine/random.h"

namespace redouble {

/// Takes k of n members that go by once, in their order: `wants()` is asked for each.
class Selection {
 public:
  Selection(std::size_t k, std::size_t n, Random& random) : k_(k), n_(n), random_(random) {}
  bool wants() {
    if (random_.below(n_--) >= k_) return false;
    --k_;
    return true;
  }
  bool complete() const { return k_ == 0; }

 private:
  std::size_t k_;
  std::size_t n_;
  Random& random_;
};

/// Whether k of n are found sooner by passing all by than by drawing them one by one.
inline bool is_large_part(std::size_t k, std::size_t n) {
  return k > n / 3;
}

/// k different numbers below n.
std::vector<std::size_t> pick_numbers(std::size_t k, std::size_t n, Random& random);

/// k different nodes of a HashTable. REQUIRES: it has as many.
template <class Node, class Table>
std::vector<Node*> pick_nodes(Table& table, std::size_t k, Random& random) {
  std::vector<Node*> nodes;
  nodes.reserve(k);
  if (is_large_part(k, table.size())) {
    Selection selection(k, table.size(), random);
    table.all_of([&](Node& node) {
      if (selection.wants()) nodes.push_back(&node);
      return !selection.complete();
    });
    return nodes;
  }
  std::unordered_set<const Node*> seen;
  while (nodes.size() < k) {
    Node* node = table.random([&](std::uint64_t n) { return random.below(n); });
    if (seen.insert(node).second) nodes.push_back(node);
  }
  return nodes;
}

}  // namespace redouble
