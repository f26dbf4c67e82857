#include "engine/commands/sorted_set_shapes.h"

#include "engine/engine.h"

namespace redouble {

SortedSetValue::Limits sorted_set_limits(const Call& c) {
  const Config& config = c.engine.config;
  return {static_cast<std::size_t>(config.number(Setting::zset_max_listpack_entries)),
          static_cast<std::size_t>(config.number(Setting::zset_max_listpack_value)), c.db.seed()};
}

void reply_members_begin(Call& c, std::size_t n, bool with_scores) {
  c.reply.array(with_scores && c.reply.protocol() == 2 ? n * 2 : n);
}

void reply_member(Call& c, std::string_view member, double score, bool with_scores) {
  if (with_scores && c.reply.protocol() == 3) c.reply.array(2);
  c.reply.bulk(member);
  if (with_scores) c.reply.real(score);
}

void reply_slice(Call& c, const SortedSetValue& set, const Slice& slice, bool with_scores) {
  reply_members_begin(c, slice.count, with_scores);
  set.visit(slice,
            [&](std::string_view member, double score) { reply_member(c, member, score, with_scores); });
}

Outcome store_sorted_set(Call& c, std::string_view key, std::unique_ptr<SortedSetValue> set, Event what,
                         std::uint64_t changes) {
  const std::size_t n = set ? set->size() : 0;
  if (n > 0) {
    auto ref = c.db.put(key, Type::sorted_set, std::move(set));
    c.db.changed(ref, what, changes);
  } else if (auto ref = c.db.look(key)) {
    c.db.remove(ref, event::del);
  }
  c.reply.integer(static_cast<std::int64_t>(n));
  return done;
}

}  // namespace redouble
