#include "engine/types/stream.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <vector>

#include "engine/random.h"

using redouble::StreamGroup;
using redouble::StreamId;
using redouble::StreamNode;
using redouble::StreamPending;
using redouble::StreamRange;
using redouble::StreamTrim;
using redouble::StreamValue;

namespace {

using Fields = std::vector<std::string>;
using Model = std::map<StreamId, Fields>;

void append(StreamValue& stream, StreamId id, const Fields& fields, const StreamNode::Limits& limits) {
  const std::vector<std::string_view> views(fields.begin(), fields.end());
  stream.append(id, views, limits);
}

std::vector<std::pair<StreamId, Fields>> read(StreamRange range) {
  std::vector<std::pair<StreamId, Fields>> entries;
  while (range.next()) {
    auto& [id, fields] = entries.emplace_back(range.entry().id(), Fields());
    range.entry().for_each_field([&](redouble::Listpack::Item field, redouble::Listpack::Item value) {
      redouble::IntegerText scratch;
      fields.emplace_back(field.bytes(scratch));
      fields.emplace_back(value.bytes(scratch));
    });
  }
  return entries;
}

void check_range(const StreamValue& stream, const Model& model, StreamId from, StreamId to,
                 std::size_t limit) {
  std::vector<std::pair<StreamId, Fields>> expected;
  if (from <= to) expected.assign(model.lower_bound(from), model.upper_bound(to));
  REQUIRE(read(StreamRange(stream, from, to)) == expected);
  const std::size_t n = limit == 0 ? expected.size() : std::min(limit, expected.size());
  REQUIRE(StreamRange(stream, from, to).count(limit) == n);
  REQUIRE(StreamRange(stream, from, to, StreamRange::Order::backward).count(limit) == n);
  std::reverse(expected.begin(), expected.end());
  REQUIRE(read(StreamRange(stream, from, to, StreamRange::Order::backward)) == expected);
}

Fields random_fields(redouble::Random& random) {
  Fields fields;
  for (std::uint64_t n = random.below(10) < 7 ? 2 : 1 + random.below(4); n > 0; --n) {
    fields.push_back(random.below(8) == 0 ? std::to_string(random.below(300)) : "f" + std::to_string(n));
    fields.push_back(std::string(random.below(40), 'v'));
  }
  return fields;
}

}  // namespace

TEST_CASE("Stream: behaves like a map of entries", "[stream][random]") {
  const std::uint64_t seed = GENERATE(1, 2, 3, 4, 5, 6);
  INFO("seed " << seed);
  redouble::Random random(seed);
  const StreamNode::Limits limits{random.below(2) == 0 ? 4096u : 150u,
                                  static_cast<std::int64_t>(random.below(12))};
  StreamValue stream;
  Model model;
  StreamId last;
  for (int step = 0; step < 3000; ++step) {
    const StreamId some{random.below(last.ms + 2), random.below(3)};
    switch (random.below(8)) {
      case 0:
        REQUIRE(stream.erase(some) == (model.erase(some) == 1));
        break;
      case 1: {
        const auto keep = random.below(40);
        if (random.below(4) != 0) break;
        StreamTrim how;
        how.by = StreamTrim::By::length;
        how.length = keep;
        stream.trim(how);
        while (model.size() > keep) model.erase(model.begin());
        break;
      }
      case 2: {
        if (random.below(10) != 0) break;
        StreamTrim how;
        how.by = StreamTrim::By::id;
        how.id = some;
        stream.trim(how);
        model.erase(model.begin(), model.lower_bound(some));
        break;
      }
      default:
        last = random.below(3) == 0 ? last.next() : StreamId{last.ms + 1 + random.below(3), random.below(3)};
        model[last] = random_fields(random);
        append(stream, last, model[last], limits);
    }
    REQUIRE(stream.size() == model.size());
    REQUIRE(stream.facts().first_id == (model.empty() ? StreamId{} : model.begin()->first));
    REQUIRE(stream.last_live_id() == (model.empty() ? StreamId{} : model.rbegin()->first));
    REQUIRE(stream.contains(some) == model.contains(some));
    if (step % 10 == 0) check_range(stream, model, some, {random.below(last.ms + 2), 1}, random.below(9));
  }
  check_range(stream, model, redouble::kFirstStreamId, redouble::kLastStreamId, 0);
  const auto copy = stream.clone();
  CHECK(copy->size() == stream.size());
  while (!stream.dismantle(10)) {
  }
  CHECK(stream.bytes() == sizeof(StreamValue));
  check_range(static_cast<const StreamValue&>(*copy), model, redouble::kFirstStreamId,
              redouble::kLastStreamId, 0);
}

