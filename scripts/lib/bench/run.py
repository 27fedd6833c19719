"""The rows of Benchmarks.md. Started by scripts/bench, beside a private PostgreSQL."""

import datetime
import os
import pathlib
import platform
import sys

import rows
from machine import ROOT, Workplace

# Goals and floors: what we aim at, and below what there is no release.
TABLE = [
    # name, workload, unit, goal, floor
    ("P0", "echo RPC, 8 x 64, h2load; limit: nghttpd, small file", "µs CPU a call",
     "0.85, ≤ 3.5 µs", "0.6, ≤ 5 µs"),
    ("P3", "echo RPC over TLS 1.3, 8 x 64, h2load; limit: nghttpd with TLS, small file",
     "µs CPU a call", "0.65", "0.50"),
    ("P4", "echo RPC, 32 x 1, h2load; limit: nghttpd likewise", "µs CPU a call", "0.90", "0.75"),
    ("P6", "GetUser from PostgreSQL, row-level security on, 8 x 64; limit: pgbench, 16 clients, "
     "same row, no row-level security", "calls/s", "1.2", "0.8"),
    ("P7", "CreateUser, durable, all its rows, 8 x 64; limit: pgbench, 16 clients, same rows in "
     "two flushes", "calls/s", "0.8", "0.6"),
    ("P11", "ListUsers, pages of 50 among 1,000,000 users, the slowest p99 of the filters that "
     "few or very many meet; limit: index scan of the same rows, no row-level security", "ms",
     "≤ 5 ms", "≤ 20 ms"),
    ("P11b", "ListUsers, of the filters between; limit likewise", "ms", "≤ 100 ms", "≤ 300 ms"),
    ("P13c", "memory of an idle connection; limit: nghttpd", "KiB", "32 KiB", "48 KiB"),
    ("P13s", "memory of an idle open stream with a suspended handler", "KiB", "3 KiB", "4 KiB"),
    ("P13p", "memory of rosterd serve at start", "MB", "40 MB", "80 MB"),
    ("P14", "server streaming of 16-byte messages", "messages/s a core", "2 M", "0.5 M"),
    ("P16l", "ListUsers, first page among 1,000,000 users to one among 1,000", "times", "≤ 1.5",
     "≤ 3"),
    ("P17", "cold release build of rosterd", "s", "≤ 240 s", "≤ 480 s"),
]


def wanted(arguments):
    if not arguments:
        return [row[0] for row in TABLE]
    chosen = [row[0] for row in TABLE
              if any(row[0].lower().startswith(name.lower()) for name in arguments)]
    if not chosen:
        sys.exit("rows: " + " ".join(row[0] for row in TABLE))
    return chosen


def number(value):
    if value is None:
        return "–"
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.2f}" if value < 100 else f"{value:.0f}"


def line(row, result):
    name, workload, unit, goal, floor = row
    ratio = "–" if result.ratio is None else f"{result.ratio:.2f}"
    limit = "–" if result.limit is None else f"{number(result.limit)} {unit}"
    return (f"| {name} | {workload} | {number(result.ours)} {unit} | {limit} | {ratio} "
            f"| {goal} | {floor} |")


def machine():
    model = next((text.split(":", 1)[1].strip()
                  for text in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
                  if text.startswith("model name")), "unknown")
    memory = int(pathlib.Path("/proc/meminfo").read_text().split()[1]) / 1024 / 1024
    return (f"{os.cpu_count()} cores of {model}, {memory:.0f} GiB, "
            f"Linux {platform.release().split('-')[0]}")


def main():
    names = wanted(sys.argv[1:])
    results = {}
    with Workplace() as place:
        for row in TABLE:
            if row[0] not in names:
                continue
            print(f"-- {row[0]}: {row[1]}", file=sys.stderr, flush=True)
            results[row[0]] = rows.MEASURES[row[0]](place)
            for note in results[row[0]].notes:
                print(f"   {note}", file=sys.stderr, flush=True)
    table = ["| # | workload | ours | limit | ratio | goal | floor |",
             "|---|---|---|---|---|---|---|"]
    table += [line(row, results[row[0]]) for row in TABLE if row[0] in results]
    print("\n".join(table))
    if len(results) == len(TABLE):
        write(table, results)


def write(table, results):
    notes = [f"- {name}: {note}" for name, result in results.items() for note in result.notes]
    head = (pathlib.Path(__file__).parent / "head.md").read_text()
    day = datetime.date.today().isoformat()
    text = head + f"\n{day}, {machine()}.\n\n" + "\n".join(table) + "\n\n" + "\n".join(notes) + "\n"
    (ROOT / "Benchmarks.md").write_text(text)


if __name__ == "__main__":
    main()
