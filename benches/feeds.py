#!/usr/bin/env python3
"""The figures on big feeds of docs/PERFORMANCE.md: python3 benches/feeds.py target/release/yueli [PART…] [NUMBER]

Parts, all by default: `nginx` sends the same bytes as files beside us · `news` the same for 50 notices · `changes` first
build and after one change · `cold` 10,000 who ask at once for a feed that is not there yet · `selections` 200,000 random
ones (or NUMBER) beside a feed that is asked for all the time · `large` 100,000 activities on SQLite and PostgreSQL ·
`peers` what other libraries take to render the same events. All but `news` and `large` have 10,000 activities in one
edition, on SQLite.
Needs nginx and wrk (Debian: nginx-light, wrk), PostgreSQL's programs, and pip and npm with a network for `peers`; what
is not there is named and left out. Everything runs on 127.0.0.1 and in a temporary folder.
"""
import contextlib, json, multiprocessing, os, random, re, resource, select, signal, socket, statistics, subprocess
import sys, time, zlib

import release  # the same helpers: serve, call, stop, postgres, beside_nginx
import peers

ACTIVITIES, MANY = 10_000, 100_000
CONNECTIONS = 10_000
NEWS = 50
NUMBERS = [int(word) for word in sys.argv[2:] if word.isdigit()]
SELECTIONS = NUMBERS[0] if NUMBERS else 200_000
CHANGES = 40
EDITION, ALL = "/feeds/zh/edition/2026.ics", "/feeds/zh/all.ics"
GZIP = {"Accept-Encoding": "gzip"}
# In the order of canonical addresses.
DISTRICTS = ("dongcheng xicheng chaoyang fengtai shijingshan haidian mentougou fangshan tongzhou shunyi changping daxing "
             "huairou pinggu miyun yanqing").split()
KINDS = ("technology_release capital_matchmaking roadshow signing exchange forum conference exhibition competition "
         "press_conference other").split()
AUDIENCES = ("young_founders small_firms specialised_firms entrepreneurs investors scientists international "
             "public").split()
MODES = "offline online mixed".split()

# Asks for one line of a file after the other, says when all were asked for, and asks for something else from then on.
IN_TURN = """
local file, after = os.getenv("ADDRESSES"), os.getenv("AFTER")
local lines = file and io.lines(file)
function request()
  local address = lines and lines()
  if lines and not address then
    lines = nil
    io.write("asked\\n"); io.flush()
  end
  return wrk.format("GET", address or after)
end
"""


def folder(*names):
    return os.path.join(release.FOLDER, *names)


def memory(process):
    """Megabytes now and at most so far."""
    status = open(f"/proc/{process.pid}/status").read()
    return [int(re.search(rf"{name}:\s+(\d+)", status).group(1)) / 1024 for name in ("VmRSS", "VmHWM")]


def metric(port, name):
    release.connections.kept = None  # it may be so old that the server has closed it
    text = release.call(port, "GET", "/metrics")[2].decode()
    return sum(int(float(value)) for value in re.findall(rf"^{re.escape(name)} (\S+)$", text, re.M))


def builds(port):
    return metric(port, "yueli_feed_cache_builds_total")


def yueli(database, *words):
    env = {**os.environ, "YUELI_PUBLIC_BASE_URL": "http://127.0.0.1"}
    command = [release.BINARY, "--database-url", database, *words]
    return subprocess.run(command, check=True, env=env, capture_output=True, text=True).stdout.strip()


def programme(database, count):
    """Imports so many activities of one year as announced, 5,000 a file; returns the seconds that it took."""
    dice, spent = random.Random(1), 0
    for first in range(0, count, 5_000):
        rows = [{
            "slug": f"a-{n}", "edition": 2026, "kind": dice.choice(KINDS), "mode": dice.choice(MODES),
            "title": {"zh": f"硬科技项目路演第{n}场", "en": f"Deep-tech roadshow {n}"},
            "summary": {"zh": "十二个项目，面向投资机构与产业园区。" * 2},
            "when": {"precision": "day", "starts_on": f"2026-{n % 12 + 1:02}-{n % 28 + 1:02}"},
            "districts": [dice.choice(DISTRICTS)], "audiences": [dice.choice(AUDIENCES)],
        } for n in range(first, min(first + 5_000, count))]
        edition = {"year": 2026, "theme": {"zh": "科技创新与产业创新深度融合"}}
        with open(folder("programme.json"), "w") as file:
            json.dump({"format": "yueli/1", "editions": [edition], "activities": rows}, file)
        begin = time.perf_counter()
        yueli(database, "import", file.name, "--announce")
        spent += time.perf_counter() - begin
    return spent


