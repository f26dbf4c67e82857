#!/usr/bin/env python3
"""The table of COMPATIBILITY.md that tells how each command is compared with redis-server.

Usage: coverage.py PAGE        PAGE is what `redouble --compatibility` prints; `-` reads it from standard input
Prints the table: for every command its options, how many lines of the written cases send it, the options that no
written case uses (a test holds that there are none), and what the generator's runs have shown (record.tsv).
"""
import collections
import pathlib
import re
import shlex
import sys

HERE = pathlib.Path(__file__).resolve().parent
# Words of the notation that clients do not send as they stand.
NOT_OPTIONS = {"OR"}


def commands(page):
    """Pairs of a command's words and its options, from the first table of the page."""
    for name, usage in re.findall(r"^\| `([A-Z][^`]*)` \| (?:`([^`]*)`)? *\|", page, re.M):
        words = tuple(name.split())
        options = [word for word in re.findall(r'(?<![\w-])[A-Z][A-Z0-9_]*(?![\w-])', usage) if word not in NOT_OPTIONS]
        yield words, list(dict.fromkeys(options))


def written_lines():
    """The calls of all written cases, as upper-case words."""
    for path in sorted((HERE / "cases").glob("*.case")):
        for line in path.read_text(errors="replace").splitlines():
            if not line or line[0] in "#=@~" or re.match(r"\w+(<|>>|!)|sleep ", line):
                continue
            line = re.sub(r"^[a-z]> ?", "", line)
            try:
                words = shlex.split(line)
            except ValueError:
                words = line.split()
            yield [word.upper() for word in words]


def record():
    path = HERE / "record.tsv"
    rows = (line.split("\t") for line in path.read_text().splitlines()) if path.exists() else ()
    return {name: (int(calls), last) for name, calls, last in rows}


def table(page):
    """The table's text, and the pairs of command and option that no case uses."""
    lines = collections.defaultdict(list)
    for words in written_lines():
        if words:
            lines[words[0]].append(words)
    shown = record()
    text = ["## Compared with redis-server", "",
            "How often each command is sent to redouble and to redis-server 7.0.15 side by side: by the written cases of "
            "`compat/oracle/cases`, which use", "every option by name, and by the generator in the runs that "
            "`compat/oracle/record.tsv` keeps; and the day of the last difference", "that such a run has found "
            "(all of them were mended). Made by `compat/oracle/coverage.py`.", "",
            "| command | options | written cases | generated calls | last difference |",
            "| --- | --- | --- | --- | --- |"]
    missing = []
    for words, options in commands(page):
        sent = [line for line in lines[words[0]] if tuple(line[:len(words)]) == words]
        if not sent:
            missing.append((" ".join(words), "(the command itself)"))
        used = {word for line in sent for word in line[len(words):]}
        missing += [(" ".join(words), option) for option in options if sent and option not in used]
        calls, last = shown.get("|".join(words).lower(), (0, "none"))
        text.append(f"| `{' '.join(words)}` | {' '.join(f'`{option}`' for option in options)} | {len(sent)} | "
                    f"{calls or ''} | {last if calls else ''} |")
    return "\n".join(text) + "\n", missing


def main():
    page = sys.stdin.read() if sys.argv[1] == "-" else pathlib.Path(sys.argv[1]).read_text()
    print(table(page)[0], end="")


if __name__ == "__main__":
    main()
