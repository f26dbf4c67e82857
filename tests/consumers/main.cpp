// The smallest program that uses redouble; several of the consumer projects build it.
#include <redouble/version.h>

#include <cstdio>
#include <cstring>

int main() {
  std::printf("redouble %s\n", redouble::version());
  return std::strcmp(redouble::version(), REDOUBLE_VERSION) == 0 ? 0 : 1;
}
