"""One function for each row: measures ours and its limit."""

import dataclasses
import os
import re
import shutil
import subprocess
import time

from machine import BINARIES, ROOT, Process, Workplace, bench, free_port, in_turns, tool


@dataclasses.dataclass
class Result:
    ours: float
    limit: float = None
    # Ours to the limit, higher is better.
    ratio: float = None
    notes: list = dataclasses.field(default_factory=list)


# gRPC's prefix and an EchoRequest with 12 bytes.
ECHO = b"\0\0\0\0\x0e\x0a\x0cecho-1000000"


def h2load(server, connections, streams, calls, *options):
    """CPU of the server in µs a call, and the share of its core that h2load used."""
    before = server.cpu_seconds()
    output, share = tool("h2load", "-n", calls, "-c", connections, "-m", streams, *options)
    used = server.cpu_seconds() - before
    done = re.search(r"(\d+) succeeded, (\d+) failed, (\d+) errored", output)
    if not done or done.groups() != (str(calls), "0", "0"):
        raise RuntimeError(output)
    return used / calls * 1e6, share


# nghttpd would choose a longer key than we do.
CIPHER = "--tls13-ciphers=TLS_AES_128_GCM_SHA256"


def h2load_pair(place, connections, streams, calls, scheme="http"):
    """Calls that measure the echo and nghttpd's small file, and the shares that h2load used."""
    body = place.folder / "echo"
    body.write_bytes(ECHO)
    shares = []

    def run(server, path, *options):
        cost, share = h2load(
            server, connections, streams, calls, CIPHER, *options,
            f"{scheme}://{server.address}{path}")
        shares.append(share)
        return cost

    def run_echo(server):
        return run(server, "/roster.bench.v1.EchoService/Echo", "-d", body,
                   "-H", "content-type: application/grpc", "-H", "te: trailers")

    def run_file(server):
        return run(server, "/small")

    return run_echo, run_file, shares


def busy(shares):
    if max(shares) <= 0.9:
        return []
    return [f"h2load used up to {max(shares):.0%} of its core: by the rule of throughput "
            "such a run is void; CPU a call is what is compared"]


def echo_against_nghttpd(place, connections, streams, calls):
    run_echo, run_file, shares = h2load_pair(place, connections, streams, calls)
    with place.echo() as ours, place.echo("--tasks") as tasks, place.nghttpd() as limit:
        checked = bench(
            "load", "--address", ours.address, "--connections", connections,
            "--streams", streams, "--seconds", "1")

        def run_ours():
            return run_echo(ours)

        def run_tasks():
            return run_echo(tasks)

        def run_limit():
            return run_file(limit)

        run_ours(), run_tasks(), run_limit()
        shares.clear()
        cost, floor, pairs = in_turns(run_ours, run_limit)
        slower, slower_floor, _ = in_turns(run_tasks, run_limit)
    notes = [
        "runs (ours, limit): " + ", ".join(f"{a:.2f} {b:.2f}" for a, b in pairs)
        + f"; {checked['calls']} answers checked before, {checked['failed']} wrong",
        f"answered at once, as from memory; with a task a call, as one that waits needs:"
        f" {slower:.2f} µs, ratio {slower_floor / slower:.2f}",
    ]
    return Result(cost, floor, floor / cost, notes + busy(shares))


def p0(place):
    return echo_against_nghttpd(place, 8, 64, 600_000)


def p3(place):
    run_echo, run_file, shares = h2load_pair(place, 8, 64, 400_000, "https")
    certificate, key = place.certificate()
    files = ("--tls-certificate", certificate, "--tls-key", key)
    with place.echo(*files) as ours, place.nghttpd(key, certificate) as limit:
        agreed = {suite(server) for server in (ours, limit)}
        assert len(agreed) == 1, agreed
        answer = subprocess.run(
            ["curl", "-sS", "--cacert", certificate, "--data-binary", f"@{place.folder / 'echo'}",
             "-H", "content-type: application/grpc", "-H", "te: trailers",
             f"https://{ours.address}/roster.bench.v1.EchoService/Echo"],
            capture_output=True, check=True).stdout
        assert answer == ECHO, answer
        run_echo(ours), run_file(limit)
        shares.clear()
        cost, floor, pairs = in_turns(lambda: run_echo(ours), lambda: run_file(limit))
    notes = [
        "runs (ours, limit): " + ", ".join(f"{a:.2f} {b:.2f}" for a, b in pairs)
        + f"; both {agreed.pop()}, handshakes of 8 connections included",
    ]
    return Result(cost, floor, floor / cost, notes + busy(shares))


def suite(server):
    """Version and cipher that h2load agrees on with the server: TLS 1.3."""
    output, _ = tool("h2load", "-n", 1, "-c", 1, CIPHER, f"https://{server.address}/")
    found = re.search(r"TLS Protocol: (\S+)\nCipher: (\S+)", output)
    assert found and found.group(1) == "TLSv1.3", output
    return " ".join(found.groups())


def p4(place):
    return echo_against_nghttpd(place, 32, 1, 300_000)


