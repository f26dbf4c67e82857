// What Lua's own functions find in place of stdin, stdout and stderr in the libraries (see
// cmake/library.cmake): no script reaches a function that uses them.
#include <cstdio>

extern "C" {
extern std::FILE* redouble_no_stdin;
extern std::FILE* redouble_no_stdout;
extern std::FILE* redouble_no_stderr;

std::FILE* redouble_no_stdin = nullptr;
std::FILE* redouble_no_stdout = nullptr;
std::FILE* redouble_no_stderr = nullptr;
}
