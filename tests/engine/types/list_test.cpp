// ListValue against a plain vector, and how it is cut into nodes: the numbers are those of DEBUG OBJECT and
// MEMORY USAGE of redis-server 7.0.15.
#include "engine/types/list.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "engine/random.h"

using redouble::IntegerText;
using redouble::Listpack;
using redouble::ListValue;
using redouble::Needle;
using End = redouble::ListValue::End;

namespace {

std::vector<std::string> items_of(const ListValue& list) {
  std::vector<std::string> items;
  list.for_each([&](const Listpack::Item& item) {
    IntegerText scratch;
    items.emplace_back(item.bytes(scratch));
  });
  return items;
}

std::vector<std::size_t> node_sizes(const ListValue& list) {
  std::vector<std::size_t> sizes;
  list.for_each_node([&](const Listpack& entries) { sizes.push_back(entries.count()); },
                     [&](std::string_view) { sizes.push_back(0); });
  return sizes;
}

ListValue numbers(std::int64_t limit, int n) {
  ListValue list(limit);
  for (int i = 1; i <= n; ++i) list.push(End::right, std::to_string(i));
  return list;
}

std::string random_item(redouble::Random& random) {
  switch (random.below(3)) {
    case 0:
      return std::to_string(random.below(300));
    case 1:
      return std::string(random.below(30), 'x');
    default:
      return std::string(random.below(1500), 'y');
  }
}

// One change of any kind, of the list and of the vector alike.
void change_both(ListValue& list, std::vector<std::string>& model, redouble::Random& random,
                 std::size_t plain_from) {
  const auto i = static_cast<std::ptrdiff_t>(random.below(model.size() + 1));
  const bool inside = i < static_cast<std::ptrdiff_t>(model.size());
  const auto item = random_item(random);
  const auto n = random.below(4);
  const End side = random.below(2) == 0 ? End::left : End::right;
  switch (random.below(8)) {
    case 0:
    case 1:
      list.push(side, item, plain_from);
      model.insert(side == End::left ? model.begin() : model.end(), item);
      break;
    case 2:
    case 3:
      if (!inside) break;
      list.insert(list.at(i), side, item, plain_from);
      model.insert(model.begin() + i + (side == End::right), item);
      break;
    case 4:
      if (!inside) break;
      list.replace(list.at(i - static_cast<std::ptrdiff_t>(model.size())), item, plain_from);
      model[static_cast<std::size_t>(i)] = item;
      break;
    case 5: {
      if (!inside) break;
      const auto next = list.erase(list.at(i), side);
      model.erase(model.begin() + i);
      const auto expected = side == End::right ? i : i - 1;
      const bool exists = expected >= 0 && expected < static_cast<std::ptrdiff_t>(model.size());
      REQUIRE(static_cast<bool>(next) == exists);
      if (exists) REQUIRE(*next == model[static_cast<std::size_t>(expected)]);
      break;
    }
    case 6:
      list.erase_range(i, n);
      model.erase(model.begin() + i, model.begin() + std::min(i + static_cast<std::ptrdiff_t>(n),
                                                              static_cast<std::ptrdiff_t>(model.size())));
      break;
    default:
      if (model.empty()) break;
      list.pop(side);
      model.erase(side == End::left ? model.begin() : model.end() - 1);
  }
}

}  // namespace

TEST_CASE("ListValue: behaves like a vector of strings", "[list][random]") {
  const std::uint64_t seed = GENERATE(1, 2, 3, 4, 5, 6);
  const std::int64_t limit = GENERATE(-1, -5, 0, 1, 3, 40);
  const std::size_t plain_from = GENERATE(5, 100, ListValue::kPlainFrom);
  INFO("seed " << seed << ", limit " << limit << ", plain from " << plain_from);
  redouble::Random random(seed);
  ListValue list(limit);
  std::vector<std::string> model;
  for (int step = 0; step < 400; ++step) {
    change_both(list, model, random, plain_from);
    REQUIRE(list.size() == model.size());
    REQUIRE(items_of(list) == model);
  }
  const ListValue copy(list);
  CHECK(items_of(copy) == model);
  CHECK(node_sizes(copy) == node_sizes(list));
  CHECK(copy.modelled_bytes(0) == list.modelled_bytes(0));
  std::vector<std::string> backwards;
  for (auto at = list.at_end(End::right); at; at.step(End::left)) {
    IntegerText scratch;
    backwards.emplace_back((*at).bytes(scratch));
  }
  std::reverse(backwards.begin(), backwards.end());
  CHECK(backwards == model);
  while (list.size() > 0) list.pop(End::left);
  CHECK(list.nodes() == 0);
  CHECK(list.bytes() == ListValue(-2).bytes());
  CHECK(list.modelled_allocations() == ListValue(-2).modelled_allocations());
}

