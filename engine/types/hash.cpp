#include "engine/types/hash.h"

#include <cstdlib>
#include <cstring>
#include <new>

#include "engine/digest.h"
#include "engine/memory_model.h"
#include "engine/types/picks.h"

namespace redouble {
namespace {

// No listpack grows beyond this, whatever the settings say.
constexpr std::size_t kLargestListpack = std::size_t{1} << 30;

// What malloc takes for `size` bytes.
std::size_t allocation(std::size_t size) {
  return (size + 8 + 15) / 16 * 16;
}

std::size_t size_of(const HashValue::Node& node) {
  return sizeof(node) + node.field_size + node.value_size;
}

std::size_t modelled(const HashValue::Node& node) {
  return memory_model::kTableEntry + memory_model::key_bytes(node.field()) +
         memory_model::key_bytes(node.value());
}

HashValue::Node* allocate(std::size_t field_size, std::size_t value_size) {
  if (field_size > UINT32_MAX || value_size > UINT32_MAX) throw std::bad_alloc();
  auto* node = static_cast<HashValue::Node*>(std::malloc(sizeof(HashValue::Node) + field_size + value_size));
  if (node == nullptr) throw std::bad_alloc();
  node->field_size = static_cast<std::uint32_t>(field_size);
  node->value_size = static_cast<std::uint32_t>(value_size);
  return node;
}

// The source may be the null pointer of an empty view.
void copy(char* to, std::string_view from) {
  if (!from.empty()) std::memcpy(to, from.data(), from.size());
}

}  // namespace

HashValue::Table::~Table() {
  nodes.for_each([](Node& node) { std::free(&node); });
}

std::unique_ptr<HashValue::Table> HashValue::Table::copy() const {
  auto twin = std::make_unique<Table>(nodes.seed());
  twin->nodes.copy_from(nodes, [](const Node& node) {
    Node* fresh = allocate(node.field_size, node.value_size);
    std::memcpy(fresh->bytes(), node.bytes(), std::size_t{node.field_size} + node.value_size);
    return fresh;
  });
  twin->bytes = bytes;
  twin->modelled = modelled;
  return twin;
}

HashValue::Node* HashValue::find_node(Table& table, std::string_view field, std::uint64_t hash) {
  return table.nodes.find(hash, [&](const Node& node) {
    return node.field_size == field.size() && std::memcmp(node.bytes(), field.data(), field.size()) == 0;
  });
}

void HashValue::count(Table& table, const Node& node) {
  table.bytes += allocation(size_of(node));
  table.modelled += modelled(node);
}

void HashValue::uncount(Table& table, const Node& node) {
  table.bytes -= allocation(size_of(node));
  table.modelled -= modelled(node);
}

void HashValue::insert_node(Table& table, std::string_view field, std::string_view value,
                            std::uint64_t hash) {
  table.nodes.ensure_table();
  Node* node = allocate(field.size(), value.size());
  copy(node->bytes(), field);
  copy(node->bytes() + field.size(), value);
  table.nodes.insert(node, hash);
  count(table, *node);
}

void HashValue::replace_value(Table& table, Node* node, std::string_view value, std::uint64_t hash) {
  if (node->value_size != value.size()) {
    Node* const fresh = allocate(node->field_size, value.size());
    copy(fresh->bytes(), node->field());
    fresh->next = node->next;
    table.nodes.replace(node, fresh, hash);
    uncount(table, *node);
    count(table, *fresh);
    std::free(node);
    node = fresh;
  }
  copy(node->bytes() + node->field_size, value);
}

bool HashValue::set_in_table(Table& table, std::string_view field, std::string_view value) {
  const std::uint64_t hash = hash_bytes(field, table.nodes.seed());
  table.nodes.step();  // one more than an insertion's own, as in Redis
  if (Node* const node = find_node(table, field, hash)) {
    replace_value(table, node, value, hash);
    return false;
  }
  insert_node(table, field, value, hash);
  return true;
}

std::optional<HashValue::Item> HashValue::find(std::string_view field) const {
  if (is_table()) {
    const Node* const node = find_node(table(), field, hash_bytes(field, table().nodes.seed()));
    return node == nullptr ? std::nullopt : std::optional(Item{node->value()});
  }
  const auto at = listpack().find(field, 0, 2);
  return at == listpack().end() ? std::nullopt : std::optional(listpack()[listpack().next(at)]);
}

bool HashValue::set(std::string_view field, std::string_view value, const Limits& limits) {
  if (!is_table() && (field.size() > limits.value || value.size() > limits.value)) become_table(limits.seed);
  if (is_table()) return set_in_table(table(), field, value);
  Listpack& pack = data_.small();
  const auto at = pack.find(field, 0, 2);
  const bool is_new = at == pack.end();
  if (is_new) {
    Listpack::Appender appender(pack, Listpack::entry_size(field) + Listpack::entry_size(value));
    appender.add(field);
    appender.add(value);
  } else {
    pack.replace(pack.next(at), value);
  }
  // Also when nothing was added: the setting may be smaller than it was.
  if (size() > limits.entries) become_table(limits.seed);
  return is_new;
}

bool HashValue::erase(std::string_view field) {
  if (is_table()) {
    const std::uint64_t hash = hash_bytes(field, table().nodes.seed());
    Node* const node = find_node(table(), field, hash);
    if (node == nullptr) {
      table().nodes.step();  // as Redis does in vain, too
      return false;
    }
    table().nodes.remove(node, hash);
    uncount(table(), *node);
    std::free(node);
    return true;
  }
  Listpack& pack = data_.small();
  const auto at = pack.find(field, 0, 2);
  if (at == pack.end()) return false;
  pack.erase(at, 2);
  return true;
}

void HashValue::make_room(Argv texts, const Limits& limits) {
  if (is_table()) return;
  std::size_t sum = listpack().serialized_size();
  for (const auto text : texts) {
    if (text.size() > limits.value) return become_table(limits.seed);
    sum += text.size();
  }
  if (sum > kLargestListpack) become_table(limits.seed);
}

void HashValue::become_table(std::uint64_t seed) {
  if (is_table()) return;
  auto fresh = std::make_unique<Table>(seed);
  fresh->nodes.expect(size());
  for_each([&](const Pair& pair) {
    IntegerText field_digits, value_digits;
    const auto field = pair.field.bytes(field_digits);
    insert_node(*fresh, field, pair.value.bytes(value_digits), hash_bytes(field, seed));
  });
  data_.become(std::move(fresh));
}

std::vector<HashValue::Pair> HashValue::sample(std::size_t k, Random& random) const {
  std::vector<Pair> pairs;
  pairs.reserve(k);
  if (is_table()) {
    for (const Node* node : pick_nodes<Node>(table().nodes, k, random)) pairs.push_back(node->pair());
    return pairs;
  }
  Selection selection(k, size(), random);
  for_each([&](const Pair& pair) {
    if (selection.wants()) pairs.push_back(pair);
  });
  return pairs;
}

std::unique_ptr<Object> HashValue::clone() const {
  if (!is_table()) return std::make_unique<HashValue>(listpack().clone());
  auto copy = std::make_unique<HashValue>();
  copy->become_table(table().nodes.seed());
  copy->table().nodes.expect(size());
  table().nodes.for_each([&](const Node& node) {
    insert_node(copy->table(), node.field(), node.value(), hash_bytes(node.field(), table().nodes.seed()));
  });
  return copy;
}

std::size_t HashValue::bytes() const {
  if (!is_table()) return listpack().bytes();
  return allocation(sizeof(Table)) + table().bytes +
         (nodes().buckets(0) + nodes().buckets(1)) * sizeof(Node*);
}

std::size_t HashValue::mean_bytes() const {
  return (is_table() ? table().bytes : listpack().serialized_size()) / size() + 1;
}

std::size_t HashValue::modelled_bytes(std::size_t samples) const {
  if (!is_table()) return memory_model::size_class(listpack().serialized_size());
  std::size_t weighed = 0, sum = 0;
  nodes().all_of([&](const Node& node) {
    sum += memory_model::kTableEntryBytes + memory_model::key_bytes(node.field()) +
           memory_model::key_bytes(node.value());
    return ++weighed != samples;
  });
  return memory_model::table_bytes(nodes().buckets(0) + nodes().buckets(1), sum, weighed, size());
}

std::size_t HashValue::modelled_allocations() const {
  using namespace memory_model;
  if (!is_table()) return kObject + size_class(listpack().serialized_size());
  return kObject + tables_in_value(nodes().buckets(0), nodes().buckets(1)) + table().modelled;
}

void HashValue::digest(DigestSum& sum) const {
  for_each([&](const Pair& pair) {
    IntegerText scratch;
    DigestSum one;
    one.add_ordered(pair.field.bytes(scratch));
    one.add_ordered(pair.value.bytes(scratch));
    sum.add_unordered(one);
  });
}

bool HashValue::prefetch(std::string_view member, int step) const {
  if (step == 0)
    data_.prefetch();
  else if (is_table())
    nodes().prefetch(hash_bytes(member, nodes().seed()), step);
  return is_table();
}

bool HashValue::dismantle(std::size_t n) {
  return !is_table() || !table().shares.alone() ||
         table().nodes.drain(n, [](Node* node) { std::free(node); });
}

}  // namespace redouble
