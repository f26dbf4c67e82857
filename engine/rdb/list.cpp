// Lists as RDB: their nodes, each a listpack or one large element; formerly ziplists, or the elements.
#include "engine/rdb/types.h"

namespace redouble::rdb {
namespace {

void push_all(ListValue& list, const Listpack& items, std::size_t plain_from) {
  IntegerText scratch;
  for (auto at = items.begin(); at != items.end(); at = items.next(at))
    list.push(ListValue::End::right, items[at].bytes(scratch), plain_from);
}

void read_nodes(RdbReader& in, std::uint8_t kind, ListValue& list) {
  for (std::size_t n = in.count(); n > 0 && in.ok(); --n) {
    const std::uint64_t node = kind == kListQuicklist2 ? in.length() : std::uint64_t{kPackedNode};
    if (node == kPlainNode) {
      std::string scratch;
      const auto text = in.string(scratch);
      if (in.ok() && text.empty()) in.fail("a list's large element is empty");
      if (in.ok()) list.append_plain_node(text);
    } else if (node == kPackedNode) {
      Listpack entries = kind == kListQuicklist2 ? read_listpack(in) : read_ziplist(in);
      if (!entries.empty()) list.append_node(std::move(entries));
    } else {
      in.fail("an unknown kind of node in a list");
    }
  }
}

}  // namespace

void write_list(RdbWriter& out, const ListValue& list) {
  out.length(list.nodes());
  list.for_each_node(
      [&](const Listpack& entries) {
        out.length(kPackedNode);
        out.string(entries.serialize());
      },
      [&](std::string_view text) {
        out.length(kPlainNode);
        out.string(text);
      });
}

std::unique_ptr<ListValue> read_list(RdbReader& in, std::uint8_t kind, const RdbContext& context) {
  auto list = std::make_unique<ListValue>(context.config.number(Setting::list_max_listpack_size));
  if (kind == kListZiplist) {
    push_all(*list, read_ziplist(in), context.plain_from);
  } else if (kind == kList) {
    std::string scratch;
    for (std::size_t n = in.count(); n > 0 && in.ok(); --n) {
      const auto text = in.string(scratch);
      if (in.ok()) list->push(ListValue::End::right, text, context.plain_from);
    }
  } else {
    read_nodes(in, kind, *list);
  }
  return in.ok() && list->size() > 0 ? std::move(list) : nullptr;
}

}  // namespace redouble::rdb
