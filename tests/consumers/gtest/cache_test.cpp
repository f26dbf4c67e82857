#include <gtest/gtest.h>
#include <redouble/version.h>

TEST(Cache, Version) {
  EXPECT_STREQ(redouble::version(), REDOUBLE_VERSION);
}