@contextlib.contextmanager
def served(database):
    process, port, _, ready = release.serve(database)
    yield process, port, ready
    release.stop(process)


def ten_thousand():
    """The database that most parts read; made when the first asks for it."""
    if not os.path.exists(folder("yueli.db")):
        programme(f"sqlite://{folder('yueli.db')}", ACTIVITIES)
    return f"sqlite://{folder('yueli.db')}"


def timed(port, path, method="GET", headers=()):
    begin = time.perf_counter()
    status, told, body = release.call(port, method, path, headers=headers)
    spent = (time.perf_counter() - begin) * 1e3
    assert status == 200, (path, status)
    return spent, told, body


def beside_nginx(port, *feeds):
    for path, what in feeds:
        for connections in (1, 64):
            size, packed, rows = release.beside_nginx(port, path, connections)
            cells = " · ".join(f"{k} {ours:,.0f}/s = {ours / its:.2f} ×" for k, (ours, its) in rows.items())
            print(f"- {what}, {size / 1e3:.0f} kB ({packed / 1e3:.0f} kB gzip), {connections} connection(s): {cells}")


def nginx():
    with served(ten_thousand()) as (_, port, _):
        beside_nginx(port, ("/feeds/zh/district/haidian.ics?audience=public", "one district, for the public"),
                     ("/feeds/zh/district/haidian.ics", "one district"), (EDITION, "the edition"))


def news():
    programme(f"sqlite://{folder('news.db')}", NEWS)
    with served(f"sqlite://{folder('news.db')}") as (_, port, _):
        feeds = [(f"/feeds/zh/all.{name}", f"{NEWS} notices as {name}") for name in ("rss", "atom", "json")]
        beside_nginx(port, *feeds)


class Changer:
    """Moves one activity after the other to the last days of the year, so that each enters every bounded feed too."""

    def __init__(self, database, port):
        self.port, self.number = port, 0
        self.token = yueli(database, "token", "create", "--name", "bench", "--role", "office").splitlines()[-1]
        listed = json.loads(release.call(port, "GET", "/api/v1/activities?limit=100")[2])["activities"]
        self.addresses = [f"/api/v1/activities/{one['id']}" for one in listed]

    def change(self):
        again, which = divmod(self.number, len(self.addresses))
        self.number += 1
        when = {"precision": "day", "starts_on": f"2026-12-{29 + again % 3}"}
        tag = release.call(self.port, "GET", self.addresses[which])[1]["etag"]
        status, _, body = release.call(self.port, "POST", self.addresses[which] + "/reschedule", self.token,
                                       {"when": when}, {"If-Match": tag})
        assert status == 200, body


def changed(database, port, path):
    """What it takes to ask for a feed the first time, after each change, and when nothing has changed, as text."""
    first, told, body = timed(port, path)
    changer, spent = Changer(database, port), {"gzip": [], "plain": [], "HEAD": []}
    tags = {told["etag"]}
    for _ in range(CHANGES):
        for what, method, headers in (("gzip", "GET", GZIP), ("plain", "GET", {}), ("HEAD", "HEAD", {})):
            changer.change()
            took, told, _ = timed(port, path, method, headers)
            spent[what].append(took)
            tags.add(told["etag"].replace("-gzip", ""))
    assert len(tags) == 3 * CHANGES + 1, f"{len(tags)} different feeds"
    again = [statistics.median(timed(port, path, headers=headers)[0] for _ in range(CHANGES)) for headers in (GZIP, {})]
    gzip, plain, head = map(statistics.median, spent.values())
    return (f"`{path.removeprefix('/feeds/zh/')}` {len(body) / 1e6:.1f} MB, first build {first:.0f} ms; after one change "
            f"{gzip:.1f} ms with gzip, {plain:.1f} ms plain, {head:.1f} ms for a HEAD (all the work, nothing sent); "
            f"unchanged {again[0]:.1f} ms with gzip, {again[1]:.1f} ms plain (medians of {CHANGES}, a Python client)")


def changes():
    database = ten_thousand()
    with served(database) as (process, port, ready):
        base = memory(process)[0]
        text = changed(database, port, EDITION)
        now, peak = memory(process)
        print(f"- {ACTIVITIES:,} activities: start to ready {ready * 1e3:.0f} ms, {base:.0f} MB; {text}; "
              f"then {now:.0f} MB, at most {peak:.0f} MB")


