"""The libraries define nothing that could meet a symbol of the program they are linked into.

Usage: symbols_test.py libredouble.a libredouble.so
Every symbol they define for others is of namespace redouble, or an instantiation of the standard library
(weak, the same everywhere). What they need from outside is not looked at.
"""
import re
import subprocess
import sys

# Names in the demangled form: "redouble::", "vtable for redouble::", "guard variable for std::" and so on.
OURS = re.compile(r"^(\w[\w -]*? for )?(non-virtual thunk to )?redouble::")
STANDARD = re.compile(
    r"(^|[ *&(<])(std|__gnu_cxx|operator (new|delete)|__gthread\w*)\b|^operator|^__\w+|^(DW\.ref|_\w+$)")
FOREIGN = re.compile(r"\b(asio|redouble_asio|fmt|lua\w*|luaL\w*|SSL\w*|OPENSSL\w*)\b")


def defined(path, dynamic):
    arguments = ["nm", "--demangle", "--defined-only", "--extern-only"] + (["--dynamic"] if dynamic else [])
    text = subprocess.run(arguments + [path], check=True, capture_output=True, text=True).stdout
    for line in text.splitlines():
        match = re.match(r"^[0-9a-f]+ (\w) (.*)$", line)
        if match:
            yield match.group(1), match.group(2)


def problems(path, dynamic):
    found = []
    count = 0
    for kind, name in defined(path, dynamic):
        count += 1
        if FOREIGN.search(name):
            found.append(f"{path}: {kind} {name}: a symbol of a library that ours carries")
        elif OURS.match(name):
            continue
        elif kind not in "VWu" or not STANDARD.search(name):
            found.append(f"{path}: {kind} {name}: neither ours nor the standard library's")
    if count == 0:
        found.append(f"{path}: defines no symbol at all")
    return found


def main():
    found = problems(sys.argv[1], dynamic=False) + problems(sys.argv[2], dynamic=True)
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
