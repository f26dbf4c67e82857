// REDOUBLE_EXPORT marks what a program may link against: put it on every public class and free function.
// Everything else is compiled hidden, and is made local in the static library.
#pragma once

#define REDOUBLE_EXPORT __attribute__((visibility("default")))
