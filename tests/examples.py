"""Makes one C++ file of the ```cpp blocks of pages, for the unit tests: what the pages show compiles, and holds.

Usage: examples.py OUT PAGE…
"""

import pathlib
import re
import sys

out, pages = pathlib.Path(sys.argv[1]), map(pathlib.Path, sys.argv[2:])
top, bodies = [], []
for page in pages:
    text = page.read_text()
    for match in re.finditer(r"^```cpp\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        bodies.append(f'#line {text.count(chr(10), 0, match.start()) + 2} "{page}"')
        for line in match[1].splitlines():
            is_top = line.startswith(("#include", "using "))
            if is_top and line not in top:
                top.append(line)
            bodies.append("" if is_top else line)
out.write_text("\n".join([*top, *bodies, ""]))
