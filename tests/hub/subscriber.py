#!/usr/bin/env python3
"""A subscriber of the hub that shares no code with it: python3 tests/hub/subscriber.py target/debug/yueli

It finds hub and topic as the W3C's WebSub says, subscribes, answers the hub's question, and looks at what comes: within
a second of an announcement, the feed as it is, with its type, its links and its signature; nothing after 410, after
unsubscribing or from another secret. Sockets of Python's own library only; everything runs on 127.0.0.1 and 127.0.0.2.
"""
import hashlib
import hmac
import http.server
import pathlib
import queue
import re
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from running import PATIENCE_S, Checks, Yueli

WITHIN_S = 1.0


class Callback(http.server.ThreadingHTTPServer):
    """Answers the hub's questions and keeps what it is sent."""

    def __init__(self):
        super().__init__(("127.0.0.2", 0), Handler)
        self.questions, self.feeds, self.answer = queue.Queue(), queue.Queue(), 204
        self.url = f"http://127.0.0.2:{self.server_port}/told?by=hub%20x"
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        asked = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
        said = asked["hub.challenge"][0].encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)
        self.server.questions.put((self.path, asked))

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        at = time.monotonic()
        self.send_response(self.server.answer)
        self.send_header("Content-Length", "0")
        self.end_headers()
        self.server.feeds.put((at, self.path, self.headers, body))

    def log_message(self, *_):
        pass


def fetch(url):
    with urllib.request.urlopen(url, timeout=PATIENCE_S) as answer:
        return answer.headers, answer.read()


def ask(hub, mode, topic, callback, **more):
    pairs = {"hub.mode": mode, "hub.topic": topic, "hub.callback": callback, **{f"hub.{k}": v for k, v in more.items()}}
    request = urllib.request.Request(hub, urllib.parse.urlencode(pairs).encode(), method="POST")
    with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
        return answer.status


def announce(yueli, number):
    draft, version = yueli.post("activities", {
        "edition": 2026, "strand": "year_round", "kind": "roadshow", "title": {"zh": f"硬科技路演{number}"},
        "districts": ["haidian"], "mode": "offline", "when": {"precision": "day", "starts_on": "2026-12-05"},
    })
    yueli.post(f"activities/{draft['activity']['id']}/announce", {}, version)
    return time.monotonic()


def subscribe(checks, callback, hub, topic, secret, lease):
    checks.same("the hub accepts", ask(hub, "subscribe", topic, callback.url, secret=secret, lease_seconds=lease), 202)
    path, asked = callback.questions.get(timeout=PATIENCE_S)
    checks.same("the callback's own query comes first", path.startswith("/told?by=hub%20x&hub."), True)
    checks.same("it is asked of what was asked for", (asked["hub.mode"], asked["hub.topic"]), (["subscribe"], [topic]))
    checks.same("the lease is within bounds", asked["hub.lease_seconds"], [str(max(3600, lease))])


def main(checks, binary, folder):
    yueli = Yueli(binary, folder, YUELI_WEBHOOKS__ALLOW_HTTP="true", YUELI_WEBHOOKS__ALLOW_CIDRS="127.0.0.2/32")
    yueli.post("editions", {"year": 2026, "theme": {"zh": "科技创新与产业创新深度融合"}})
    slowest = 0.0
    for extension in ("rss", "atom", "json"):
        checks.step = extension
        headers, _ = fetch(f"{yueli.origin}/feeds/zh/all.{extension}")
        links = dict((rel, url) for url, rel in re.findall(r'<([^>]*)>; rel="([a-z]+)"', headers["Link"]))
        hub, topic, callback = links["hub"], links["self"], Callback()
        subscribe(checks, callback, hub, topic, "s3cret", 60)
        for number in range(5):
            # What was confirmed is written down a moment after the answer; the first is announced until it comes.
            deadline = time.monotonic() + PATIENCE_S
            while True:
                announced = announce(yueli, number)
                try:
                    at, path, sent, body = callback.feeds.get(timeout=WITHIN_S)
                    break
                except queue.Empty:
                    if number > 0 or time.monotonic() > deadline:
                        checks.same(f"announcement {number} came within a second", False, True)
                        return
            slowest = max(slowest, at - announced)
            own, present = fetch(topic)
            checks.same("the callback's own address", path, "/told?by=hub%20x")
            checks.same("the feed as it is", body, present)
            checks.same("its type", sent["Content-Type"], own["Content-Type"])
            checks.same("its links", sent["Link"], own["Link"])
            digest = hmac.new(b"s3cret", body, hashlib.sha256).hexdigest()
            checks.same("its signature", sent["X-Hub-Signature"], f"sha256={digest}")
        checks.step = f"{extension}, the end"
        if extension == "rss":
            checks.same("the hub accepts", ask(hub, "unsubscribe", topic, callback.url), 202)
            callback.questions.get(timeout=PATIENCE_S)
        else:
            callback.answer = 410
            announce(yueli, "last")
            callback.feeds.get(timeout=PATIENCE_S)
        # Another subscriber is told, so the hub was there; this one is told no more once that is done.
        witness = Callback()
        subscribe(checks, witness, hub, topic, "other", 7200)
        deadline, left = time.monotonic() + PATIENCE_S, False
        while not left and time.monotonic() < deadline:
            callback.feeds.queue.clear()
            announce(yueli, "witnessed")
            try:
                witness.feeds.get(timeout=WITHIN_S)
                left = callback.feeds.empty()
            except queue.Empty:
                pass
        announce(yueli, "once more")
        witness.feeds.get(timeout=PATIENCE_S)
        checks.same("who left is told no more", (left, callback.feeds.empty()), (True, True))
    checks.step = "refused"
    for name, value in (("callback", "http://127.0.0.1:9/"), ("topic", f"{yueli.origin}/feeds/zh/all.ics")):
        pairs = {"callback": "http://127.0.0.2:9/", "topic": topic, name: value}
        try:
            ask(hub, "subscribe", pairs["topic"], pairs["callback"])
            checks.same(f"{name} {value}", "accepted", "refused")
        except urllib.error.HTTPError as refused:
            checks.same(f"{name} is named", f"hub.{name}" in refused.read().decode(), True)
    print(f"slowest: {slowest * 1e3:.0f} ms from the API's answer to the subscriber")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        checks = Checks()
        main(checks, pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(folder))
        print(f"hub: {checks.made} checks, {len(checks.faults)} differences")
        sys.exit(bool(checks.faults))
