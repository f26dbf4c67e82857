#include "engine/rdb/value.h"

#include "engine/rdb/format.h"
#include "engine/rdb/types.h"
#include "engine/types/string.h"

namespace redouble {

std::uint8_t rdb_kind_of(const Entry& entry) {
  switch (entry.kind()) {
    case Type::string:
      return rdb::kString;
    default:
      return rdb::kModule;
  }
}

void write_value(RdbWriter& out, const Entry& entry) {
  switch (entry.kind()) {
    case Type::string: {
      IntegerText scratch;
      if (entry.coding() == Encoding::integer) return out.integer(entry.integer);
      return out.string(text_of(entry, scratch));
    }
    default:
      break;
  }
}

RdbValue read_value(RdbReader& in, std::uint8_t kind, const RdbContext& context) {
  static_cast<void>(context);
  RdbValue value;
  switch (kind) {
    case rdb::kString: {
      std::string scratch;
      value.text = in.string(scratch);
      break;
    }
    case rdb::kModuleOld:
    case rdb::kModule:
      in.fail("a module's value: there are no modules");
      break;
    default:
      in.fail("an unknown kind of value");
  }
  return value;
}

}  // namespace redouble
