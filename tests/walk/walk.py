"""Walks through the README on the real program: its own curl and Python blocks, with only addresses filled in.

announce -> reschedule -> postpone -> cancel one activity; after each, the same revision must stand in the API, in the
calendar (SEQUENCE = revision - 1), in a new news item (yueli:revision) and in the webhook that arrived, verified by
PyPI `standardwebhooks` in the README's receiver.

    python tests/walk/walk.py target/debug/yueli

Needs bash, curl and a Python that has standardwebhooks. Prints a table; exits with an error at the first difference.
"""

import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import xml.etree.ElementTree as xml

HERE = pathlib.Path(__file__).resolve().parent
README = HERE.parents[1] / "README.md"
sys.dont_write_bytecode = True  # nothing is left in the tree
sys.path.insert(0, str(HERE.parent))
from running import PATIENCE_S, Lines  # noqa: E402


def block(heading, language, number=0):
    """A code block of the README, by its section's heading."""
    section = README.read_text().split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(rf"^```{language}\n(.*?)^```$", section, re.S | re.M)[number]


def commands(text):
    """The curl commands of a block, one by one, and whatever stands before the first."""
    head, *rest = re.split(r"^(?=curl )", text, flags=re.M)
    return head, rest


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def bash(script):
    done = subprocess.run(["bash", "-eu", "-c", script], capture_output=True, text=True, timeout=PATIENCE_S)
    if done.returncode:
        sys.exit(f"{script}\nfailed: {done.stderr}")
    answer = json.loads(done.stdout)
    if "errors" in answer or answer.get("status", 200) in range(400, 600):
        sys.exit(f"{script}\nwas refused: {done.stdout}")
    return answer


def get(address):
    with urllib.request.urlopen(address, timeout=PATIENCE_S) as answer:
        return answer.headers, answer.read().decode()


def unfolded(calendar):
    return calendar.replace("\r\n ", "").split("\r\n")


def event_of(calendar, uid):
    events = re.findall(r"BEGIN:VEVENT\n(.*?)END:VEVENT", "\n".join(unfolded(calendar)), re.S)
    (event,) = [event for event in events if f"\nUID:{uid}\n" in f"\n{event}"]
    return dict(re.match(r"([A-Z-]+)[^:]*:(.*)", line).groups() for line in event.splitlines() if line[0].isupper())


def newest_item(news):
    item = xml.fromstring(news).find("channel/item")
    revision = next(child.text for child in item if child.tag.endswith("}revision"))
    return int(revision), item.findtext("guid"), item.findtext("title")


def same(what, got, expected):
    if got != expected:
        sys.exit(f"{what} is {got!r}, not {expected!r}")


def walk(binary, folder):
    receiver_port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("YUELI_")}
    allowed = re.search(r"`(YUELI_WEBHOOKS__ALLOW_HTTP=\S+) (YUELI_WEBHOOKS__ALLOW_CIDRS=[^\s`]+)`", README.read_text())
    environment.update(setting.split("=", 1) for setting in allowed.groups())

    program = Lines([binary, "serve", "--demo", "--listen", "127.0.0.1:0"], "stderr",
                    stdout=(folder / "address").open("w"), cwd=folder, env=environment)
    label = re.search(r"The token stands behind `(.+?)` on standard error", README.read_text()).group(1)
    token = program.wait_for(rf"{re.escape(label)}\s*(yl_\S+)").group(1)
    deadline = time.monotonic() + PATIENCE_S
    while not (said := re.fullmatch(r"listening on (http://\S+)\n", (folder / "address").read_text())):
        if time.monotonic() > deadline or program.process.poll() is not None:
            sys.exit("it does not listen:\n" + "".join(program.kept[-30:]))
        time.sleep(0.02)
    origin = said.group(1)

    def filled(text):
        return (text.replace("http://127.0.0.1:8080", origin)
                .replace("yl_…", token)
                .replace("127.0.0.1:9000", f"127.0.0.1:{receiver_port}"))

    first, after_id = filled(block("Announce", "sh")).split("ID=act_…\n")
    settings, (draft,) = commands(first)

    # Receive webhooks: once without a secret, for the ping; then with the one that was shown.
    code = block("Receive webhooks", "python").replace("9000", str(receiver_port))
    receiver = [sys.executable, "-u", "-c", code]
    started = Lines(receiver, "stderr", env={**os.environ, "SECRET": ""})
    while not listens(receiver_port):
        time.sleep(0.02)
    _, (register,) = commands(filled(block("Receive webhooks", "sh")))
    secret = bash(settings + register)["secret"]
    started.wait_for(r'"POST / HTTP/1.1" 204')
    started.end()
    receiver = Lines(receiver, "stdout", stderr=subprocess.DEVNULL, env={**os.environ, "SECRET": secret})

    activity = bash(settings + draft)["activity"]
    settings += f"ID={activity['id']}\n"
    _, announce = commands(after_id)
    _, rest = commands(filled(block("Reschedule, postpone, cancel", "sh")))
    steps = ["announced", "rescheduled", "postponed", "cancelled"]
    status = {"announced": "CONFIRMED", "rescheduled": "CONFIRMED", "postponed": "TENTATIVE", "cancelled": "CANCELLED"}
    seen, uids = set(), set()
    print(f"{'step':<12} {'API':>4} {'ETag':>5} {'SEQUENCE':>9} {'STATUS':<10} {'news':>5}  webhook, and its news title")
    same("the README's number of steps", len(announce + rest), len(steps))
    for revision, (kind, command) in enumerate(zip(steps, announce + rest), 1):
        answer = bash(settings + command)
        same("the notice's kind", answer["notice"]["kind"], kind)
        webhook = receiver.wait_for(r"^(\S+) (\S+)$").groups()
        same("the webhook", webhook, (f"activity.{kind}", str(revision)))

        headers, body = get(f"{origin}/api/v1/activities/{activity['id']}")
        shown = json.loads(body)
        same("the API's revision", shown["revision"], revision)
        same("the answer's revision", answer["activity"]["revision"], revision)
        uids.add(shown["uid"])
        for scope in ["all", "district/haidian", f"activity/{activity['id']}"]:
            for language in ["zh", "en"]:
                event = event_of(get(f"{origin}/feeds/{language}/{scope}.ics")[1], shown["uid"])
                same(f"SEQUENCE in {language}/{scope}.ics", event["SEQUENCE"], str(revision - 1))
                same(f"STATUS in {language}/{scope}.ics", event["STATUS"], status[kind])
                in_news, guid, title = newest_item(get(f"{origin}/feeds/{language}/{scope}.rss")[1])
                same(f"the newest item's revision in {language}/{scope}.rss", in_news, revision)
                if f"{guid} {scope}" in seen:
                    sys.exit(f"{guid} is no new item in {language}/{scope}.rss")
                seen.add(f"{guid} {scope}")
        print(f"{kind:<12} {shown['revision']:>4} {headers['ETag']:>5} {event['SEQUENCE']:>9} {event['STATUS']:<10} "
              f"{in_news:>5}  {' '.join(webhook)}, {title}")
    same("the number of UIDs", len(uids), 1)
    receiver.end()
    same("the program's exit", program.end(), 0)


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


if __name__ == "__main__":
    import standardwebhooks  # noqa: F401  fails here, not later, where it is missing

    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        walk(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(folder))
