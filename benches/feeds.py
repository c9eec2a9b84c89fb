#!/usr/bin/env python3
"""The figures on big feeds of docs/PERFORMANCE.md: python3 benches/feeds.py target/release/yueli [selections]

10,000 activities in one edition: how long the first build of its calendar takes and one after a change, what it weighs
in memory, how fast it is sent beside nginx sending the same bytes as a file, how 10,000 who ask at once for a cold feed
are answered by one build, and what 200,000 random selections do to memory and to a feed that is asked for all the time.
Needs nginx and wrk (Debian: nginx-light, wrk). Everything runs on 127.0.0.1 and in a temporary folder.
"""
import concurrent.futures, gzip, json, os, random, re, shutil, statistics, subprocess, sys, tempfile, threading, time

import release  # the same helpers: serve, call, wrk, stop

ACTIVITIES = 10_000
SELECTIONS = int(sys.argv[2]) if len(sys.argv) > 2 else 200_000
DISTRICTS = ("dongcheng xicheng chaoyang fengtai shijingshan haidian shunyi tongzhou daxing fangshan mentougou changping "
             "pinggu miyun huairou yanqing").split()
KINDS = ["forum", "roadshow", "exhibition", "salon", "competition", "training", "other"]


def memory_mb(process):
    status = open(f"/proc/{process.pid}/status").read()
    return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024


def programme(binary, database, folder, kinds):
    """Imports the activities, 5,000 a file, as announced."""
    env = {**os.environ, "YUELI_PUBLIC_BASE_URL": "http://127.0.0.1"}
    run = lambda *words: subprocess.run([binary, "--database-url", database, *words], check=True, env=env, capture_output=True)
    dice = random.Random(1)
    for half in range(0, ACTIVITIES, 5_000):
        rows = [{
            "slug": f"a-{n}", "edition": 2026, "kind": dice.choice(kinds), "mode": "offline",
            "title": {"zh": f"硬科技项目路演第{n}场", "en": f"Deep-tech roadshow {n}"},
            "summary": {"zh": "十二个项目，面向投资机构与产业园区。" * 2},
            "when": {"precision": "day", "starts_on": f"2026-{n % 12 + 1:02}-{n % 28 + 1:02}"},
            "districts": [dice.choice(DISTRICTS)],
        } for n in range(half, half + 5_000)]
        file = os.path.join(folder, f"{half}.json")
        theme = {"zh": "科技创新与产业创新深度融合"}
        edition = [{"year": year, "theme": theme} for year in (2025, 2026)]
        json.dump({"format": "yueli/1", "editions": edition, "activities": rows}, open(file, "w"))
        run("import", file, "--announce")


def timed(port, path, **headers):
    begin = time.perf_counter()
    status, told, body = release.call(port, "GET", path, headers=headers)
    assert status == 200, (path, status)
    return (time.perf_counter() - begin) * 1e3, told, body


def change(port, token, number):
    activity = json.loads(release.call(port, "GET", "/api/v1/activities?limit=1&district=haidian")[2])["activities"][0]
    etag = release.call(port, "GET", f"/api/v1/activities/{activity['id']}")[1]["etag"]
    day = f"2026-03-{number % 27 + 1:02}"
    status, _, body = release.call(port, "POST", f"/api/v1/activities/{activity['id']}/reschedule", token,
                                   {"when": {"precision": "day", "starts_on": day}}, {"If-Match": etag})
    assert status == 200, body


def metric(port, name):
    text = release.call(port, "GET", "/metrics")[2].decode()
    return int(float(re.search(rf"^{name} (\S+)$", text, re.M).group(1)))


def beside_nginx(port, path, connections):
    """Requests a second, ours and nginx's with the very bytes: 304 and 200 with gzip."""
    body, packed = timed(port, path)[2], timed(port, path, **{"Accept-Encoding": "gzip"})[2]
    assert gzip.decompress(packed) == body
    root = os.path.join(release.FOLDER, f"www{connections}")
    os.makedirs(os.path.dirname(root + path), exist_ok=True)
    open(root + path, "wb").write(body)
    open(root + path + ".gz", "wb").write(packed)
    its, conf = release.free_port(), os.path.join(release.FOLDER, f"nginx{connections}.conf")
    open(conf, "w").write(f"""user root; worker_processes 2; pid {conf}.pid; error_log {conf}.log; daemon off;
events {{ worker_connections 1024; }}
http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000; open_file_cache max=100;
types {{ text/calendar ics; }}
server {{ listen 127.0.0.1:{its}; root {root}; gzip_static on; }} }}""")
    nginx = subprocess.Popen(["nginx", "-c", conf], stderr=subprocess.DEVNULL)
    release.started.append(nginx)
    time.sleep(0.5)

    def wrk(at, *headers):
        words = [x for h in headers for x in ("-H", h)]
        out = subprocess.run(["wrk", "-t1", f"-c{connections}", "-d3s", *words, f"http://127.0.0.1:{at}{path}"],
                             capture_output=True, text=True, check=True).stdout
        return float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1))

    rows = {"304": ([], []), "200 gzip": ([], []), "200 plain": ([], [])}
    for _ in range(3):
        for side, at in enumerate((port, its)):
            tag = release.call(at, "GET", path, headers={"Accept-Encoding": "gzip"})[1]["etag"]
            rows["304"][side].append(wrk(at, f"If-None-Match: {tag}", "Accept-Encoding: gzip"))
            rows["200 gzip"][side].append(wrk(at, "Accept-Encoding: gzip"))
            rows["200 plain"][side].append(wrk(at, "Accept-Encoding: identity"))
    nginx.terminate()
    return len(body), len(packed), {k: tuple(map(statistics.median, v)) for k, v in rows.items()}


