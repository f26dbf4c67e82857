// A hash: fields with values. A small one is a listpack (field, value, field, value …), a larger one a table
// of nodes, each of which holds a field and its value in one allocation. When one becomes the other is
// Redis's rule, and never turns back.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/arguments.h"
#include "engine/hash_table.h"
#include "engine/object.h"
#include "engine/random.h"
#include "engine/types/listpack.h"
#include "engine/types/small_or_table.h"
#include "protocol/hash.h"

namespace redouble {

class HashValue final : public NestedObject<HashValue> {
 public:
  static constexpr Type kType = Type::hash;
  using Item = Listpack::Item;

  /// Views that are good until the hash changes.
  struct Pair {
    Item field, value;
  };
  /// How much a listpack may hold, and what a table is seeded with.
  struct Limits {
    std::uint64_t entries;  // hash-max-listpack-entries
    std::uint64_t value;    // hash-max-listpack-value
    std::uint64_t seed;
  };

  HashValue() = default;
  HashValue(HashValue&&) = default;
  /// Takes fields and values in turn. REQUIRES: an even number, fields all different.
  explicit HashValue(Listpack pairs) : data_(std::move(pairs)) {}
  /// One that shares the table of this one.
  HashValue share() const { return HashValue(data_.share()); }

  bool is_table() const { return data_.is_table(); }
  /// REQUIRES: !is_table().
  const Listpack& listpack() const { return data_.small(); }

  std::optional<Item> find(std::string_view field) const;
  /// True for a new field.
  bool set(std::string_view field, std::string_view value, const Limits& limits);
  /// False when there is no such field.
  bool erase(std::string_view field);
  /// Becomes a table if one of these texts, or all together, are too much for a listpack. Redis asks this of
  /// all arguments before it looks at the first.
  void make_room(Argv texts, const Limits& limits);
  void become_table(std::uint64_t seed);

  /// visit(Pair), in the order of a listpack or in none.
  template <class Visit>
  void for_each(Visit&& visit) const;
  /// A step of HSCAN: see HashTable::scan. REQUIRES: is_table().
  template <class Visit>
  std::uint64_t scan(std::uint64_t cursor, Visit&& visit) const {
    return table().nodes.scan(cursor, [&](const Node& node) { visit(node.pair()); });
  }
  /// Draws `n` times. REQUIRES: not empty.
  template <class Visit>
  void draw(std::uint64_t n, Random& random, Visit&& visit) const;
  /// `k` different pairs; in a listpack's order. REQUIRES: there are as many.
  std::vector<Pair> sample(std::size_t k, Random& random) const;

  /// What a pair takes in the mean. REQUIRES: not empty.
  std::size_t mean_bytes() const;

  Encoding encoding() const override { return is_table() ? Encoding::hashtable : Encoding::listpack; }
  std::size_t size() const override { return is_table() ? table().nodes.size() : listpack().count() / 2; }
  std::unique_ptr<Object> clone() const override;
  std::size_t bytes() const override;
  std::size_t modelled_bytes(std::size_t samples) const override;
  std::size_t modelled_allocations() const override;
  void digest(DigestSum& sum) const override;
  bool dismantle(std::size_t n) override;
  bool prefetch(std::string_view member, int step) const override;
  bool settled() const override { return !is_table() || !nodes().rehashing(); }
  void own() override { data_.own(); }

  struct Node {
    Node* next;
    std::uint32_t field_size, value_size;
    char* bytes() { return reinterpret_cast<char*>(this + 1); }
    const char* bytes() const { return reinterpret_cast<const char*>(this + 1); }

    std::string_view field() const { return {bytes(), field_size}; }
    std::string_view value() const { return {bytes() + field_size, value_size}; }
    Pair pair() const { return {{field()}, {value()}}; }
  };
  struct Links {
    static Node*& next(Node& node) { return node.next; }
    static std::uint64_t hash(const Node& node, std::uint64_t seed) { return hash_bytes(node.field(), seed); }
  };
  using Nodes = HashTable<Node, Links>;
  /// REQUIRES: is_table().
  const Nodes& nodes() const { return table().nodes; }

 private:
  struct Table;
  explicit HashValue(SmallOrTable<Listpack, Table> data) : data_(std::move(data)) {}
  struct Table {
    explicit Table(std::uint64_t seed) : nodes(seed) {}
    ~Table();
    std::unique_ptr<Table> copy() const;

    Nodes nodes;
    Shares shares;
    std::size_t bytes = 0;     // of all nodes
    std::size_t modelled = 0;  // what redis-server would have allocated for them
  };

  Table& table() const { return data_.table(); }
  static Node* find_node(Table& table, std::string_view field, std::uint64_t hash);
  static void insert_node(Table& table, std::string_view field, std::string_view value, std::uint64_t hash);
  static void count(Table& table, const Node& node);
  static void uncount(Table& table, const Node& node);
  static void replace_value(Table& table, Node* node, std::string_view value, std::uint64_t hash);
  static bool set_in_table(Table& table, std::string_view field, std::string_view value);

  SmallOrTable<Listpack, Table> data_;
};

using Hash = Collection<HashValue>;

template <class Visit>
void HashValue::for_each(Visit&& visit) const {
  if (is_table()) {
    table().nodes.for_each([&](const Node& node) { visit(node.pair()); });
    return;
  }
  const Listpack::Reader pack(listpack());
  for (Listpack::Position at = 0; at != pack.end();) {
    const auto value = pack.next(at);
    visit(Pair{pack[at], pack[value]});
    at = pack.next(value);
  }
}

template <class Visit>
void HashValue::draw(std::uint64_t n, Random& random, Visit&& visit) const {
  if (is_table()) {
    for (; n > 0; --n) visit(table().nodes.random([&](std::uint64_t m) { return random.below(m); })->pair());
    return;
  }
  const Listpack& pack = listpack();
  if (n == 1) {
    const auto field = pack.at(static_cast<std::int64_t>(2 * random.below(size())));
    visit(Pair{pack[field], pack[pack.next(field)]});
    return;
  }
  std::vector<Pair> pairs;
  pairs.reserve(size());
  for_each([&](const Pair& pair) { pairs.push_back(pair); });
  for (; n > 0; --n) visit(pairs[random.below(pairs.size())]);
}

}  // namespace redouble
