// Literal bytes here were read from redis-server 7.0.15: INCRBYFLOAT and ZADD for the parsers and the long
// double text, ZSCORE and ZSCAN for scores, XADD for unsigned integers.
#include "protocol/number.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <string>

using namespace redouble;

namespace {

std::string human(const char* text) {
  const auto value = parse_long_double(text);
  REQUIRE(value);
  return std::string(format_long_double_human(*value).view());
}

std::string score(const char* text) {
  const auto value = parse_double(text);
  REQUIRE(value);
  return std::string(format_double(*value).view());
}

}  // namespace

TEST_CASE("number: an int64 has one spelling", "[number]") {
  CHECK(parse_int64("0") == 0);
  CHECK(parse_int64("7") == 7);
  CHECK(parse_int64("-7") == -7);
  CHECK(parse_int64("9223372036854775807") == std::numeric_limits<std::int64_t>::max());
  CHECK(parse_int64("-9223372036854775808") == std::numeric_limits<std::int64_t>::min());
  for (const char* text : {"",
                           "-",
                           "+",
                           "-0",
                           "+1",
                           " 1",
                           "1 ",
                           "01",
                           "-01",
                           "00",
                           "1.0",
                           "1e3",
                           "0x1",
                           "9223372036854775808",
                           "-9223372036854775809",
                           "18446744073709551616",
                           "99999999999999999999",
                           "-99999999999999999999",
                           "100000000000000000000",
                           "/",
                           ":",
                           "1/",
                           "1:"}) {
    INFO(text);
    CHECK_FALSE(parse_int64(text));
  }
  CHECK_FALSE(parse_int64(std::string_view("1\0", 2)));
}

TEST_CASE("number: a uint64 is read with C's leniency", "[number]") {
  CHECK(parse_uint64("0") == 0U);
  CHECK(parse_uint64("18446744073709551615") == std::numeric_limits<std::uint64_t>::max());
  CHECK(parse_uint64(" 1") == 1U);
  CHECK(parse_uint64("\t011") == 11U);
  CHECK(parse_uint64("+9") == 9U);
  CHECK(parse_uint64("-05") == 18446744073709551611U);
  CHECK(parse_uint64(std::string_view("1\0zz", 4)) == 1U);
  for (const char* text : {"", " ", "-", "+", "-5", "1x", "1 ", "+-1", "18446744073709551616", "0x1"}) {
    INFO(text);
    CHECK_FALSE(parse_uint64(text));
  }
}

TEST_CASE("number: what no float spelling allows is refused", "[number]") {
  for (const char* text :
       {"",    " 1",  "1 ",  ".",    "-",   "+",      "1e",   "1e+", "1_0",     "1d",  "0x",   "0x.",  "+-5",
        "-+5", "--5", "nan", "-nan", "NaN", "nan(1)", "infx", "in",  "infinit", "1,5", "0x1p", "1.2.3"}) {
    INFO(text);
    CHECK_FALSE(parse_double(text));
    CHECK_FALSE(parse_long_double(text));
  }
  CHECK_FALSE(parse_double(std::string_view("1\0", 2)));
  CHECK_FALSE(
      parse_double(std::string_view("1\0"
                                    "2",
                                    3)));
  CHECK_FALSE(
      parse_long_double(std::string_view("1\0"
                                         "2",
                                         3)));
  CHECK_FALSE(parse_double(std::string_view("0x\0", 3)));
}

TEST_CASE("number: infinities are spelled in any case", "[number]") {
  for (const char* text : {"inf", "+inf", "INF", "Inf", "infinity", "Infinity", "+INFINITY"}) {
    INFO(text);
    CHECK(parse_double(text) == std::numeric_limits<double>::infinity());
    CHECK(parse_long_double(text) == std::numeric_limits<long double>::infinity());
  }
  CHECK(parse_double("-inf") == -std::numeric_limits<double>::infinity());
  CHECK(parse_long_double("-Infinity") == -std::numeric_limits<long double>::infinity());
}

