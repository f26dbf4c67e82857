// Text of the case files: words quoted the way redis-cli quotes them, escaped bytes, request framing.
// Pure functions over bytes; nothing here knows about sockets or servers.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace redouble::oracle {

using Argv = std::vector<std::string>;

// Splits a line into words; "..." knows \n \r \t \a \b \\ \" \xHH, '...' knows \'. Null on unbalanced quotes.
std::optional<Argv> split_words(std::string_view line);

// Undoes \n \r \t \0 \\ and \xHH in a raw-bytes line.
std::string unescape(std::string_view text);

// Printable form of bytes, without the surrounding quotes.
std::string escape(std::string_view bytes);

// One word as a case file writes it: bare when that is unambiguous, else quoted.
std::string quote_word(std::string_view word);

// A command as a case file writes it.
std::string join_words(const Argv& argv);

// The command as a RESP array of bulk strings.
std::string frame(const Argv& argv);

std::string upper(std::string_view text);
std::string lower(std::string_view text);
std::string_view trim(std::string_view text);

// The whole text as a signed integer, or null.
std::optional<long long> to_integer(std::string_view text);

}  // namespace redouble::oracle
