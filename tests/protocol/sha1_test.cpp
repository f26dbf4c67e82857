// The vectors of FIPS 180 and RFC 3174, and SCRIPT LOAD's name of a script.
#include "protocol/sha1.h"

#include <catch2/catch.hpp>
#include <string>

using namespace redouble;

TEST_CASE("sha1: known texts have their known digests", "[sha1]") {
  CHECK(sha1_hex("") == "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  CHECK(sha1_hex("abc") == "a9993e364706816aba3e25717850c26c9cd0d89d");
  CHECK(sha1_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
  CHECK(sha1_hex(std::string(1000000, 'a')) == "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
  CHECK(sha1_hex("return 1") == "e0e1f9fabfc9d4800c877a703b823ac0578ff8db");
}

TEST_CASE("sha1: a text given in pieces has the digest of the whole", "[sha1]") {
  std::string text;
  for (int i = 0; i < 300; ++i) text += static_cast<char>(i * 7);
  for (std::size_t size = 0; size <= text.size(); ++size) {
    const std::string whole = text.substr(0, size);
    Sha1 pieces;
    pieces.update(whole.substr(0, size / 3));
    pieces.update(whole.substr(size / 3));
    INFO(size);
    CHECK(pieces.finish() == sha1(whole));
  }
}

TEST_CASE("sha1: lengths around a block's end are padded right", "[sha1]") {
  CHECK(sha1_hex(std::string(55, 'x')) == "cef734ba81a024479e09eb5a75b6ddae62e6abf1");
  CHECK(sha1_hex(std::string(56, 'x')) == "901305367c259952f4e7af8323f480d59f81335b");
  CHECK(sha1_hex(std::string(63, 'x')) == "0ddc4e0cccd9a12850deb5abb0853a4425559fec");
  CHECK(sha1_hex(std::string(64, 'x')) == "bb2fa3ee7afb9f54c6dfb5d021f14b1ffe40c163");
  CHECK(sha1_hex(std::string(65, 'x')) == "78c741ddc482e4cdf8c474a0876347a0905b6233");
}
