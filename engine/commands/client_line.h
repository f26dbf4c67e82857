// How CLIENT LIST, CLIENT INFO and the log describe a client, and the classes they sort clients into.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/engine.h"

namespace redouble {

/// One line of CLIENT LIST, without its line end. `argument_bytes`: of the command that the client is
/// executing.
std::string describe(const Engine& engine, const Session& session, std::size_t argument_bytes = 0);

enum class ClientKind { normal, master, replica, pubsub };

/// "normal", "master", "replica" (or "slave"), "pubsub" in any case.
std::optional<ClientKind> parse_client_kind(std::string_view word);
ClientKind kind_of(const Session& session);

}  // namespace redouble
