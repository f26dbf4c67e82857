// SHA-256 (FIPS 180-4): how ACL users' passwords are kept.
#pragma once

#include <string>
#include <string_view>

namespace redouble {

/// 64 lowercase hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

/// Whether two texts are equal, in a time that does not tell where they differ.
bool same_secret(std::string_view a, std::string_view b);

}  // namespace redouble