TEST_CASE("number: a double is refused when it overflows or vanishes", "[number]") {
  for (const char* text : {"1e400", "-1e400", "1e-400", "0x1p2000", "0x1p-2000", "1e5000"}) {
    INFO(text);
    CHECK_FALSE(parse_double(text));
  }
  CHECK(score("1e-310") == "9.9999999999999694e-311");
  CHECK(score("1e-320") == "9.9998886718268301e-321");
  CHECK(score("0e5000") == "0");
  CHECK(score("0x0p9999") == "0");
  CHECK(score("1.7976931348623157e308") == "1.7976931348623157e+308");
  CHECK_FALSE(parse_long_double("1e5000"));
  CHECK_FALSE(parse_long_double("1e-5000"));
  CHECK(parse_long_double("0e-5000") == 0.0L);
  CHECK(human("1e-400") == "0");
}

TEST_CASE("number: a double has no length limit, a long double has one", "[number]") {
  const std::string longest = std::string(5118, '0') + "7";
  CHECK(parse_double(longest) == 7.0);
  CHECK(parse_long_double(longest) == 7.0L);
  CHECK(parse_double("0" + longest) == 7.0);
  CHECK_FALSE(parse_long_double("0" + longest));
  CHECK(parse_double(std::string(300, '9')) == 1e300);
}

TEST_CASE("number: scores are written with 17 digits", "[number]") {
  CHECK(score("3.14") == "3.1400000000000001");
  CHECK(score("0.1") == "0.10000000000000001");
  CHECK(score("0.5") == "0.5");
  CHECK(score("+5e2") == "500");
  CHECK(score("5.") == "5");
  CHECK(score(".5") == "0.5");
  CHECK(score("00012") == "12");
  CHECK(score("0x10") == "16");
  CHECK(score("0X1P3") == "8");
  CHECK(score("0x.8") == "0.5");
  CHECK(score("-0x1.8p1") == "-3");
  CHECK(score("-0") == "-0");
  CHECK(score("1e16") == "10000000000000000");
  CHECK(score("99999999999999984") == "99999999999999984");
  CHECK(score("1e17") == "1e+17");
  CHECK(score("123456789012345680") == "1.2345678901234568e+17");
  CHECK(score("-1e22") == "-1e+22");
  CHECK(score("1e100") == "1e+100");
  CHECK(score("1e-5") == "1.0000000000000001e-05");
  CHECK(format_double(std::numeric_limits<double>::infinity()).view() == "inf");
  CHECK(format_double(-std::numeric_limits<double>::infinity()).view() == "-inf");
  CHECK(format_double(std::copysign(std::numeric_limits<double>::quiet_NaN(), 1.0)).view() == "nan");
  CHECK(format_double(std::copysign(std::numeric_limits<double>::quiet_NaN(), -1.0)).view() == "-nan");
}

TEST_CASE("number: a listpack score keeps integers plain", "[number]") {
  CHECK(format_listpack_score(-0.0).view() == "0");
  CHECK(format_listpack_score(1e17).view() == "100000000000000000");
  CHECK(format_listpack_score(123456789012345680.0).view() == "123456789012345680");
  CHECK(format_listpack_score(4611686018427387904.0).view() == "4611686018427387904");
  CHECK(format_listpack_score(-4611686018427387904.0).view() == "-4611686018427387904");
  CHECK(format_listpack_score(4611686018427388928.0).view() == "4.6116860184273889e+18");
  CHECK(format_listpack_score(0.1).view() == "0.10000000000000001");
  CHECK(format_listpack_score(std::numeric_limits<double>::infinity()).view() == "inf");
  CHECK_FALSE(exact_int64(std::numeric_limits<double>::quiet_NaN()));
  CHECK_FALSE(exact_int64(0.5));
  CHECK(exact_int64(-3.0) == -3);
}