// The listpack in `DUMP s` of redis-server 7.0.15 after XADD s 1-0 a 1, XADD s 1-1 a xyz, XADD s 2-0 b 2,
// XDEL s 1-1.
TEST_CASE("Stream: a node is encoded as Redis encodes it", "[stream]") {
  StreamValue stream;
  append(stream, {1, 0}, {"a", "1"}, {});
  append(stream, {1, 1}, {"a", "xyz"}, {});
  append(stream, {2, 0}, {"b", "2"}, {});
  stream.erase({1, 1});
  REQUIRE(stream.nodes().size() == 1);
  const StreamNode& node = stream.nodes().front().value;
  CHECK(node.live() == 2);
  CHECK(node.deleted() == 1);
  using namespace std::string_literals;
  const std::string bytes = node.pack().serialize();
  CHECK(bytes ==
        "\x38\0\0\0\x16\0"s
        "\x02\x01\x01\x01\x01\x01\x81"
        "a\x02\x00\x01"s
        "\x02\x01\x00\x01\x00\x01\x01\x01\x04\x01"s
        "\x03\x01\x00\x01\x01\x01\x83"
        "xyz\x04\x04\x01"s
        "\x00\x01\x01\x01\x00\x01\x01\x01\x81"
        "b\x02\x02\x01\x06\x01\xff"s);
  const auto parsed = StreamNode::parse(bytes);
  REQUIRE(parsed.has_value());
  CHECK(parsed->pack().serialize() == bytes);
}

TEST_CASE("Stream: a node that lies is refused", "[stream]") {
  StreamValue stream;
  append(stream, {1, 0}, {"a", "1", "b", "2"}, {});
  append(stream, {2, 0}, {"c", "3"}, {});
  const std::string good = stream.nodes().front().value.pack().serialize();
  REQUIRE(StreamNode::parse(good).has_value());
  std::size_t refused = 0;
  for (std::size_t i = 0; i < good.size(); ++i)
    for (const int change : {1, -1, 127}) {
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] + change);
      const auto node = StreamNode::parse(bad);
      refused += node ? 0 : 1;
      if (!node) continue;
      // What is taken can be walked to its end, both ways.
      redouble::StreamNodeReader reader({1, 0}, *node);
      std::size_t n = 0;
      for (bool more = reader.first(); more; more = reader.next()) ++n;
      for (bool more = reader.last(); more; more = reader.previous()) --n;
      CHECK(n == 0);
    }
  CHECK(refused > good.size());
}

TEST_CASE("StreamGroup: an id is pending in the group and at one consumer", "[stream][random]") {
  const std::uint64_t seed = GENERATE(1, 2, 3);
  INFO("seed " << seed);
  redouble::Random random(seed);
  StreamValue stream;
  const std::size_t empty = stream.bytes();
  StreamGroup& group = stream.create_group("g", {}, StreamGroup::kUnknown);
  std::map<StreamId, std::string> model;
  for (int step = 0; step < 5000; ++step) {
    const StreamId id{random.below(100), 0};
    const std::string name = "c" + std::to_string(random.below(4));
    auto* consumer = group.consumer(name);
    if (consumer == nullptr) consumer = &group.create_consumer(name, 0);
    switch (random.below(20)) {
      case 0:
        group.delete_consumer(*consumer);
        std::erase_if(model, [&](const auto& entry) { return entry.second == name; });
        break;
      case 1:
      case 2:
      case 3:
      case 4:
        CHECK(group.acknowledge(id) == (model.erase(id) == 1));
        break;
      case 5:
        if (StreamPending* entry = group.pending().find(id)) {
          group.assign(id, *entry, *consumer);
          model[id] = name;
        }
        break;
      default:
        group.deliver(id, *consumer, step);
        model[id] = name;
    }
    REQUIRE(group.pending().size() == model.size());
  }
  std::size_t owned = 0;
  for (const auto& [name, consumer] : group.consumers()) {
    owned += consumer.pending.size();
    for (auto at = consumer.pending.begin(); at != consumer.pending.end(); at = consumer.pending.next(at))
      REQUIRE(model.at(consumer.pending[at].id) == name);
  }
  CHECK(owned == model.size());
  const auto copy = stream.clone();
  CHECK(copy->modelled_bytes(0) == stream.modelled_bytes(0));
  stream.delete_group("g");
  CHECK(stream.bytes() == empty);
}