TEST_CASE("ListValue: a full node of about 60,000 bytes gives its spare room back", "[list][memory]") {
  const int n = GENERATE(58, 59, 60, 61, 62);
  const End side = GENERATE(End::left, End::right);
  INFO(n << " elements");
  ListValue list(-5);
  std::vector<std::string> model;
  for (int i = 0; i < n; ++i) model.push_back(std::to_string(i) + std::string(998, 'x'));
  model.push_back(std::string(8000, 'y'));  // goes into a node of its own
  for (const auto& item : model) list.push(side, item);
  if (side == End::left) std::reverse(model.begin(), model.end());
  CHECK(list.nodes() == 2);
  CHECK(items_of(list) == model);
  CHECK(list.bytes() < static_cast<std::size_t>(n) * 1004 + 8000 + 1500);
  for (std::size_t i = model.size(); i > 0; --i) list.pop(End::left);
  CHECK(list.bytes() == ListValue(-5).bytes());
}

TEST_CASE("ListValue: nodes are limited by elements or by bytes", "[list]") {
  CHECK(node_sizes(numbers(3, 8)) == std::vector<std::size_t>{3, 3, 2});
  CHECK(node_sizes(numbers(0, 3)) == std::vector<std::size_t>{1, 1, 1});
  ListValue list(-1);
  for (int i = 0; i < 6; ++i) list.push(End::right, std::string(1000, 'a'));
  CHECK(node_sizes(list) == std::vector<std::size_t>{4, 2});
  list.push(End::left, "b");
  CHECK(node_sizes(list) == std::vector<std::size_t>{5, 2});
  list.push(End::left, std::string(5000, 'c'));
  CHECK(node_sizes(list) == std::vector<std::size_t>{1, 5, 2});
}

TEST_CASE("ListValue: a node that is full is split, and the parts join their neighbours", "[list]") {
  ListValue list = numbers(3, 10);
  list.insert(list.at(4), End::right, "x");
  CHECK(node_sizes(list) == std::vector<std::size_t>{3, 2, 2, 3, 1});
  // At its edge: into the neighbour that has room, or into a node of its own.
  ListValue edge = numbers(3, 7);
  edge.insert(edge.at(5), End::right, "x");
  CHECK(node_sizes(edge) == std::vector<std::size_t>{3, 3, 2});
  edge.insert(edge.at(2), End::right, "y");
  CHECK(node_sizes(edge) == std::vector<std::size_t>{3, 1, 3, 2});
}

TEST_CASE("ListValue: large elements stand alone", "[list]") {
  ListValue list = numbers(-2, 5);
  list.insert(list.at(2), End::left, "twelve bytes", 10);
  CHECK(node_sizes(list) == std::vector<std::size_t>{2, 0, 3});
  list.push(End::right, "1234567890", 10);
  CHECK(node_sizes(list) == std::vector<std::size_t>{2, 0, 3, 0});
  list.replace(list.at(2), "7", 10);
  CHECK(node_sizes(list) == std::vector<std::size_t>{2, 4, 0});
  CHECK(Needle("1234567890").matches(*list.at(-1)));
  CHECK(items_of(list) == std::vector<std::string>{"1", "2", "7", "3", "4", "5", "1234567890"});
}

TEST_CASE("ListValue: weighs what redis-server says", "[list][memory]") {
  ListValue list(-2);
  for (const char* item : {"a", "b", "c", "100", "10000"}) list.push(End::right, item);
  CHECK(list.modelled_bytes(5) == 112);
  for (const char* item : {"1234567", "x"}) list.push(End::right, item, 5);
  CHECK(list.modelled_bytes(5) == 216);
}

TEST_CASE("ListValue: is taken apart in slices", "[list]") {
  ListValue list = numbers(10, 100);
  CHECK_FALSE(list.dismantle(35));
  CHECK(list.size() == 60);
  CHECK(list.dismantle(1000));
  CHECK(list.nodes() == 0);
}

TEST_CASE("ListValue: whole nodes are taken in as they are", "[list]") {
  ListValue list(-2);
  Listpack pack;
  for (const char* item : {"a", "1", "b"}) pack.push_back(item);
  list.append_node(pack.clone());
  list.append_plain_node("plain");
  list.append_node(std::move(pack));
  CHECK(items_of(list) == std::vector<std::string>{"a", "1", "b", "plain", "a", "1", "b"});
  CHECK(node_sizes(list) == std::vector<std::size_t>{3, 0, 3});
  CHECK(list.size() == 7);
}
