#!/usr/bin/env python3
"""The figures of docs/PERFORMANCE.md: python3 benches/release.py target/release/yueli

Needs nginx and wrk (Debian: nginx-light, wrk) and PostgreSQL's programs. Everything runs on 127.0.0.1 and in a
temporary folder; it ends by itself after about three minutes and prints one table in Markdown.
"""
import glob, gzip, http.client, http.server, json, os, re, shutil, signal, socket, statistics, subprocess, sys
import tempfile, threading, time

BINARY = os.path.abspath(sys.argv[1])
ROUNDS = 3
WRK_SECONDS = 4
FOLDER = tempfile.mkdtemp(prefix="yueli-bench-")
os.chmod(FOLDER, 0o755)
started = []


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def serve(database_url, *flags):
    """Starts a server; returns process, port, token, seconds until it is ready."""
    env = {**os.environ, "YUELI_WEBHOOKS__ALLOW_HTTP": "true", "YUELI_WEBHOOKS__ALLOW_CIDRS": "127.0.0.1/32"}
    begin = time.perf_counter()
    log = open(os.path.join(FOLDER, "log"), "w+")
    process = subprocess.Popen([BINARY, "serve", "--listen", "127.0.0.1:0", "--database-url", database_url, *flags],
                               stdout=subprocess.PIPE, stderr=log, text=True, env=env)
    started.append(process)
    port = int(process.stdout.readline().rsplit(":", 1)[1])
    while call(port, "GET", "/readyz")[0] != 200:
        time.sleep(0.001)
    ready = time.perf_counter() - begin
    token = re.search(r"yl_\S+", open(log.name).read())
    return process, port, token and token.group(), ready


def stop(process):
    process.send_signal(signal.SIGTERM)
    process.wait(30)


connections = threading.local()


def call(port, method, path, token=None, body=None, headers=()):
    kept = getattr(connections, "kept", None)
    if kept is None or kept.port != port:
        kept = connections.kept = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    head = {"Authorization": f"Bearer {token}"} if token else {}
    head.update(headers)
    data = None
    if body is not None:
        data, head["Content-Type"] = json.dumps(body), "application/json"
    try:
        kept.request(method, path, data, head)
        answer = kept.getresponse()
        return answer.status, dict((k.lower(), v) for k, v in answer.getheaders()), answer.read()
    except (http.client.HTTPException, OSError):
        connections.kept = None
        raise


def draft(port, token, number):
    status, _, body = call(port, "POST", "/api/v1/activities", token, {
        "edition": 2026, "strand": "year_round", "kind": "roadshow", "title": {"zh": f"基准 {number}"},
        "when": {"precision": "day", "starts_on": "2026-12-05"}, "districts": ["haidian"]})
    assert status == 201, body
    return json.loads(body)["activity"]["id"]


def spread(values):
    values = sorted(values)
    return statistics.median(values) * 1e3, values[int(len(values) * 0.99)] * 1e3


def paths_to_the_outside(port, token, count=200):
    """Milliseconds from sending an announcement until the feed shows it, and until it arrives at a receiver."""
    arrived, woken = {}, threading.Condition()

    class Receiver(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            now = time.perf_counter()
            message = json.loads(self.rfile.read(int(self.headers["content-length"])))
            with woken:
                arrived[message["data"].get("activity_id")] = now
                woken.notify_all()
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    status, _, body = call(port, "POST", "/api/v1/webhooks", token, {"url": f"http://127.0.0.1:{receiver.server_port}/"})
    assert status == 201 and json.loads(body)["state"] == "enabled", body
    in_feed, at_receiver = [], []
    for number in range(count):
        activity = draft(port, token, number)
        begin = time.perf_counter()
        status, _, body = call(port, "POST", f"/api/v1/activities/{activity}/announce", token, headers={"If-Match": '"v1"'})
        assert status == 200, body
        while activity.encode() not in call(port, "GET", "/feeds/zh/all.ics")[2].replace(b"\r\n ", b""):
            pass
        in_feed.append(time.perf_counter() - begin)
        with woken:
            assert woken.wait_for(lambda: activity in arrived, 30), "a webhook did not arrive"
        at_receiver.append(arrived[activity] - begin)
    receiver.shutdown()
    return spread(in_feed), spread(at_receiver)


def notices_per_second(port, token, writers, seconds=5):
    done = []

    def write(number):
        activity = draft(port, token, f"w{number}")
        call(port, "POST", f"/api/v1/activities/{activity}/announce", token, headers={"If-Match": '"v1"'})
        version, end, count = 2, time.perf_counter() + seconds, 0
        while time.perf_counter() < end:
            day = f"2026-12-{count % 27 + 1:02}"
            status, _, body = call(port, "POST", f"/api/v1/activities/{activity}/reschedule", token,
                                   {"when": {"precision": "day", "starts_on": day}}, {"If-Match": f'"v{version}"'})
            if status == 200:
                version, count = version + 1, count + 1
            else:
                assert status == 422 and b"nothing" in body, body
                count += 1
        done.append(version - 2)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(writers)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    return sum(done) / seconds


def wrk(url, *headers, connections):
    command = ["wrk", "-t1", f"-c{connections}", f"-d{WRK_SECONDS}s", *[x for h in headers for x in ("-H", h)], url]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in out, out
    return float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1))


