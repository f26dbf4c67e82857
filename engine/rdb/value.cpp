#include "engine/rdb/value.h"

#include "engine/rdb/format.h"
#include "engine/rdb/types.h"
#include "engine/types/string.h"

namespace redouble {
namespace {

template <class V>
const V& value(const Entry& entry) {
  return static_cast<const V&>(object_of(entry));
}

}  // namespace

std::uint8_t rdb_kind_of(const Entry& entry) {
  switch (entry.kind()) {
    case Type::string:
      return rdb::kString;
    case Type::list:
      return rdb::kListQuicklist2;
    case Type::set:
      return value<SetValue>(entry).is_table() ? rdb::kSet : rdb::kSetIntset;
    case Type::hash:
      return value<HashValue>(entry).is_table() ? rdb::kHash : rdb::kHashListpack;
    case Type::sorted_set:
      return encoding_of(entry) == Encoding::skiplist ? rdb::kZset2 : rdb::kZsetListpack;
    case Type::stream:
      return rdb::kStreamListpacks2;
  }
  __builtin_unreachable();
}

void write_value(RdbWriter& out, const Entry& entry) {
  switch (entry.kind()) {
    case Type::string: {
      IntegerText scratch;
      if (entry.coding() == Encoding::integer) return out.integer(entry.integer);
      return out.string(text_of(entry, scratch));
    }
    case Type::list:
      return rdb::write_list(out, value<ListValue>(entry));
    case Type::set:
      return rdb::write_set(out, value<SetValue>(entry));
    case Type::hash:
      return rdb::write_hash(out, value<HashValue>(entry));
    case Type::sorted_set:
      return rdb::write_sorted_set(out, value<SortedSetValue>(entry));
    case Type::stream:
      return rdb::write_stream(out, value<StreamValue>(entry));
  }
}

RdbValue read_value(RdbReader& in, std::uint8_t kind, const RdbContext& context) {
  switch (kind) {
    case rdb::kString: {
      RdbValue read;
      std::string scratch;
      read.text = in.string(scratch);
      return read;
    }
    case rdb::kList:
    case rdb::kListZiplist:
    case rdb::kListQuicklist:
    case rdb::kListQuicklist2:
      return {Type::list, {}, rdb::read_list(in, kind, context)};
    case rdb::kSet:
    case rdb::kSetIntset:
      return {Type::set, {}, rdb::read_set(in, kind, context)};
    case rdb::kZset:
    case rdb::kZset2:
    case rdb::kZsetZiplist:
    case rdb::kZsetListpack:
      return {Type::sorted_set, {}, rdb::read_sorted_set(in, kind, context)};
    case rdb::kHash:
    case rdb::kHashZipmap:
    case rdb::kHashZiplist:
    case rdb::kHashListpack:
      return {Type::hash, {}, rdb::read_hash(in, kind, context)};
    case rdb::kStreamListpacks:
    case rdb::kStreamListpacks2:
      return {Type::stream, {}, rdb::read_stream(in, kind)};
    case rdb::kModuleOld:
    case rdb::kModule:
      in.fail("a module's value: there are no modules");
      return {};
    default:
      in.fail("an unknown kind of value");
      return {};
  }
}

}  // namespace redouble
