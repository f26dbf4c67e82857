"""Rows of measurements with what is asked of them, and the table made of them: on the terminal, or as Markdown."""
import dataclasses
import os
import platform
import re
import statistics
import subprocess


@dataclasses.dataclass(frozen=True)
class Target:
    """What a row is to reach. `of` says what is looked at: the ratio, the CPU ratio, or redouble's own figure."""
    of: str
    limit: float

    def __str__(self):
        sign = "≤" if self.of == "at most" else "≥"
        return f"{self.of + ' ' if self.of in ('CPU', 'ratio') else ''}{sign} {self.limit:.3g}"

    def met(self, row):
        if self.of == "ratio":
            return statistics.median(row.ratios()) >= self.limit
        if self.of == "CPU":
            return statistics.median(row.cpu_ratios()) >= self.limit
        ours = statistics.median(row.ours)
        return ours <= self.limit if self.of == "at most" else ours >= self.limit


def cpu(limit):
    return Target("CPU", limit)


def ratio(limit):
    return Target("ratio", limit)


def at_most(limit):
    return Target("at most", limit)


def at_least(limit):
    return Target("at least", limit)


@dataclasses.dataclass
class Row:
    """One comparison. Lists hold one number a round; ratios are above 1 where redouble is better."""
    name: str
    unit: str
    ours: list
    theirs: list
    higher_is_better: bool = True
    our_cpu: list = dataclasses.field(default_factory=list)  # microseconds a request
    their_cpu: list = dataclasses.field(default_factory=list)
    target: Target = None

    def ratios(self):
        pairs = zip(self.ours, self.theirs) if self.higher_is_better else zip(self.theirs, self.ours)
        return [a / b for a, b in pairs if b > 0]

    def cpu_ratios(self):
        return [b / a for a, b in zip(self.our_cpu, self.their_cpu) if a > 0]

    def missed(self):
        return self.target is not None and not self.target.met(self)


def number(value):
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 100 else f"{value:.2f}" if value >= 1 else f"{value:.3f}"


def spread(ratios):
    """The median with its quartiles: '1.62 (1.58–1.66)'."""
    if len(ratios) < 2:
        return f"{ratios[0]:.2f}" if ratios else ""
    low, middle, high = statistics.quantiles(ratios, n=4, method="inclusive")
    return f"{middle:.2f} ({low:.2f}–{high:.2f})"


HEADER = ("", "unit", "redouble", "redis-server", "ratio", "CPU µs", "redis CPU µs", "CPU ratio", "asked for")


def cells(row):
    median = statistics.median
    line = [row.name, row.unit, number(median(row.ours))]
    line += [number(median(row.theirs)), spread(row.ratios())] if row.theirs else ["", ""]
    cpus = [row.our_cpu, row.their_cpu]
    line += [*(number(median(each)) for each in cpus), spread(row.cpu_ratios())] if row.our_cpu else [""] * 3
    return line + [f"{row.target or ''}{' missed' if row.missed() else ''}"]


class Terminal:
    """Prints each row as soon as it is measured, aligned."""
    WIDTHS = (42, 5, 10, 12, 18, 8, 12, 18, 16)

    def line(self, texts):
        first = f"{texts[0]:<{self.WIDTHS[0]}}"
        print("  ".join([first] + [f"{t:>{w}}" for t, w in zip(texts[1:], self.WIDTHS[1:])]).rstrip(), flush=True)

    def section(self, title):
        print(f"\n{title}", flush=True)
        self.line(HEADER)

    def row(self, row):
        self.line(cells(row))


def machine():
    with open("/proc/cpuinfo") as info:
        model = re.search(r"model name\s*:\s*(.+)", info.read())
    redis = subprocess.run(["redis-server", "--version"], capture_output=True, text=True).stdout
    version = re.search(r"v=(\S+)", redis).group(1)
    return (f"{model.group(1) if model else platform.machine()}, {len(os.sched_getaffinity(0))} cores, "
            f"Linux {platform.release().split('-')[0]}, redis-server {version}.")


EXPLANATION = """\
Ratios are above 1 where redouble is better: the median of the rounds' own ratios, its quartiles in parentheses.
"CPU µs" is the server's own time per request by the kernel's account. "-P 16" is a pipeline of 16 requests.
"Asked for" is what the row is to reach.
Rows over many keys differ from run to run: redis-server waits for the memory of each, up to twice as long in one run as
in another (who else uses the machine shares its caches), while redouble fetches it ahead.
"""


def verdict(sections):
    """How many rows reach what is asked of them, and which do not."""
    asked = [(title, row) for title, rows in sections for row in rows if row.target]
    missed = [f"- {row.name} ({title}): {row.target}" for title, row in asked if row.missed()]
    return [f"{len(asked) - len(missed)} of {len(asked)} targets are reached.", ""] + (missed + [""] if missed else [])


def markdown(sections, command):
    text = ["# Benchmarks", "", f"redouble beside redis-server, in one run, round by round: `{command}`", "",
            machine(), "", "![CPU per request](docs/benchmarks.svg)", "", EXPLANATION, *verdict(sections)]
    for title, rows in sections:
        text += [f"## {title}", "", "| " + " | ".join(HEADER) + " |", "|---|---" + "|---:" * (len(HEADER) - 2) + "|"]
        for row in rows:
            line = cells(row)
            text += ["| " + " | ".join(line[:-1] + [f"**{line[-1]}**" if row.missed() else line[-1]]) + " |"]
        text += [""]
    return "\n".join(text)
