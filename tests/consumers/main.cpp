// The smallest program that uses redouble; several of the consumer projects build it.
#include <redouble/server.h>
#include <redouble/version.h>

#include <cstdio>
#include <string>

int main() {
  redouble::Server server;
  server.call({"SET", "greeting", "hello"});
  std::printf("redouble %s on %s\n", redouble::version(), server.uri().c_str());
  const bool same_version = redouble::version() == std::string(REDOUBLE_VERSION);
  return server.port() > 0 && server.get("greeting") == "hello" && same_version ? 0 : 1;
}
