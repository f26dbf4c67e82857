// REDOUBLE_EXPORT marks what a program may link against: put it on every public class and free function.
// Everything else is compiled hidden, and is made local in the static library.
#ifndef REDOUBLE_EXPORT_H_
#define REDOUBLE_EXPORT_H_

#define REDOUBLE_EXPORT __attribute__((visibility("default")))

#endif  // REDOUBLE_EXPORT_H_
