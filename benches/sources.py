#!/usr/bin/env python3
"""What one round over many sources costs: python3 benches/sources.py target/release/yueli [postgres://…]

Serves 100 calendars of 1,000 events on 127.0.0.2, makes a source of each in a fresh database and runs `yueli sources poll`
over all of them: at first (each event becomes a draft in review), when nothing changed (304), when one event in a hundred
moved, and again. Prints the time, the peak of the memory, the requests and how many of them a 304 saved, and the proposals.
"""
import hashlib
import http.server
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

SOURCES, EVENTS = int(os.environ.get("SOURCES", 100)), 1000
binary, database = os.path.abspath(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None
moved, counts = 0, {"requests": 0, "not_modified": 0, "bytes": 0}
TITLES = ["人工智能", "集成电路", "生物医药", "量子信息", "碳中和", "脑科学", "新材料", "商业航天", "机器人", "区块链"]
ENDS = ["专场路演", "投融资对接会", "成果发布会", "青年论坛", "圆桌会议", "签约仪式", "展览", "大赛决赛", "公开课", "研讨会"]


def calendar(number):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//bench//EN"]
    for event in range(EVENTS):
        title = f"{TITLES[event % 10]}{ENDS[event // 10 % 10]}第{event // 100 + 1}期（{number}）"
        day = event % 28 + 1 if event % 100 else (event // 100 + moved) % 28 + 1
        lines += [
            "BEGIN:VEVENT", f"UID:{event}@{number}.example", "DTSTAMP:20260101T000000Z", f"SUMMARY:{title}",
            f"DTSTART;TZID=Asia/Shanghai:2027{event % 12 + 1:02}{day:02}T140000",
            f"DTEND;TZID=Asia/Shanghai:2027{event % 12 + 1:02}{day:02}T170000",
            "LOCATION:国家会议中心二期多功能厅", "DESCRIPTION:" + "面向全球创新创业者的常态化系列活动。" * 8,
            f"URL:https://{number}.example/events/{event}", "CATEGORIES:论坛,海淀区", "END:VEVENT",
        ]
    return ("\r\n".join(lines + ["END:VCALENDAR"]) + "\r\n").encode()


class Upstream(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = bodies[int(re.search(r"\d+", self.path)[0])]
        tag = '"' + hashlib.sha256(body).hexdigest()[:16] + '"'
        counts["requests"] += 1
        if self.headers.get("If-None-Match") == tag:
            counts["not_modified"] += 1
            self.send_response(304)
            self.send_header("ETag", tag)
            self.end_headers()
            return
        counts["bytes"] += len(body)
        self.send_response(200)
        self.send_header("ETag", tag)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def make():
    global bodies
    bodies = [calendar(number) for number in range(SOURCES)]


make()
server = http.server.ThreadingHTTPServer(("127.0.0.2", 0), Upstream)
threading.Thread(target=server.serve_forever, daemon=True).start()
port = server.server_address[1]
folder = tempfile.TemporaryDirectory()
url = database or f"sqlite://{folder.name}/yueli.db"
env = os.environ | {
    "YUELI_DATABASE_URL": url, "YUELI_PUBLIC_BASE_URL": "http://127.0.0.1:8080", "YUELI_ROLES": "web",
    "YUELI_WEBHOOKS__ALLOW_HTTP": "true", "YUELI_WEBHOOKS__ALLOW_CIDRS": "127.0.0.2/32", "YUELI_LOG__FILTER": "warn",
}


def run(*arguments):
    return subprocess.run([binary, *arguments], env=env, check=True, capture_output=True, text=True, cwd=folder.name).stdout


run("migrate")
token = run("token", "create", "--name", "bench", "--role", "admin").strip()
serving = subprocess.Popen([binary, "serve", "--listen", "127.0.0.1:0"], env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=folder.name)
origin = serving.stdout.readline().split()[-1]


def post(path, body):
    head = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(origin + path, json.dumps(body).encode(), head)) as answer:
        return json.load(answer)


post("/api/v1/editions", {"year": 2027, "theme": {"zh": "压力"}})
for number in range(SOURCES):
    post("/api/v1/sources", {"name": f"来源{number}", "format": "ics", "url": f"http://127.0.0.2:{port}/{number}.ics"})
serving.terminate()
serving.wait()

def watch(process, peak):
    """The most memory that a process had, in KiB."""
    while process.poll() is None:
        try:
            with open(f"/proc/{process.pid}/status") as status:
                peak += [int(found[1]) for line in status if (found := re.match(r"VmHWM:\s+(\d+)", line))]
        except (FileNotFoundError, ProcessLookupError):
            return
        time.sleep(0.05)


# Beside it: looking at the same calendars as files, one by one: they are read and compared, and nothing is written.
with open(os.path.join(folder.name, "0.ics"), "wb") as file:
    file.write(calendar(0))
begun = time.monotonic()
for _ in range(5):
    run("import", "0.ics", "--dry-run")
dry = (time.monotonic() - begun) / 5
print(f"beside: import --dry-run of one, {dry:.2f} s; of all {SOURCES}, {dry * SOURCES:.0f} s")
print(f"{SOURCES} sources of {EVENTS} events, {len(bodies[0]):,} bytes each; {'PostgreSQL' if database else 'SQLite'}")
for name, change in [("first", False), ("nothing changed", False), ("1 % changed", True), ("nothing changed", False)]:
    if change:
        moved += 1
        make()
    counts.update(requests=0, not_modified=0, bytes=0)
    begun = time.monotonic()
    poll = subprocess.Popen([binary, "sources", "poll"], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder.name)
    peak = []
    threading.Thread(target=watch, args=(poll, peak), daemon=True).start()
    told, errors = poll.communicate()
    took = time.monotonic() - begun
    lines = [line for line in told.splitlines() if line.startswith("src_")]
    proposals = sum(int(re.search(r"(\d+) proposals", line)[1]) for line in lines)
    carried = sum(int(re.search(r"(\d+) carried out", line)[1]) for line in lines)
    print(f"{name:16} {took:6.1f} s, {max(peak) / 1024:.0f} MiB, {len(lines)} sources, {counts['requests']} requests, {counts['not_modified']} × 304, "
          f"{counts['bytes'] / 1e6:.1f} MB, {proposals} proposals, {carried} carried out, exit {poll.returncode}")
    if errors:
        print(errors[:2000], file=sys.stderr)