def pgbench(place, script, seconds, *variables):
    output, _ = tool(
        "pgbench", "-n", "-M", "prepared", "-c", 16, "-j", 1, "-T", seconds,
        "-f", ROOT / "scripts/lib/bench" / script,
        *(word for variable in variables for word in ("-D", variable)), "roster", pinned=False)
    assert " 0 (0.000%)" in re.search(r"number of failed transactions:(.*)", output).group(1)
    return float(re.search(r"tps = ([\d.]+)", output).group(1))


def p6(place):
    place.database()
    last = {}
    with place.serve() as server:
        def ours():
            last.update(bench(
                "load", "--address", server.address, "--method", "get-user", "--ids",
                place.folder / "ids", "--token", place.token, "--seconds", "8",
                "--server-pid", server.pid, pinned=False))
            assert last["failed"] == 0, last
            return last["calls_per_second"]

        def limit():
            return pgbench(
                place, "get-user.sql", 8, f"users={Workplace.USERS}",
                f"organization={Workplace.ORGANIZATION}")

        ours(), limit()
        speed, peak, pairs = in_turns(ours, limit)
    notes = [
        "runs (ours, limit): " + ", ".join(f"{a:.0f} {b:.0f}" for a, b in pairs)
        + f"; last of ours: p50 {last['p50_us'] / 1000:.1f} ms, p99 {last['p99_us'] / 1000:.1f} ms,"
        f" rosterd {last['server_cpu_us_per_call']:.1f} µs CPU a call",
    ]
    return Result(speed, peak, speed / peak, notes)


def p7(place):
    place.database()
    principal = "019a0000-0000-7000-8000-eeeeeeeeeeee"
    runs = iter(range(1, 1000))
    last = {}
    with place.serve() as server:
        def ours():
            last.update(bench(
                "load", "--address", server.address, "--method", "create-user",
                "--organization", Workplace.ORGANIZATION, "--token", place.token,
                "--seconds", "10", "--server-pid", server.pid, pinned=False))
            assert last["failed"] == 0, last
            return last["calls_per_second"]

        def limit():
            now = f"{int(time.time() * 1000):012x}"
            return pgbench(
                place, "create-user.sql", 10, f"organization={Workplace.ORGANIZATION}",
                f"principal={principal}", f"run={0x019a0000 + next(runs):08x}", "i=0",
                f"month={now[:8]}-{now[8:]}")

        ours(), limit()
        speed, peak, pairs = in_turns(ours, limit)
        users, events = place.psql("-c", f"""
            SELECT (SELECT count(*) FROM roster.users) - {Workplace.USERS},
                   (SELECT count(*) FROM roster.events WHERE action LIKE 'user.%')
            """).split("|")
        assert users == events, (users, events)
    notes = [
        "runs (ours, limit): " + ", ".join(f"{a:.0f} {b:.0f}" for a, b in pairs)
        + f"; last of ours: p50 {last['p50_us'] / 1000:.1f} ms, p99 {last['p99_us'] / 1000:.1f} ms,"
        f" rosterd {last['server_cpu_us_per_call']:.0f} µs CPU a call",
        f"{users} users made by both, each with its event",
    ]
    return Result(speed, peak, speed / peak, notes)


# What lists are asked for: few users or very many meet it, or something between.
FILTERS = [
    ("no filter", {}, "email"), ("no filter", {}, "last_login_time desc"),
    ("active", {"filter": "state = active"}, "create_time"),
    ("locked, 0.1 %", {"filter": "locked = true"}, "display_name"),
    ("service accounts, 0.1 %", {"filter": "kind = service"}, "email"),
    ("external id", {"filter": "external_id = \"x-500\""}, "create_time"),
    ("group of 0.2 %", {"filter": "group = {few}"}, "email"),
    ("group of 90 %", {"filter": "group = {everyone}"}, "display_name"),
    ("role of 0.1 %", {"filter": "role = admin"}, "create_time"),
    ("role of a group of 90 %", {"filter": "role = reader"}, "email"),
    ("never signed in", {"filter": "NOT last_login_time:*"}, "email"),
    ("search", {"search": "a1b2c"}, "display_name"),
]
BETWEEN = [
    ("company of 1 %", {"filter": "company = {middle}"}, "display_name"),
    ("source of 1 %", {"filter": "source = import"}, "last_login_time"),
    ("group of 1 %", {"filter": "group = {middle}"}, "email"),
]
LIST_IDS = {name: f"019a0000-0000-7000-8000-0000000000{digit}" for name, digit in
            [("everyone", "a1"), ("few", "a3"), ("middle", "a4")]}


def list_organization(number):
    return f"019a0000-0000-7000-8000-fffffffff{number:03x}"


def list_users(place, number, users):
    """An organization with so many users of every kind."""
    place.database()
    place.psql("-v", f"users={users}", "-v", f"organization={list_organization(number)}",
               "-v", f"number={number:02x}", "-f", ROOT / "scripts/lib/bench/lists.sql")