TEST_CASE("number: the long double text has no exponent and no trailing zeros", "[number]") {
  CHECK(human("3.1") == "3.1");
  CHECK(human("5.0e3") == "5000");
  CHECK(human("0") == "0");
  CHECK(human("-0") == "0");
  CHECK(human("-1e-30") == "0");
  CHECK(human("1e-17") == "0.00000000000000001");
  CHECK(human("5e-18") == "0");
  CHECK(human("6e-18") == "0.00000000000000001");
  CHECK(human("-0.5") == "-0.5");
  CHECK(human("0.10000000000000001") == "0.10000000000000001");
  CHECK(human("0.999999999999999999") == "1");
  CHECK(human("9.999999999999999999") == "10");
  CHECK(human("1e20") == "100000000000000000000");
  CHECK(human("18446744073709551615") == "18446744073709551615");
  CHECK(human("18446744073709551616") == "18446744073709551616");
  CHECK(human("-1e27") == "-1000000000000000000000000000");
  CHECK(human("1e-400") == "0");
  CHECK(human("inf") == "inf");
  CHECK(human("-inf") == "-inf");
  const std::string large = human("0x1p2000");
  CHECK(large.size() == 603);
  CHECK(large.substr(0, 20) == "11481306952742545242");
  CHECK(large.substr(583) == "53762184851149029376");
  const auto three = parse_long_double("3");
  const auto tenth = parse_long_double("0.1");
  REQUIRE(three);
  REQUIRE(tenth);
  CHECK(format_long_double_human(*three + *tenth).view() == "3.1");
}

TEST_CASE("number: integers are written in full range", "[number]") {
  CHECK(format_int64(0).view() == "0");
  CHECK(format_int64(-1).view() == "-1");
  CHECK(format_int64(std::numeric_limits<std::int64_t>::min()).view() == "-9223372036854775808");
  CHECK(format_int64(std::numeric_limits<std::int64_t>::max()).view() == "9223372036854775807");
  CHECK(format_uint64(std::numeric_limits<std::uint64_t>::max()).view() == "18446744073709551615");
  std::uint64_t power = 1;
  for (int digits = 1; digits <= 19; ++digits, power *= 10) {
    CHECK(digits10(power) == digits);
    CHECK(format_uint64(power).view() == "1" + std::string(static_cast<std::size_t>(digits - 1), '0'));
    if (power > 1) {
      CHECK(digits10(power - 1) == digits - 1);
      CHECK(format_uint64(power - 1).view() == std::string(static_cast<std::size_t>(digits - 1), '9'));
    }
  }
  CHECK(digits10(power) == 20);
}

TEST_CASE("number: integers of every length are written as the library writes them", "[number]") {
  std::uint64_t state = 7;
  for (int i = 0; i < 200'000; ++i) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    const std::uint64_t value = (state ^ state >> 29) >> (i % 64);
    const auto text = format_uint64(value);
    if (text.view() == std::to_string(value)) continue;
    FAIL(text.view() << " is written for " << value);
  }
}

TEST_CASE("number: sizes are written as any number", "[number]") {
  for (std::size_t value = 0; value < 12'000; ++value) {
    char text[redouble::kMaxInt64Chars];
    const std::string_view written(text, redouble::format_size(value, text));
    if (written != std::to_string(value)) FAIL(written << " is written for " << value);
  }
}

TEST_CASE("parse_c_double: reads a score's limit as strtod does", "[number]") {
  CHECK(redouble::parse_c_double("") == 0.0);
  CHECK(redouble::parse_c_double(" 1.5") == 1.5);
  CHECK(redouble::parse_c_double(std::string_view("1\0junk", 6)) == 1.0);
  CHECK(redouble::parse_c_double("1e400") == std::numeric_limits<double>::infinity());
  CHECK(redouble::parse_c_double("-1e-400") == 0.0);
  CHECK(redouble::parse_c_double("0x1p4") == 16.0);
  for (const char* bad : {"1 ", " ", "+", "0x", "nan", "nan(1)", "1,5", "abc"})
    CHECK_FALSE(redouble::parse_c_double(bad));
}
