"""What scripts share that try the real program with other people's programs: running it, asking it, counting checks."""

import atexit
import json
import os
import queue
import re
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

PATIENCE_S = 60


class Lines:
    """A process whose lines are read as they come."""

    def __init__(self, arguments, stream, **options):
        self.process = subprocess.Popen(arguments, text=True, **{stream: subprocess.PIPE}, **options)
        atexit.register(self.process.kill)  # nothing outlives a script that fails
        self.lines, self.kept = queue.Queue(), []
        source = getattr(self.process, stream)
        threading.Thread(target=self.read, args=(source,), daemon=True).start()

    def read(self, source):
        for line in source:
            self.kept.append(line)
            self.lines.put(line)

    def wait_for(self, pattern):
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                line = self.lines.get(timeout=max(0.01, deadline - time.monotonic()))
            except queue.Empty:
                sys.exit(f"nothing like {pattern!r} within {PATIENCE_S} s in:\n{''.join(self.kept[-30:])}")
            found = re.search(pattern, line)
            if found:
                return found

    def end(self):
        self.process.terminate()
        return self.process.wait(PATIENCE_S)


class Checks:
    """Counts what was compared and keeps what differed."""

    def __init__(self):
        self.made, self.faults, self.step = 0, [], "start"

    def same(self, what, got, expected):
        self.made += 1
        if got != expected:
            fault = f"{self.step}: {what}\n  expected {expected!r}\n  got      {got!r}"
            self.faults.append(fault)
            print(fault, flush=True)


class Yueli:
    """A running program on a database of its own, and its administrator."""

    def __init__(self, binary, folder, **settings):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("YUELI_")}
        environment.update(settings)
        database = ["--database-url", f"sqlite://{folder}/yueli.db"]
        self.log = folder / "log"
        self.program = Lines([binary, "serve", "--listen", "127.0.0.1:0", *database], "stdout",
                             stderr=self.log.open("w"), cwd=folder, env=environment)
        self.origin = self.program.wait_for(r"^listening on (http://\S+)$").group(1)
        token = [binary, "token", "create", "--name", "clients", "--role", "admin", *database]
        self.token = run(token, cwd=folder, env=environment).strip()

    def ask(self, method, path, body=None, version=None):
        """The answer's JSON and ETag."""
        request = urllib.request.Request(f"{self.origin}/api/v1/{path}", method=method, headers={
            "Authorization": f"Bearer {self.token}", "Content-Type": "application/json",
            **({"If-Match": version} if version else {}),
        }, data=None if body is None else json.dumps(body).encode())
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            return json.load(answer), answer.headers["ETag"]

    def post(self, path, body, version=None, method="POST"):
        try:
            return self.ask(method, path, body, version)
        except urllib.error.HTTPError as refused:
            sys.exit(f"{path} was refused: {refused.read().decode()}\n{self.log.read_text()[-2000:]}")


class Subscriber:
    """Fetches as calendar apps and readers do: with the validators of the last answer."""

    def __init__(self, address):
        self.address, self.validators, self.body, self.stamps = address, {}, None, {}

    def fetch(self):
        request = urllib.request.Request(self.address, headers=self.validators)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
                known = {"If-None-Match": answer.headers["ETag"], "If-Modified-Since": answer.headers["Last-Modified"]}
                self.validators = {name: value for name, value in known.items() if value}
                self.body = answer.read()
                return answer.status
        except urllib.error.HTTPError as other:
            return other.code


def run(arguments, **options):
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=PATIENCE_S, **options)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, arguments))}\nfailed with {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout
