// used_memory's sum over values of every type, against the sum over its parts.
#include <catch2/catch.hpp>

#include "engine/memory_model.h"
#include "engine/object.h"
#include "engine/random.h"
#include "engine/types/hash.h"
#include "engine/types/set.h"
#include "tests/support/engine_fixture.h"

using redouble::EngineFixture;
using redouble::Entry;
using redouble::HashValue;
using redouble::Random;
using redouble::SetValue;
namespace model = redouble::memory_model;

namespace {

std::string text(Random& random, std::size_t most) {
  return random.below(4) == 0 ? std::to_string(random.below(100000))
                              : std::string(random.below(most + 1), 'x');
}

std::string name(Random& random, std::uint64_t n) {
  const std::string number = std::to_string(random.below(n));
  return random.below(3) == 0 ? number : "m" + number + std::string(random.below(30), 'm');
}

// One random command that changes a key of some type.
void change_values(EngineFixture& f, Random& random) {
  const std::string kind(1, "lhszx"[random.below(5)]);
  const std::string key = kind + std::to_string(random.below(4));
  const std::string value = text(random, 90);
  const std::string member = name(random, 60);
  if (kind == "l") {
    const char* const kPushes[] = {"RPUSH", "LPUSH"};
    if (random.below(3) != 0) f.send(kPushes[random.below(2)], key, value, text(random, 90));
    if (random.below(4) == 0) f.send("LPOP", key);
    if (random.below(9) == 0) f.send("LTRIM", key, "2", "-3");
    if (random.below(9) == 0) f.send("LINSERT", key, "BEFORE", value, member);
    if (random.below(9) == 0) f.send("RPOPLPUSH", key, "l1");
  } else if (kind == "h") {
    f.send("HSET", key, member, value, name(random, 60), text(random, 90));
    if (random.below(3) == 0) f.send("HDEL", key, name(random, 60));
    if (random.below(5) == 0) f.send("HINCRBY", key, "counter", "1000");
  } else if (kind == "s") {
    f.send("SADD", key, member, std::to_string(random.below(70000)));
    if (random.below(3) == 0) f.send("SPOP", key);
    if (random.below(9) == 0) f.send("SUNIONSTORE", "s0", key, "s2");
    if (random.below(9) == 0) f.send("SMOVE", key, "s3", member);
  } else if (kind == "z") {
    f.send("ZADD", key, std::to_string(random.below(90)), member, "1.5", name(random, 60));
    if (random.below(3) == 0) f.send("ZPOPMIN", key);
    if (random.below(9) == 0) f.send("ZRANGESTORE", "z1", key, "0", "20");
    if (random.below(20) == 0) f.send("SORT", key, "ALPHA");
  } else {
    f.send("XADD", key, "*", member, value);
    if (random.below(9) == 0) f.send("XGROUP", "CREATE", key, name(random, 3), "0");
    if (random.below(4) == 0)
      f.send("XREADGROUP", "GROUP", name(random, 3), name(random, 3), "COUNT", "5", "STREAMS", key, ">");
    if (random.below(4) == 0) f.send("XTRIM", key, "MAXLEN", "20");
    if (random.below(9) == 0) f.send("XAUTOCLAIM", key, name(random, 3), name(random, 3), "0", "0");
    if (random.below(9) == 0) f.send("XGROUP", "DESTROY", key, name(random, 3));
  }
}

// Keys are deleted, get and lose deadlines, and change their names and places.
void change_keys(EngineFixture& f, Random& random) {
  const auto key = [&] { return std::string(1, "lhszx"[random.below(5)]) + std::to_string(random.below(4)); };
  const std::string one = key(), other = key();
  switch (random.below(8)) {
    case 0:
      f.send("DEL", one);
      break;
    case 1:
      f.send("EXPIRE", one, "50");
      break;
    case 2:
      f.send("PERSIST", one);
      break;
    case 3:
      f.send("RENAME", one, one[0] == other[0] ? other : one);
      break;
    case 4:
      f.send("COPY", one, one[0] == other[0] ? other : one, "REPLACE");
      break;
    case 5:
      f.send("MOVE", one, "1");
      break;
    case 6:
      f.send("CONFIG", "SET", "maxmemory-policy", random.below(2) == 0 ? "allkeys-lru" : "noeviction");
      break;
    default:
      f.send("SET", one, "text");
      f.send("DEL", one);
  }
}

std::size_t sum_of_parts(const redouble::Keyspace& keys) {
  std::size_t sum = model::table_bytes(keys.buckets(1) != 0 ? keys.buckets(1) : keys.buckets(0)) +
                    model::expires_bytes(keys.timed());
  keys.for_each([&](const Entry& entry) {
    sum += model::allocated_for(entry) + (entry.has_ttl() ? model::kTableEntry : 0);
  });
  return sum;
}

// What a table's members take, one by one.
std::size_t members_of(const HashValue& hash) {
  std::size_t sum = 0;
  hash.nodes().for_each([&](const HashValue::Node& node) {
    sum += model::kTableEntry + model::key_bytes(node.field()) + model::key_bytes(node.value());
  });
  return sum + model::tables_in_value(hash.nodes().buckets(0), hash.nodes().buckets(1));
}

std::size_t members_of(const SetValue& set) {
  std::size_t sum = 0;
  set.nodes().for_each(
      [&](const SetValue::Node& node) { sum += model::kTableEntry + model::key_bytes(node.text()); });
  return sum + model::tables_in_value(set.nodes().buckets(0), set.nodes().buckets(1));
}

void check_value(const Entry& entry) {
  if (entry.kind() == redouble::Type::string) return;
  const redouble::Object& object = object_of(entry);
  CAPTURE(entry.key());
  switch (object.encoding()) {
    case redouble::Encoding::hashtable:
      if (const auto* hash = dynamic_cast<const HashValue*>(&object))
        REQUIRE(object.modelled_allocations() == model::kObject + members_of(*hash));
      else
        REQUIRE(object.modelled_allocations() ==
                model::kObject + members_of(dynamic_cast<const SetValue&>(object)));
      break;
    case redouble::Encoding::skiplist:
    case redouble::Encoding::stream:
      break;
    default:
      REQUIRE(object.modelled_allocations() == object.clone()->modelled_allocations());
  }
}

}  // namespace

