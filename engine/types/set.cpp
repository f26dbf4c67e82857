#include "engine/types/set.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

#include "engine/digest.h"
#include "engine/memory_model.h"
#include "engine/types/picks.h"

namespace redouble {
namespace {

// No intset grows beyond this, whatever the setting says.
constexpr std::uint64_t kLargestIntset = std::uint64_t{1} << 30;
// A node's bytes in front of its member.
constexpr std::size_t kNodeHead = sizeof(SetValue::Node*) + sizeof(std::uint32_t);

std::size_t node_size(std::size_t member) {
  return std::max(sizeof(SetValue::Node), kNodeHead + member);
}

// What malloc takes for `size` bytes.
std::size_t allocation(std::size_t size) {
  return (size + 8 + 15) / 16 * 16;
}

}  // namespace

SetValue::Table::~Table() {
  nodes.for_each([](Node& node) { std::free(&node); });
}

std::unique_ptr<SetValue::Table> SetValue::Table::copy() const {
  auto twin = std::make_unique<Table>(nodes.seed());
  twin->nodes.copy_from(nodes, [](const Node& node) { return make_node(node.text()); });
  twin->bytes = bytes;
  twin->modelled = modelled;
  return twin;
}

std::unique_ptr<SetValue> SetValue::made_for(std::string_view first, std::uint64_t seed) {
  auto set = std::make_unique<SetValue>();
  if (!parse_int64(first)) set->become_table(seed);
  return set;
}

SetValue::Node* SetValue::find_node(Table& table, std::string_view member, std::uint64_t hash) {
  return table.nodes.find(hash, [&](const Node& node) {
    return node.size == member.size() && std::memcmp(node.bytes(), member.data(), member.size()) == 0;
  });
}

SetValue::Node* SetValue::make_node(std::string_view member) {
  if (member.size() > UINT32_MAX) throw std::bad_alloc();
  auto* node = static_cast<Node*>(std::malloc(node_size(member.size())));
  if (node == nullptr) throw std::bad_alloc();
  node->size = static_cast<std::uint32_t>(member.size());
  if (!member.empty()) std::memcpy(node->bytes(), member.data(), member.size());
  return node;
}

void SetValue::insert_node(Table& table, std::string_view member, std::uint64_t hash) {
  table.nodes.ensure_table();
  table.nodes.insert(make_node(member), hash);
  table.bytes += allocation(node_size(member.size()));
  table.modelled += memory_model::kTableEntry + memory_model::key_bytes(member);
}

bool SetValue::add_to_table(Table& table, std::string_view member) {
  const std::uint64_t hash = hash_bytes(member, table.nodes.seed());
  if (find_node(table, member, hash) != nullptr) {
    table.nodes.make_room();
    return false;
  }
  insert_node(table, member, hash);
  return true;
}

bool SetValue::erase_from_table(Table& table, std::string_view member) {
  const std::uint64_t hash = hash_bytes(member, table.nodes.seed());
  Node* const node = find_node(table, member, hash);
  if (node == nullptr) {
    table.nodes.step();  // as Redis does in vain, too
    return false;
  }
  erase_node(table, node, hash);
  return true;
}

void SetValue::erase_node(Table& table, Node* node, std::uint64_t hash) {
  table.nodes.remove(node, hash);
  table.bytes -= allocation(node_size(node->size));
  table.modelled -= memory_model::kTableEntry + memory_model::key_bytes(node->text());
  std::free(node);
}

bool SetValue::contains(std::string_view member) const {
  if (is_table()) return find_node(table(), member, hash_bytes(member, table().nodes.seed())) != nullptr;
  const auto number = parse_int64(member);
  return number && intset().contains(*number);
}

bool SetValue::contains(const Item& member) const {
  if (member.is_number && !is_table()) return intset().contains(member.number);
  IntegerText scratch;
  return contains(member.bytes(scratch));
}

bool SetValue::add_number(std::int64_t number, const Limits& limits) {
  if (!data_.small().insert(number)) return false;
  if (intset().size() > std::min(limits.intset_entries, kLargestIntset)) become_table(limits.seed);
  return true;
}

bool SetValue::add(std::string_view member, const Limits& limits) {
  if (!is_table()) {
    if (const auto number = parse_int64(member)) return add_number(*number, limits);
    become_table(limits.seed);
  }
  return add_to_table(table(), member);
}

bool SetValue::add(const Item& member, const Limits& limits) {
  if (member.is_number && !is_table()) return add_number(member.number, limits);
  IntegerText scratch;
  return add(member.bytes(scratch), limits);
}

bool SetValue::erase(std::string_view member) {
  if (is_table()) return erase_from_table(table(), member);
  const auto number = parse_int64(member);
  return number && data_.small().erase(*number);
}

bool SetValue::erase(const Item& member) {
  if (member.is_number && !is_table()) return data_.small().erase(member.number);
  IntegerText scratch;
  return erase(member.bytes(scratch));
}

void SetValue::clear() {
  data_.become(Intset());
}

void SetValue::become_table(std::uint64_t seed) {
  if (is_table()) return;
  auto fresh = std::make_unique<Table>(seed);
  fresh->nodes.expect(size());
  for_each([&](const Item& member) {
    IntegerText scratch;
    const auto text = member.bytes(scratch);
    insert_node(*fresh, text, hash_bytes(text, seed));
  });
  data_.become(std::move(fresh));
}

SetValue::Item SetValue::random(Random& random) const {
  if (is_table()) return {random_node(random)->text()};
  return {{}, intset()[random.below(intset().size())], true};
}

std::vector<SetValue::Item> SetValue::sample(std::size_t k, Random& random) const {
  std::vector<Item> members;
  members.reserve(k);
  if (is_table())
    for (const Node* node : pick_nodes<Node>(table().nodes, k, random)) members.push_back({node->text()});
  else
    for (const std::size_t i : pick_numbers(k, size(), random)) members.push_back({{}, intset()[i], true});
  return members;
}

std::unique_ptr<Object> SetValue::clone() const {
  if (!is_table()) return std::make_unique<SetValue>(intset().clone());
  auto copy = std::make_unique<SetValue>();
  copy->become_table(table().nodes.seed());
  copy->table().nodes.expect(size());
  table().nodes.for_each([&](const Node& node) {
    insert_node(copy->table(), node.text(), hash_bytes(node.text(), table().nodes.seed()));
  });
  return copy;
}

std::size_t SetValue::bytes() const {
  if (!is_table()) return intset().bytes();
  return allocation(sizeof(Table)) + table().bytes +
         (nodes().buckets(0) + nodes().buckets(1)) * sizeof(Node*);
}

std::size_t SetValue::mean_bytes() const {
  return is_table() ? table().bytes / size() + 1 : 5 * intset().width() / 2;
}

std::size_t SetValue::modelled_bytes(std::size_t samples) const {
  if (!is_table()) return memory_model::size_class(intset().serialized_size());
  std::size_t weighed = 0, sum = 0;
  nodes().all_of([&](const Node& node) {
    sum += memory_model::kTableEntryBytes + memory_model::key_bytes(node.text());
    return ++weighed != samples;
  });
  return memory_model::table_bytes(nodes().buckets(0) + nodes().buckets(1), sum, weighed, size());
}

std::size_t SetValue::modelled_allocations() const {
  using namespace memory_model;
  if (!is_table()) return kObject + size_class(intset().serialized_size());
  return kObject + tables_in_value(nodes().buckets(0), nodes().buckets(1)) + table().modelled;
}

void SetValue::digest(DigestSum& sum) const {
  for_each([&](const Item& member) {
    IntegerText scratch;
    sum.add_unordered(member.bytes(scratch));
  });
}

bool SetValue::prefetch(std::string_view member, int step) const {
  if (step == 0)
    data_.prefetch();
  else if (is_table())
    nodes().prefetch(hash_bytes(member, nodes().seed()), step);
  return is_table();
}

bool SetValue::dismantle(std::size_t n) {
  return !is_table() || !table().shares.alone() ||
         table().nodes.drain(n, [](Node* node) { std::free(node); });
}

}  // namespace redouble