def selections(port, process):
    dice = random.Random(2)
    hot, stop = [], threading.Event()

    def watch():
        while not stop.is_set():
            hot.append(timed(port, "/feeds/zh/all.ics")[0])
            time.sleep(0.005)

    def ask(_):
        districts = ",".join(d for d in DISTRICTS if dice.random() < 0.4) or "haidian"
        kinds = ",".join(k for k in KINDS if dice.random() < 0.3) or "forum"
        year = dice.choice(["", "&highlight=false", "&strand=year_round", "&mode=offline"])
        release.call(port, "GET", f"/feeds/zh/edition/2025.ics?district={districts}&kind={kinds}{year}")

    before = memory_mb(process)
    alone = [timed(port, "/feeds/zh/all.ics")[0] for _ in range(500)]
    watcher = threading.Thread(target=watch)
    watcher.start()
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for _ in pool.map(ask, range(SELECTIONS), chunksize=1000):
            pass
    stop.set()
    watcher.join()
    p99 = lambda values: sorted(values)[int(len(values) * 0.99)]
    return memory_mb(process) - before, p99(alone), p99(hot)


def main():
    binary, folder = os.path.abspath(sys.argv[1]), tempfile.mkdtemp(prefix="yueli-feeds-", dir=release.FOLDER)
    database = f"sqlite://{folder}/yueli.db"
    schema = json.loads(subprocess.run([binary, "openapi"], check=True, capture_output=True).stdout)
    kinds = [k for k in KINDS if k in json.dumps(schema)]
    programme(binary, database, folder, kinds)
    env = {**os.environ, "YUELI_PUBLIC_BASE_URL": "http://127.0.0.1"}
    token = subprocess.run([binary, "--database-url", database, "token", "create", "--name", "bench", "--role", "office"],
                           check=True, env=env, capture_output=True, text=True).stdout.strip()
    process, port, _, ready = release.serve(database)
    base = memory_mb(process)
    path = "/feeds/zh/edition/2026.ics"
    first, told, body = timed(port, path)
    again = []
    for number in range(10):
        change(port, token, number)
        again.append(timed(port, path)[0])
    print(f"- {ACTIVITIES} activities in one edition: start to ready {ready * 1e3:.0f} ms, {base:.0f} MB; "
          f"`edition/2026.ics` {len(body) / 1e6:.1f} MB, first build {first:.0f} ms, after one change "
          f"{statistics.median(again):.1f} ms (median of 10); then {memory_mb(process):.0f} MB")
    builds = metric(port, "yueli_feed_cache_builds_total")
    cold = "/feeds/en/edition/2026.ics"
    wrk = subprocess.run(["wrk", "-t2", "-c1000", "-d3s", f"http://127.0.0.1:{port}{cold}"], capture_output=True, text=True)
    asked = int(re.search(r"(\d+) requests in", wrk.stdout).group(1))
    print(f"- 1,000 connections asking at once for a feed that is not there yet ({asked} answers in 3 s): "
          f"{metric(port, 'yueli_feed_cache_builds_total') - builds} build(s)")
    for small, what in (("/feeds/zh/district/haidian.ics", "600 slots of one district"), (path, "the edition")):
        for connections in (1, 64):
            size, packed, rows = beside_nginx(port, small, connections)
            cells = " · ".join(f"{k} {ours:,.0f}/s = {ours / its:.2f} ×" for k, (ours, its) in rows.items())
            print(f"- {what}, {size / 1e3:.0f} kB ({packed / 1e3:.0f} kB gzip), {connections} connection(s): {cells}")
    grown, alone, beside = selections(port, process)
    print(f"- {SELECTIONS:,} random selections: memory {grown:+.0f} MB; p99 of `all.ics` {alone:.2f} ms alone, {beside:.2f} ms meanwhile")
    release.stop(process)


if __name__ == "__main__":
    try:
        main()
    finally:
        for one in release.started:
            one.poll() is None and one.kill()
        shutil.rmtree(release.FOLDER, ignore_errors=True)
