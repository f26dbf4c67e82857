"""The picture in the README: how many times less processor time redouble needs than redis-server, as bars."""
import statistics
from html import escape

# Rows of the tables by their names, the telling ones.
ROWS = ["GET -P 1", "GET -P 16", "SET -P 16", "SET -P 64", "MSET of 10 -P 16", "GET 1 KB -P 16", "LPUSH -P 16",
        "HGETALL -P 16", "ZRANGE 100 -P 16", "XREAD -P 16", "EVALSHA, token bucket -P 16", "PUBLISH to 1 -P 16",
        "SET over TLS -P 16"]

WIDTH, LEFT, RIGHT, TOP, STEP, BAR = 720, 220, 60, 56, 24, 14
STYLE = """\
text { font: 13px system-ui, sans-serif; fill: #24292f } .small { font-size: 11px; fill: #57606a }
.title { font-weight: 600; font-size: 15px } .bar { fill: #1a7f64 } .line { stroke: #57606a }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } .small { fill: #9198a1 } .bar { fill: #3fb68b } .line { stroke: #9198a1 }
}"""


def bars(sections):
    """Label and CPU ratio of every row that is drawn."""
    ratios = {row.name: row.cpu_ratios() for _, rows in sections for row in rows if row.our_cpu}
    if missing := [name for name in ROWS if name not in ratios]:
        raise SystemExit(f"bench: the picture wants rows that are not there: {', '.join(missing)}")
    return [(name, statistics.median(ratios[name])) for name in ROWS]


def svg(sections):
    drawn = bars(sections)
    scale = (WIDTH - LEFT - RIGHT) / max(1.5, *(value for _, value in drawn))
    height, one = TOP + STEP * len(drawn) + 28, LEFT + scale
    what = "Requests for the same CPU time, redis-server = 1"
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
             f'height="{height}" role="img" aria-labelledby="title desc">',
             f'<title id="title">{what}</title>',
             f'<desc id="desc">{escape("; ".join(f"{name}: {value:.1f}" for name, value in drawn))}</desc>',
             f"<style>{STYLE}</style>",
             f'<text class="title" x="8" y="22">{what}</text>',
             '<text class="small" x="8" y="40">-P 16: a pipeline of 16 requests. Longer is better.</text>']
    for i, (name, value) in enumerate(drawn):
        top = TOP + STEP * i
        lines += [f'<text x="{LEFT - 10}" y="{top + 12}" text-anchor="end">{escape(name)}</text>',
                  f'<rect class="bar" x="{LEFT}" y="{top}" width="{value * scale:.1f}" height="{BAR}" rx="2"/>',
                  f'<text x="{LEFT + value * scale + 6:.1f}" y="{top + 12}">{value:.1f}</text>']
    bottom = TOP + STEP * len(drawn)
    lines += [f'<path class="line" d="M{one:.1f} {TOP - 6}V{bottom}" stroke-dasharray="3 3"/>',
              f'<text class="small" x="{one:.1f}" y="{bottom + 14}" text-anchor="middle">redis-server</text>', "</svg>"]
    return "\n".join(lines) + "\n"
