// What a test left behind, looked up: REDOUBLE LEAKS, Server::leaks and --leak-report.
#pragma once

#include <string_view>

#include "redouble/leaks.h"

namespace redouble {

class Engine;
struct Session;

/// All of it, without the connection `asking` (null: none). With a `name` the connections whose name matches
/// that glob pattern, and no keys: these are nobody's.
LeakReport find_leaks(Engine& engine, const Session* asking, const std::string_view* name = nullptr);

}  // namespace redouble