TEST_CASE("memory: the sum over values of all types is that of its parts", "[memory][random]") {
  const std::uint64_t seed = GENERATE(1, 2, 3, 4);
  INFO("seed " << seed);
  Random random(seed);
  EngineFixture f({{"maxmemory", "1gb"},
                   {"hash-max-listpack-entries", "20"},
                   {"zset-max-listpack-entries", "20"},
                   {"set-max-intset-entries", "20"},
                   {"list-max-listpack-size", "10"},
                   {"stream-node-max-entries", "7"}});
  for (int step = 0; step < 6000; ++step) {
    change_values(f, random);
    if (random.below(12) == 0) change_keys(f, random);
    if (random.below(50) == 0) f.advance_ms(static_cast<std::int64_t>(random.below(30000)));
    if (step % 97 != 0) continue;
    for (int db = 0; db < 2; ++db) {
      const auto& keys = f.engine.db(db).keys();
      keys.for_each(check_value);
      REQUIRE(keys.modelled_bytes() == sum_of_parts(keys));
    }
  }
  for (const char* db : {"0", "1"}) {
    f.send("SELECT", db);
    for (const char kind : {'l', 'h', 's', 'z', 'x'})
      for (int i = 0; i < 4; ++i) f.send("DEL", std::string(1, kind) + std::to_string(i));
  }
  for (int db = 0; db < 2; ++db) {
    const auto& keys = f.engine.db(db).keys();
    CHECK(keys.bytes() == keys.table_bytes());
    CHECK(keys.modelled_bytes() ==
          model::table_bytes(keys.buckets(1) != 0 ? keys.buckets(1) : keys.buckets(0)));
  }
}

TEST_CASE("memory: a value moves with its entry and stays whole", "[memory]") {
  EngineFixture f({{"maxmemory", "1gb"}, {"latency-tracking", "no"}});
  f.send("HSET", "h", "field", "value");
  f.send("SADD", "s", "1", "2", "three");
  f.send("ZADD", "z", "1", "a", "2", "b");
  const std::size_t before = f.engine.used_memory();
  for (const char* key : {"h", "s", "z"}) CHECK(f.send("EXPIRE", key, "100") == ":1\r\n");
  f.send("CONFIG", "SET", "maxmemory-policy", "allkeys-lfu");
  for (const char* key : {"h", "s", "z"}) CHECK(f.send("RENAME", key, std::string(key) + "2") == "+OK\r\n");
  f.send("CONFIG", "SET", "maxmemory-policy", "noeviction");
  CHECK(f.send("HGET", "h2", "field") == "$5\r\nvalue\r\n");
  CHECK(f.send("SISMEMBER", "s2", "three") == ":1\r\n");
  CHECK(f.send("ZRANGE", "z2", "0", "-1") == "*2\r\n$1\r\na\r\n$1\r\nb\r\n");
  for (const char* key : {"h2", "s2", "z2"}) CHECK(f.send("PERSIST", key) == ":1\r\n");
  CHECK(f.engine.used_memory() == before);
}