def cold():
    """The server is halted while all ask, so that every request lies there before it reads the first one."""
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    count = min(CONNECTIONS, limit - 500)
    if count < CONNECTIONS:
        print(f"- (only {limit} open files are allowed here: {count:,} connections instead of {CONNECTIONS:,})")
    for path in ("/feeds/en/all.ics", "/feeds/en/edition/2026.ics"):
        with served(ten_thousand()) as (process, port, _):
            before, asking = builds(port), []
            for _ in range(count):
                asking.append(socket.create_connection(("127.0.0.1", port)))
            os.kill(process.pid, signal.SIGSTOP)
            try:
                for one in asking:
                    one.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n".encode())
                    one.setblocking(False)
            finally:
                os.kill(process.pid, signal.SIGCONT)
            begin = time.perf_counter()
            answers, first = answered(asking)
            last = time.perf_counter()
            built, peak = builds(port) - before, memory(process)[1]
            told = timed(port, path, headers=GZIP)[2]
            assert answers == {(200, len(told), zlib.crc32(told))}, answers
            assert built == 1, built
            print(f"- {count:,} connections that ask for `{path[7:]}` ({len(told) / 1e3:.0f} kB gzip) when it is not there "
                  f"yet, all before the first is read: {built} build, {count:,} equal answers, the first was there after "
                  f"{(first - begin) * 1e3:,.0f} ms, the last after {(last - begin) * 1e3:,.0f} ms; at most {peak:.0f} MB")


def answered(asking):
    """Reads all answers; the different ones as status, length and checksum, and when the first was complete."""
    poll, buffer, answers, first = select.epoll(), bytearray(1 << 18), set(), None
    state = {}
    for one in asking:
        poll.register(one, select.EPOLLIN)
        state[one.fileno()] = [one, b"", None, 0, 0]  # its socket, head, length of the body, read of it, checksum
    while state:
        ready = poll.poll(60)
        assert ready, f"{len(state)} are not answered"
        for number, _ in ready:
            its = state[number]
            size = its[0].recv_into(buffer)
            assert size, "a connection was closed"
            data = memoryview(buffer)[:size]
            if its[2] is None:
                its[1] += data
                head, end, rest = its[1].partition(b"\r\n\r\n")
                if not end:
                    continue
                its[1], its[2] = head, int(re.search(rb"(?i)content-length: (\d+)", head).group(1))
                data = rest
            its[3], its[4] = its[3] + len(data), zlib.crc32(data, its[4])
            if its[3] >= its[2]:
                first = first or time.perf_counter()
                answers.add((int(its[1].split()[1]), its[3], its[4]))
                its[0].close()
                del state[number]
    return answers, first


def watch(port, pipe):
    """A process of its own: asks for the hot feed every other millisecond until told to stop; sends milliseconds."""
    with contextlib.suppress(PermissionError):
        os.nice(-10)  # it is the server that is measured, not how long this waits for a core
    spent, asking = [], socket.create_connection(("127.0.0.1", port))
    asking.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    while not pipe.poll(0.002):
        begin = time.perf_counter()
        asking.sendall(f"GET {ALL} HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n".encode())
        data = asking.recv(1 << 18)
        head, _, body = data.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        left = int(re.search(rb"(?i)content-length: (\d+)", head).group(1)) - len(body)
        while left:
            left -= len(asking.recv(left))
        spent.append((time.perf_counter() - begin) * 1e3)
    pipe.send(sorted(spent))


@contextlib.contextmanager
def watched(port, what):
    """Prints what the hot feed took meanwhile."""
    ours, its = multiprocessing.Pipe()
    process = multiprocessing.Process(target=watch, args=(port, its))
    process.start()
    its.close()
    try:
        yield
        ours.send(None)
        spent = ours.recv()
        at = lambda share: spent[int(len(spent) * share)]
        print(f"  - the hot feed {what}: p50 {at(.5):.2f} ms, p99 {at(.99):.2f} ms, p99.9 {at(.999):.2f} ms ({len(spent):,} times)")
    finally:
        process.terminate()
        process.join()


def load(port, seconds, **asked):
    """Two connections that ask until the seconds have passed, or for all that stands in a file; answers a second."""
    with open(folder("in_turn.lua"), "w") as script:
        script.write(IN_TURN)
    wrk = subprocess.Popen(["wrk", "-t1", "-c2", "-d7200s", "-H", "Accept-Encoding: gzip", "-s", script.name,
                            f"http://127.0.0.1:{port}"], env={**os.environ, **asked}, stdout=subprocess.PIPE, text=True)
    release.started.append(wrk)
    select.select([wrk.stdout], [], [], seconds)
    wrk.send_signal(signal.SIGINT)
    out = wrk.communicate(timeout=30)[0]
    return float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1))


