#!/usr/bin/env python3
"""The receivers that partners are given (examples/receivers), with the real program: each verifies with the library of
Standard Webhooks of its language, before, during and after a rotation of the secret.

    python tests/walk/receivers.py target/debug/yueli

Needs a Python that has standardwebhooks, node and npm; cargo for the one in Rust; the one in Go is tried where go is.
Prints a table; exits with an error at the first difference.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.dont_write_bytecode = True  # nothing is left in the tree
sys.path.insert(0, str(HERE.parent))
from running import PATIENCE_S, Checks, Lines, Yueli, run  # noqa: E402

SAMPLES = ROOT / "examples" / "receivers"


def prepared(folder):
    """What starts each receiver, by its language."""
    found = {"Python": [sys.executable, "-B", str(SAMPLES / "receiver.py")]}
    node = folder / "node"
    node.mkdir()
    for name in ("receiver.mjs", "package.json"):
        shutil.copy(SAMPLES / name, node)
    run(["npm", "install", "--silent", "--no-audit", "--no-fund"], cwd=node)
    found["JavaScript"] = ["node", str(node / "receiver.mjs")]
    subprocess.run(["cargo", "build", "--quiet", "--locked", "--example", "receiver"], cwd=ROOT, check=True)
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    found["Rust"] = [str(target / "debug" / "examples" / "receiver")]
    if shutil.which("go"):
        go = folder / "go"
        go.mkdir()
        shutil.copy(SAMPLES / "receiver.go", go)
        steps = ["mod", "init", "receiver"], ["mod", "tidy"], ["build", "-o", "receiver", "receiver.go"]
        done = [subprocess.run(["go", *step], cwd=go, capture_output=True, text=True, timeout=600) for step in steps]
        if any(step.returncode for step in done[:2]):
            print(f"Go: skipped, its library cannot be fetched: {done[1].stderr.strip().splitlines()[-1]}")
        elif done[2].returncode:
            sys.exit(f"the receiver in Go does not build: {done[2].stderr}")
        else:
            found["Go"] = [str(go / "receiver")]
    else:
        print("Go: skipped, there is no go here")
    return found


class Receiver:
    """A running receiver that knows a secret."""

    def __init__(self, command, secret, listen="127.0.0.2:0"):
        environment = {**os.environ, "SECRET": secret, "LISTEN": listen}
        self.lines = Lines(command, "stdout", env=environment)
        self.address = self.lines.wait_for(r"^listening on http://(\S+)$").group(1)

    def said(self, pattern):
        return self.lines.wait_for(pattern).group(0)


def post(address, headers, body):
    request = urllib.request.Request(f"http://{address}/", body, headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            return answer.status
    except urllib.error.HTTPError as refused:
        return refused.code


def until(what, look):
    """Asks until there is something."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.05)
    sys.exit(f"{what}: not within {PATIENCE_S} s")


def enabled(yueli, hook):
    """Pings until the receiver has taken it."""
    def is_enabled():
        yueli.post(f"webhooks/{hook}/ping", {})
        return yueli.ask("GET", f"webhooks/{hook}")[0]["state"] == "enabled"
    until("enabled", is_enabled)


def recorded(yueli, hook, position):
    """The id of a delivery, which is written down after it was answered."""
    def found():
        deliveries = yueli.ask("GET", f"webhooks/{hook}/deliveries")[0]["deliveries"]
        return next((it["id"] for it in deliveries if it["position"] == position), None)
    return until("the delivery on record", found)


def walk(language, command, yueli, checks):
    checks.step = language
    # Whatever listens there: only its address is wanted.
    first = Receiver(command, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    address = first.address
    hook, _ = yueli.post("webhooks", {"url": f"http://{address}/"})
    checks.same("a wrong secret", first.said(r"^refused "), "refused ")
    checks.same("the state", yueli.ask("GET", f"webhooks/{hook['id']}")[0]["state"], "pending")
    first.lines.end()
    receiver = Receiver(command, hook["secret"], address)
    enabled(yueli, hook["id"])
    receiver.said(r"^took endpoint\.ping ")

    draft, version = yueli.post("activities", {
        "edition": 2026, "strand": "year_round", "kind": "roadshow", "title": {"zh": "硬科技路演", "en": "Roadshow"},
        "districts": ["haidian"], "when": {"precision": "day", "starts_on": "2099-12-05"},
    })
    path = f"activities/{draft['activity']['id']}"
    announced, version = yueli.post(f"{path}/announce", {}, version)
    checks.same("announced", receiver.said(r"^\w+ activity\S* \d+"), "took activity.announced 1")
    told = recorded(yueli, hook["id"], announced["notice"]["position"])
    yueli.post(f"deliveries/{told}/redeliver", {})
    checks.same("redelivered", receiver.said(r"^again ntc_"), "again ntc_")

    # Both secrets sign until the grace is over.
    rotated, _ = yueli.post(f"webhooks/{hook['id']}/rotate", {"grace_hours": 24})
    moved = {"when": {"precision": "day", "starts_on": "2099-12-06"}, "reason": {"code": "venue"}}
    _, version = yueli.post(f"{path}/reschedule", moved, version)
    checks.same("by the old secret", receiver.said(r"^\w+ activity\S* \d+"), "took activity.rescheduled 2")
    receiver.lines.end()
    receiver = Receiver(command, rotated["secret"], address)
    _, version = yueli.post(f"{path}/cancel", {"reason": {"code": "merge"}}, version)
    checks.same("by the new secret", receiver.said(r"^\w+ activity\S* \d+"), "took activity.cancelled 3")

    # What was told before stands behind what is held now.
    yueli.post(f"webhooks/{hook['id']}/replay", {"after": announced["notice"]["position"] - 1, "new_id": True})
    checks.same("late", receiver.said(r"^\w+ activity\S* \d+"), "known activity.announced 1")
    body = json.dumps({"type": "activity.cancelled", "data": {}}).encode()
    now = str(int(time.time()))
    signed = {"webhook-id": "ntc_1", "webhook-timestamp": now, "webhook-signature": "v1,bm8=", "content-type": "application/json"}
    checks.same("a forged one", post(address, signed, body), 400)
    checks.same("one without a signature", post(address, {"content-type": "application/json"}, body), 400)
    checks.same("one of 100 kB", post(address, signed, b"x" * 100_000), 413)
    receiver.lines.end()
    yueli.post(f"webhooks/{hook['id']}/pause", {})


def main():
    binary = str(pathlib.Path(sys.argv[1]).resolve())
    checks = Checks()
    with tempfile.TemporaryDirectory(prefix="yueli-receivers-") as folder:
        folder = pathlib.Path(folder)
        yueli = Yueli(binary, folder, YUELI_WEBHOOKS__ALLOW_HTTP="true", YUELI_WEBHOOKS__ALLOW_CIDRS="127.0.0.2/32")
        yueli.post("editions", {"year": 2026, "theme": {"zh": "主题"}})
        commands = prepared(folder)
        for language, command in commands.items():
            before = checks.made
            walk(language, command, yueli, checks)
            print(f"{language}: {checks.made - before} checks")
    if checks.faults:
        sys.exit(f"{len(checks.faults)} differences")


if __name__ == "__main__":
    main()