def pages(place, server, number, arguments, order):
    options = [word for name, text in arguments.items()
               for word in (f"--{name}", text.format(**LIST_IDS))]
    done = bench("pages", "--address", server.address, "--token", place.token,
                 "--organization", list_organization(number), "--order-by", order, *options,
                 pinned=False)
    assert done["failed"] == 0, (arguments, done)
    return done


def p11(place, filters):
    users = int(os.environ.get("ROSTER_BENCH_LIST_USERS", 1_000_000))
    if place.list_users != users:
        list_users(place, 1, users)
        place.list_users = users
    # The rows of the first page by the index of its order, without anything else.
    output, _ = tool(
        "pgbench", "-n", "-M", "prepared", "-c", 1, "-t", 2_000,
        "-f", ROOT / "scripts/lib/bench/list-users.sql",
        "-D", f"organization={list_organization(1)}", "roster", pinned=False)
    limit = float(re.search(r"latency average = ([\d.]+) ms", output).group(1))
    notes, worst = [f"{users:,} users; limit: the mean of 2,000 scans"], 0
    with place.serve() as server:
        for name, arguments, order in filters:
            done = pages(place, server, 1, arguments, order)
            worst = max(worst, done["first_p99_us"], done["later_p99_us"])
            notes.append(
                f"{name}, by {order}: first page of {done['rows']} p50 "
                f"{done['first_p50_us'] / 1000:.1f} ms, p99 {done['first_p99_us'] / 1000:.1f}; "
                f"1,000th or last p50 {done['later_p50_us'] / 1000:.1f}, p99 "
                f"{done['later_p99_us'] / 1000:.1f}")
    return Result(worst / 1000, limit, limit / (worst / 1000), notes)


def p16_lists(place):
    largest = int(os.environ.get("ROSTER_BENCH_LIST_USERS", 1_000_000))
    sizes = [size for size in (1_000, 10_000, 100_000, 1_000_000) if size <= largest]
    for number, size in enumerate(sizes, start=2):
        list_users(place, number, size)
    notes, costs = [], {}
    with place.serve() as server:
        for name, arguments, order in FILTERS[:4]:
            costs[name, order] = [
                pages(place, server, number, arguments, order)["first_p50_us"]
                for number, _ in enumerate(sizes, start=2)]
            notes.append(f"{name}, by {order}: " + ", ".join(
                f"{size:,}: {cost / 1000:.2f} ms"
                for size, cost in zip(sizes, costs[name, order])))
    ratio = max(cost[-1] / cost[0] for cost in costs.values())
    return Result(ratio, 1, 1 / ratio, notes)


def resident_while(server, connections, streams):
    """The server's memory while `roster-bench idle` holds connections and streams open."""
    with subprocess.Popen(
            [str(BINARIES / "roster-bench"), "idle", "--address", server.address,
             "--connections", str(connections), "--streams", str(streams)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as idle:
        if idle.stdout.readline().strip() != "ready":
            raise RuntimeError("the connections could not be opened")
        time.sleep(0.5)
        resident = server.resident_bytes()
        idle.stdin.close()
    return resident


def per_connection(server):
    base = resident_while(server, 1, 0)
    return (resident_while(server, 1_001, 0) - base) / 1_000 / 1024


def p13_connection(place):
    with place.echo() as ours, place.nghttpd() as limit:
        mine, theirs = per_connection(ours), per_connection(limit)
    return Result(mine, theirs, theirs / mine, ["1,000 connections, after SETTINGS"])


def p13_stream(place):
    with place.echo() as server:
        base = resident_while(server, 100, 0)
        full = resident_while(server, 100, 100)
    return Result((full - base) / 10_000 / 1024, notes=[
        "100 connections with 100 calls of health Watch each, answered once and waiting"])


def p13_process(place):
    with place.serve() as server:
        time.sleep(1)
        resident = server.resident_bytes()
    return Result(resident / 1e6, notes=["serving, with its pools connected"])


def p14(place):
    with place.echo() as server:
        def run():
            done = bench("stream", "--address", server.address, "--seconds", "5",
                         "--server-pid", server.pid)
            assert done["failed"] == 0
            shares.append(done["own_cpu_share"])
            return done["messages_per_core_second"]

        shares = []
        runs = sorted(run() for _ in range(5))
    return Result(runs[2], notes=[
        "4 connections of 2 streams, every byte compared; receiver used "
        f"{max(shares):.0%} of its core"])


def p17(place):
    scratch = ROOT / ".build-cold"
    shutil.rmtree(scratch, ignore_errors=True)
    started = time.monotonic()
    subprocess.run(
        ["swift", "build", "-c", "release", "--static-swift-stdlib", "--product", "rosterd",
         "--scratch-path", scratch],
        cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    passed = time.monotonic() - started
    shutil.rmtree(scratch, ignore_errors=True)
    return Result(passed, notes=[f"{os.cpu_count()} cores, one run"])


MEASURES = {
    "P0": p0, "P3": p3, "P4": p4, "P6": p6, "P7": p7, "P13c": p13_connection, "P13s": p13_stream,
    "P11": lambda place: p11(place, FILTERS), "P11b": lambda place: p11(place, BETWEEN),
    "P13p": p13_process, "P14": p14, "P16l": p16_lists, "P17": p17,
}