def beside_nginx(port, path="/feeds/zh/all.ics", connections=64):
    """Requests a second of a feed, ours and nginx's with the very bytes: 304, 200 with gzip, 200 as it is."""
    body = call(port, "GET", path)[2]
    packed = call(port, "GET", path, headers={"Accept-Encoding": "gzip"})[2]
    assert gzip.decompress(packed) == body
    root = os.path.join(FOLDER, "www")
    file = root + path.partition("?")[0]
    if file.endswith("/"):
        file += "index.html"
    os.makedirs(os.path.dirname(file), exist_ok=True)
    open(file, "wb").write(body)
    open(file + ".gz", "wb").write(packed)
    nginx_port, conf = free_port(), os.path.join(FOLDER, "nginx.conf")
    open(conf, "w").write(f"""user root; worker_processes 2; pid {FOLDER}/nginx.pid; error_log {FOLDER}/nginx.log; daemon off;
events {{ worker_connections 1024; }}
http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000; open_file_cache max=100;
types {{ text/calendar ics; }}
server {{ listen 127.0.0.1:{nginx_port}; root {root}; gzip_static on; }} }}""")
    nginx = subprocess.Popen(["nginx", "-c", conf], stderr=subprocess.DEVNULL)
    started.append(nginx)
    time.sleep(0.5)
    rows = {"304": ([], []), "200 gzip": ([], []), "200 plain": ([], [])}
    for _ in range(ROUNDS):
        for side, its_port in enumerate((port, nginx_port)):
            url = f"http://127.0.0.1:{its_port}{path}"
            status, told, sent = call(its_port, "GET", path, headers={"Accept-Encoding": "gzip"})
            assert (status, sent) == (200, packed), (its_port, status)
            for what, headers in (("304", (f"If-None-Match: {told['etag']}", "Accept-Encoding: gzip")),
                                  ("200 gzip", ("Accept-Encoding: gzip",)), ("200 plain", ())):
                rows[what][side].append(wrk(url, *headers, connections=connections))
    nginx.terminate()
    nginx.wait(30)
    return len(body), len(packed), {k: tuple(map(statistics.median, v)) for k, v in rows.items()}


def postgres():
    """A cluster of its own, with fsync on; returns its address, or None where PostgreSQL is not installed."""
    programs = sorted(glob.glob("/usr/lib/postgresql/*/bin")) or [os.path.dirname(shutil.which("initdb") or "")]
    if not programs[-1]:
        return None
    data, port = os.path.join(FOLDER, "pg"), free_port()
    os.mkdir(data)
    shutil.chown(data, "postgres")
    run = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] if os.geteuid() == 0 else []
    subprocess.run([*run, f"{programs[-1]}/initdb", "-D", data, "-A", "trust", "-U", "postgres"], check=True, capture_output=True)
    started.append(subprocess.Popen([*run, f"{programs[-1]}/postgres", "-D", data, "-p", str(port), "-k", data,
                                     "-c", "listen_addresses=127.0.0.1"], stderr=subprocess.DEVNULL))
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            time.sleep(0.5)
            break
        except OSError:
            time.sleep(0.05)
    return f"postgres://postgres@127.0.0.1:{port}/postgres"


def main():
    print("| what | SQLite | PostgreSQL |\n|---|---|---|")
    columns, nginx = [], None
    for name, url in (("sqlite", f"sqlite://{FOLDER}/yueli.db"), ("postgres", postgres())):
        if url is None:
            columns.append({})
            continue
        process, port, token, first = serve(url, "--demo")
        stop(process)
        process, port, _, again = serve(url)
        column = {"start to ready, empty database, demo loaded": f"{first * 1e3:.0f} ms",
                  "start to ready, 99 notices there": f"{again * 1e3:.0f} ms"}
        if name == "sqlite":
            nginx = beside_nginx(port)
        for writers in (1, 16):
            column[f"notices written a second, {writers} writer(s)"] = f"{notices_per_second(port, token, writers):.0f}"
        (feed, received) = paths_to_the_outside(port, token)
        column["announce sent → in the feed, p50 / p99"] = "{:.1f} / {:.1f} ms".format(*feed)
        column["announce sent → at the receiver, p50 / p99"] = "{:.1f} / {:.1f} ms".format(*received)
        status = open(f"/proc/{process.pid}/status").read()
        column["peak memory after all that"] = "{} MB".format(int(re.search(r"VmHWM:\s+(\d+)", status).group(1)) // 1024)
        columns.append(column)
        stop(process)
    for what in columns[0]:
        print(f"| {what} | {columns[0][what]} | {columns[1].get(what, 'not installed')} |")
    size, packed, rows = nginx
    print(f"\n`all.ics` of the demo: {size:,} bytes, {packed:,} with gzip; wrk, 64 kept connections, one thread; medians of {ROUNDS} rounds in turn.\n")
    print("| requests a second | Yueli | nginx, the same bytes as files | ratio |\n|---|---|---|---|")
    for what, (ours, theirs) in rows.items():
        print(f"| {what} | {ours:,.0f} | {theirs:,.0f} | {ours / theirs:.2f} |")


def run(main):
    """Runs it, and leaves no process and no file behind, also when it is told to end."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        main()
    finally:
        for process in started:
            if process.poll() is None:
                process.terminate()
        for process in started:
            process.wait(30)
        shutil.rmtree(FOLDER, ignore_errors=True)


if __name__ == "__main__":
    run(main)
