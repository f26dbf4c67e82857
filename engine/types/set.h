// A set: members, all different. A set of integers is an intset while it is small, any other a table of
// nodes, each a member in one allocation. When one becomes the other is Redis's rule, and never turns back.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "engine/hash_table.h"
#include "engine/object.h"
#include "engine/random.h"
#include "engine/types/intset.h"
#include "engine/types/listpack.h"
#include "engine/types/small_or_table.h"
#include "protocol/hash.h"

namespace redouble {

class SetValue final : public NestedObject<SetValue> {
 public:
  static constexpr Type kType = Type::set;
  /// A member: a number of an intset, or a text that is good until the set changes.
  using Item = Listpack::Item;

  /// How many numbers an intset may hold, and what a table is seeded with.
  struct Limits {
    std::uint64_t intset_entries;  // set-max-intset-entries
    std::uint64_t seed;
  };

  /// An empty intset.
  SetValue() = default;
  SetValue(SetValue&&) = default;
  explicit SetValue(Intset numbers) : data_(std::move(numbers)) {}
  /// One that shares the table of this one.
  SetValue share() const { return SetValue(data_.share()); }
  /// An empty set of the encoding that its first member asks for.
  static std::unique_ptr<SetValue> made_for(std::string_view first, std::uint64_t seed);

  bool is_table() const { return data_.is_table(); }
  /// REQUIRES: !is_table().
  const Intset& intset() const { return data_.small(); }

  bool contains(std::string_view member) const;
  bool contains(const Item& member) const;
  /// False when the member is there already.
  bool add(std::string_view member, const Limits& limits);
  bool add(const Item& member, const Limits& limits);
  /// False when it is not there.
  bool erase(std::string_view member);
  bool erase(const Item& member);
  void clear();
  /// Exchanges all members, and the encoding.
  void swap(SetValue& other) noexcept { data_.swap(other.data_); }
  void become_table(std::uint64_t seed);

  /// visit(Item), ascending in an intset, else in no order.
  template <class Visit>
  void for_each(Visit&& visit) const {
    all_of([&](const Item& member) {
      visit(member);
      return true;
    });
  }
  /// The same until `visit` returns false; true when it never did.
  template <class Visit>
  bool all_of(Visit&& visit) const;
  /// A step of SSCAN: see HashTable::scan. REQUIRES: is_table().
  template <class Visit>
  std::uint64_t scan(std::uint64_t cursor, Visit&& visit) const {
    return table().nodes.scan(cursor, [&](const Node& node) { visit(Item{node.text()}); });
  }
  /// A member at random. REQUIRES: not empty.
  Item random(Random& random) const;
  /// `k` different members; ascending or in no order. REQUIRES: there are as many.
  std::vector<Item> sample(std::size_t k, Random& random) const;
  /// Shows a random member to `use` and removes it. REQUIRES: not empty.
  template <class Use>
  void pop(Random& random, Use&& use);

  /// What a member takes in the mean, as text. REQUIRES: not empty.
  std::size_t mean_bytes() const;

  Encoding encoding() const override { return is_table() ? Encoding::hashtable : Encoding::intset; }
  std::size_t size() const override { return is_table() ? table().nodes.size() : intset().size(); }
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
    std::uint32_t size;
    // The member's bytes stand right behind, where padding would be.
    const char* bytes() const { return reinterpret_cast<const char*>(&size + 1); }
    char* bytes() { return reinterpret_cast<char*>(&size + 1); }
    std::string_view text() const { return {bytes(), size}; }
  };
  struct Links {
    static Node*& next(Node& node) { return node.next; }
    static std::uint64_t hash(const Node& node, std::uint64_t seed) { return hash_bytes(node.text(), seed); }
  };
  using Nodes = HashTable<Node, Links>;
  /// REQUIRES: is_table().
  const Nodes& nodes() const { return table().nodes; }

 private:
  struct Table;
  explicit SetValue(SmallOrTable<Intset, Table> data) : data_(std::move(data)) {}
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
  static Node* find_node(Table& table, std::string_view member, std::uint64_t hash);
  static Node* make_node(std::string_view member);
  static void insert_node(Table& table, std::string_view member, std::uint64_t hash);
  static bool add_to_table(Table& table, std::string_view member);
  static bool erase_from_table(Table& table, std::string_view member);
  static void erase_node(Table& table, Node* node, std::uint64_t hash);
  bool add_number(std::int64_t number, const Limits& limits);
  Node* random_node(Random& random) const {
    return table().nodes.random([&](std::uint64_t n) { return random.below(n); });
  }

  SmallOrTable<Intset, Table> data_;
};

using Set = Collection<SetValue>;

template <class Visit>
bool SetValue::all_of(Visit&& visit) const {
  if (is_table()) return table().nodes.all_of([&](const Node& node) { return visit(Item{node.text()}); });
  const Intset& numbers = intset();
  for (std::size_t i = 0; i < numbers.size(); ++i)
    if (!visit(Item{{}, numbers[i], true})) return false;
  return true;
}

template <class Use>
void SetValue::pop(Random& random, Use&& use) {
  if (is_table()) {
    Node* const node = random_node(random);
    use(Item{node->text()});
    erase_node(table(), node, hash_bytes(node->text(), nodes().seed()));
    return;
  }
  Intset& numbers = data_.small();
  const std::size_t i = random.below(numbers.size());
  use(Item{{}, numbers[i], true});
  numbers.erase_at(i);
}

}  // namespace redouble
