// The words that list commands share.
#pragma once

#include "engine/args.h"
#include "engine/types/list.h"

namespace redouble {

/// Takes LEFT or RIGHT; false when something else comes next.
inline bool take_end(Args& args, ListValue::End& end) {
  if (args.take("LEFT"))
    end = ListValue::End::left;
  else if (args.take("RIGHT"))
    end = ListValue::End::right;
  else
    return false;
  return true;
}

}  // namespace redouble
