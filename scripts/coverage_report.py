#!/usr/bin/env python3
"""Reads gcov's counters under a build directory and says how much of protocol/ and engine/ was reached.

Usage: coverage_report.py ROOT BUILD LEAST [FILE...]

Prints the lines and branches of each room and the files with the most branches missing, and fails when fewer
than LEAST % of all branches were taken. For each FILE its lines with branches that were never taken are shown.

What is counted: each arm of each if, loop, switch, ?:, && and || in functions that the compiler has made. A
template, or an inline function of a header, counts once, and as reached where any copy of it was. Not counted are
the arms that only exceptions take: of a call, that it throws, and all that is in cleaning up after it. gcov knows
the first from its JSON and the second from its text, so both are read and laid side by side.
"""
import collections
import concurrent.futures
import json
import pathlib
import re
import subprocess
import sys

ROOMS = ("protocol", "engine")
WORST = 25


class Coverage:
    """Per file: the count of each line, and of each arm by (line, function, how many arms, which one)."""

    def __init__(self):
        self.lines = collections.defaultdict(lambda: collections.defaultdict(int))
        self.arms = collections.defaultdict(lambda: collections.defaultdict(int))

    def add(self, name, lines, arms):
        for line, count in lines:
            self.lines[name][line] += count
        for arm, count in arms:
            self.arms[name][arm] += count


def gcov(root, data, *flags):
    command = ["gcov", "--branch-probabilities", "--branch-counts", "--stdout", "--relative-only",
               "--source-prefix", str(root), *flags, str(data)]
    return subprocess.run(command, cwd=data.parent, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          encoding="utf-8", errors="replace").stdout


def name_in(root, source):
    """The name of a source file from `root` on, or None when it is of no room that is counted."""
    name = source.removeprefix(f"{root}/")
    return name if name.startswith(tuple(room + "/" for room in ROOMS)) else None


def exceptional_arms(root, text):
    """{file: {(line, instance): [whether each arm lies where only exceptions lead]}}, and the instances' names."""
    found = collections.defaultdict(lambda: collections.defaultdict(list))
    instances = collections.defaultdict(set)
    name = instance = None
    line, only_exceptions, dashes = 0, False, False
    for row in text.splitlines():
        source = re.match(r" +-: +0:Source:(.*)", row)
        if source:
            name, instance = name_in(root, source[1]), None
        elif row.startswith("-----"):
            dashes, instance = True, None
            continue
        elif dashes and row.endswith(":") and not row.startswith(" "):
            instance = row[:-1]
            instances[name].add(instance)
        elif row.startswith("branch "):
            found[name][line, instance].append(only_exceptions)
        else:
            block = re.match(r" *(\S+): *(\d+)(-block)?", row)
            if block and not row.startswith(("call", "function")):
                line = int(block[2])
                only_exceptions = bool(block[3]) and block[1].startswith("$")
        dashes = False
    return found, instances


def decisions(branches, only_exceptions):
    """The counts of the arms that are left when those of exceptions are taken out."""
    kept, skip = [], set()
    for at, branch in enumerate(branches):
        if branch["throw"]:
            skip.add(at)
            # The other arm of the same call says that it returned.
            if at > 0 and at - 1 not in skip and branches[at - 1]["fallthrough"]:
                skip.add(at - 1)
            elif at + 1 < len(branches) and branches[at + 1]["fallthrough"]:
                skip.add(at + 1)
    for at, branch in enumerate(branches):
        if at not in skip and not only_exceptions[at]:
            kept.append(branch["count"])
    return kept


def read_object(root, data):
    """[(file, lines, arms)] of one object file."""
    exceptional, instances = exceptional_arms(root, gcov(root, data, "--all-blocks"))
    result = []
    for file in (f for row in gcov(root, data, "--json-format").splitlines() for f in json.loads(row)["files"]):
        name = name_in(root, file["file"])
        if name is None:
            continue
        begins = {f["name"]: (f["start_line"], f["start_column"]) for f in file["functions"]}
        lines, arms = [], []
        for entry in file["lines"]:
            line, function = entry["line_number"], entry.get("function_name", "")
            lines.append((line, entry["count"]))
            flags = exceptional[name].get((line, function if function in instances[name] else None), [])
            if len(flags) != len(entry["branches"]):
                flags = [False] * len(entry["branches"])
            counts = decisions(entry["branches"], flags)
            arms += [((line, begins.get(function), len(counts), at), count) for at, count in enumerate(counts)]
        result.append((name, lines, arms))
    return result


def share(part, whole):
    return 100 * part / whole if whole else 100.0


def summary(coverage, names):
    lines = [count for name in names for count in coverage.lines[name].values()]
    arms = [count for name in names for count in coverage.arms[name].values()]
    return sum(c > 0 for c in lines), len(lines), sum(c > 0 for c in arms), len(arms)


def row(title, lines_hit, lines, arms_hit, arms):
    print(f"{title:<40} lines {share(lines_hit, lines):5.1f} % ({lines_hit}/{lines})".ljust(76)
          + f"branches {share(arms_hit, arms):5.1f} % ({arms_hit}/{arms})")


def show_missing(coverage, root, name):
    if name not in coverage.lines:
        print(f"{name}: nothing of it was compiled with counters")
        return
    text = (root / name).read_text().splitlines()
    missed = collections.defaultdict(list)
    for (line, begin, of, at), count in coverage.arms[name].items():
        if count == 0:
            missed[line].append(f"{at + 1}/{of}")
    for line in sorted(set(missed) | {n for n, count in coverage.lines[name].items() if count == 0}):
        mark = " ".join(missed[line]) if coverage.lines[name][line] else "never run"
        print(f"{name}:{line}: [{mark}] {text[line - 1].strip()}")


def main():
    root, build, least = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve(), float(sys.argv[3])
    coverage = Coverage()
    with concurrent.futures.ProcessPoolExecutor() as pool:
        for files in pool.map(read_object, *zip(*((root, data) for data in sorted(build.rglob("*.gcda"))))):
            for name, lines, arms in files:
                coverage.add(name, lines, arms)
    names = sorted(coverage.lines)
    if sys.argv[4:]:
        for name in sys.argv[4:]:
            show_missing(coverage, root, name)
        return 0

    def missing(name):
        _, _, hit, arms = summary(coverage, [name])
        return arms - hit

    print(f"The {WORST} files with the most branches that were never taken:")
    for name in sorted(names, key=missing, reverse=True)[:WORST]:
        row(name, *summary(coverage, [name]))
    print()
    for room in ROOMS:
        row(room, *summary(coverage, [name for name in names if name.startswith(room + "/")]))
    total = summary(coverage, names)
    row("all", *total)
    if share(total[2], total[3]) < least:
        print(f"FAILED: fewer than {least:g} % of the branches were taken")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