def wishes(count):
    """Addresses, all different: a few districts and kinds each, and perhaps for whom and how."""
    dice, found = random.Random(2), {}
    some = lambda words, least, most: ",".join(words[i] for i in sorted(dice.sample(range(len(words)), dice.randint(least, most))))
    while len(found) < count:
        query = {"district": some(DISTRICTS, 1, 4), "kind": some(KINDS, 1, 3), "audience": some(AUDIENCES, 0, 2),
                 "mode": some(MODES, 0, 1)}
        found[ALL + "?" + "&".join(f"{name}={words}" for name, words in query.items() if words)] = None
    return found


def selections(seconds=20):
    tenth = SELECTIONS // 10
    wanted = list(wishes(SELECTIONS + 2))
    # wrk asks for one without sending it before it begins.
    for name, part in (("tenth", wanted[:tenth + 1]), ("rest", wanted[tenth + 1:])):
        with open(folder(name), "w") as file:
            file.write("\n".join(part) + "\n")
    with served(ten_thousand()) as (process, port, _):
        timed(port, ALL, headers=GZIP)
        print(f"- {SELECTIONS:,} different selections of `all.ics`, asked for by wrk over two connections:")
        with watched(port, "alone"):
            time.sleep(seconds)
        with watched(port, "beside two processes that only count"):
            counting = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(2)]
            release.started.extend(counting)
            time.sleep(seconds)
            for one in counting:
                one.kill()
                one.wait()
        with watched(port, "beside two connections that ask for one ready feed"):
            rate = load(port, seconds, AFTER="/feeds/zh/district/haidian.ics")
        print(f"    ({rate:,.0f} a second)")
        before, built = memory(process), builds(port)
        with watched(port, "beside the selections"):
            begin = time.perf_counter()
            load(port, 7200, ADDRESSES=folder("tenth"), AFTER="/healthz")
            early = memory(process)
            load(port, 7200, ADDRESSES=folder("rest"), AFTER="/healthz")
            spent = time.perf_counter() - begin
        after, built, size = memory(process), builds(port) - built, metric(port, "yueli_feed_cache_size_bytes")
        with watched(port, "alone again"):
            time.sleep(seconds)
        # An address that is not canonical, or was there before, is not built: so this tells that all were answered.
        assert built >= SELECTIONS * 0.999, f"only {built} were built"
        print(f"  - {built:,} builds, {built / spent:,.0f} a second; memory {before[0]:.0f} MB, after the first tenth "
              f"{early[0] - before[0]:+.0f} MB, after all {after[0] - before[0]:+.0f} MB, at most {after[1] - before[0]:+.0f} MB; "
              f"of it ready-made feeds, as the server counts, {size / 1e6:.0f} MB")


def large():
    for name, make in (("SQLite", lambda: f"sqlite://{folder('large.db')}"), ("PostgreSQL", release.postgres)):
        database = make()
        if database is None:
            print(f"- {name} is not installed")
            continue
        spent, starts = programme(database, MANY), []
        for _ in range(3):
            with served(database) as (process, _, ready):
                starts.append((ready, memory(process)))
        ready, (base, _) = sorted(starts)[1]
        with served(database) as (process, port, _):
            text = changed(database, port, ALL)
            now, peak = memory(process)
        print(f"- {MANY:,} activities, {name}: imported as announced in {spent:.0f} s ({MANY / spent:,.0f} a second); start to "
              f"ready {ready * 1e3:,.0f} ms, {base:.0f} MB (median of 3); {text}; then {now:.0f} MB, at most {peak:.0f} MB")


def beside_peers():
    firsts = []
    for _ in range(3):
        with served(ten_thousand()) as (_, port, _):
            spent, _, body = timed(port, EDITION)
            firsts.append(spent)
    print(f"- the same {ACTIVITIES:,} events: Yueli {statistics.median(firsts):,.0f} ms, {len(body) / 1e6:.1f} MB (first "
          "build over HTTP: selected, rendered, compressed, tagged and sent; medians of 3)")
    for line in peers.rendering(body, folder("peers")):
        print(f"  - {line}")


PARTS = {"nginx": nginx, "news": news, "changes": changes, "cold": cold, "selections": selections, "large": large, "peers": beside_peers}


def main():
    sys.stdout.reconfigure(line_buffering=True)
    words = [word for word in sys.argv[2:] if not word.isdigit()]
    unknown = set(words) - set(PARTS)
    if unknown:
        sys.exit(f"{', '.join(unknown)}: there are {', '.join(PARTS)}")
    for name in words or PARTS:
        begin = time.perf_counter()
        PARTS[name]()
        print(f"({name}: {time.perf_counter() - begin:.0f} s)", file=sys.stderr)


if __name__ == "__main__":
    release.run(main)
