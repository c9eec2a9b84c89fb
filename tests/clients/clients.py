"""Follows a programme with real calendar clients, and says where one of them shows something else than was published.

An activity is announced, rescheduled, postponed, cancelled, reinstated, moved to another district and withdrawn, while
two others stand still. After each step `icalendar`, `vdirsyncer`, `khal` and `ical.js` fetch the feeds over HTTP and
must show that state: the same entry, moved, marked, or gone from where it no longer belongs; and nothing else touched.
At last one is withdrawn of which only the month is known.

    python tests/clients/clients.py target/debug/yueli

Needs a Python with requirements.txt, node, and ical.js in target/clients (`npm ci` with the package files that stand
here). Prints a line for each step and one of figures; lists every difference and exits with an error if there is any.
"""

import dataclasses
import datetime
import importlib.metadata
import json
import os
import pathlib
import re
import sys
import tempfile
import time
import zoneinfo

import icalendar

HERE = pathlib.Path(__file__).resolve().parent
NODE_MODULES = HERE.parents[1] / "target" / "clients"
sys.dont_write_bytecode = True  # nothing is left in the tree
sys.path.insert(0, str(HERE.parent))
from running import Checks, Subscriber, Yueli, run  # noqa: E402

SHANGHAI = zoneinfo.ZoneInfo("Asia/Shanghai")
FEEDS = {"haidian": "district/haidian", "chaoyang": "district/chaoyang", "all": "all"}
MONTH = ("2035-12-01", "2036-01-01")


def at(text):
    return datetime.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def day(text):
    return datetime.date.fromisoformat(text)


@dataclasses.dataclass(frozen=True)
class Entry:
    """An activity as a calendar is to show it. `ends` is exclusive for days, as in the file, and may be unknown."""

    uid: str
    sequence: int
    status: str
    transparency: str
    title: str
    description: str
    location: str
    starts: datetime.date
    ends: datetime.date | None


# Text that is cut wrongly shows: signs that iCalendar escapes, lines longer than 75 octets, signs of four octets.
PROSE = "路演、对接；投资人与创业者面对面, 逗号; 分号, 反斜杠 \\ 与 \"引号\"。🚀𠮷\n第二行：" + "中关村" * 40

OPENING, MOVED = ("2035-12-05T09:00", "2035-12-05T11:30"), ("2035-12-12T14:00", "2035-12-12T16:00")
ROADSHOW = {
    "edition": 2035, "strand": "year_round", "kind": "roadshow", "districts": ["haidian"], "mode": "offline",
    "title": {"zh": "硬科技项目路演", "en": "Deep-tech roadshow"}, "description": {"zh": PROSE},
    "venue": {"name": {"zh": "清华科技园"}},
    "when": {"precision": "minute", "starts_at": f"{OPENING[0]}:00+08:00", "ends_at": f"{OPENING[1]}:00+08:00"},
}
EXHIBITION = {
    "edition": 2035, "strand": "year_round", "kind": "exhibition", "districts": ["haidian"], "mode": "offline",
    "title": {"zh": "机器人展览；首展, \"未来\""},
    "when": {"precision": "day", "starts_on": "2035-12-20", "ends_on": "2035-12-22"},
}
FORUM = {  # nobody said when it ends
    "edition": 2035, "strand": "year_round", "kind": "forum", "districts": ["chaoyang", "haidian"], "mode": "mixed",
    "title": {"zh": "开放创新论坛"}, "live_url": "https://live.example/forum?a=1,2;b=3",
    "when": {"precision": "minute", "starts_at": "2035-12-24T23:30:00+08:00"},
}
PLAN = {  # known to the month: in the calendar `planning` and in no other
    "edition": 2035, "strand": "year_round", "kind": "conference", "districts": ["haidian"], "mode": "offline",
    "title": {"zh": "年度大会"}, "when": {"precision": "month", "month": "2035-12"},
}


# What was done, its body, and what of the activity is different from then on.
STEPS = [
    ("announce", {}, {}),
    ("reschedule", {
        "when": {"precision": "minute", "starts_at": f"{MOVED[0]}:00+08:00", "ends_at": f"{MOVED[1]}:00+08:00"},
        "reason": {"code": "venue", "zh": "场地调整, 换厅"},
    }, {"slot": MOVED, "fate": ["改期：2035年12月5日 → 2035年12月12日。", "原因：场地调整, 换厅。"]}),
    ("postpone", {"reason": {"code": "weather"}}, {
        "status": "TENTATIVE", "transparency": "TRANSPARENT", "mark": "【延期】",
        "fate": ["延期，新日期待定（原定2035年12月12日 周三 14:00）。", "原因：天气原因。"],
    }),
    ("cancel", {"reason": {"code": "merge"}}, {
        "status": "CANCELLED", "mark": "【取消】", "fate": ["已取消，原因：活动合并。"],
    }),
    ("reinstate", {}, {"status": "CONFIRMED", "transparency": "OPAQUE", "mark": "", "fate": []}),
    ("relocate", {"venue": {"name": {"zh": "国家会议中心"}}, "districts": ["chaoyang"]}, {
        "location": "国家会议中心, 朝阳区, 北京", "feeds": {"chaoyang", "all"},
    }),
    ("withdraw", {"reason": {"code": "other", "zh": "误发"}}, {"feeds": set()}),
]
ANNOUNCED = {
    "slot": OPENING, "status": "CONFIRMED", "transparency": "OPAQUE", "mark": "", "fate": [],
    "location": "清华科技园, 海淀区, 北京", "feeds": {"haidian", "all"},
}


def calendar_at(yueli, feed):
    return f"{yueli.origin}/feeds/zh/{FEEDS[feed]}.ics"


# icalendar, and the conditional requests that calendar apps make.


def parsed(calendar, document):
    """The entries of a document as `icalendar` reads it, by UID, with what it complains of."""
    entries, complaints = {}, [str(error) for error in calendar.errors]
    for event in calendar.walk("VEVENT"):
        complaints += [str(error) for error in event.errors]
        read = Entry(
            uid=str(event["UID"]), sequence=int(event["SEQUENCE"]), status=str(event["STATUS"]),
            transparency=str(event["TRANSP"]), title=str(event["SUMMARY"]), description=str(event["DESCRIPTION"]),
            location=str(event["LOCATION"]), starts=event["DTSTART"].dt, ends=event["DTEND"].dt if "DTEND" in event else None,
        )
        complaints += [f"{read.uid} stands twice in {document}"] if read.uid in entries else []
        entries[read.uid] = read
    return entries, complaints


def check_icalendar(checks, feed, subscriber, expected, changed):
    checks.same(f"HTTP status of {feed} for who has it", subscriber.fetch(), 200 if changed else 304)
    checks.same(f"HTTP status of {feed} at once again", subscriber.fetch(), 304)
    calendar = icalendar.Calendar.from_ical(subscriber.body)
    entries, complaints = parsed(calendar, feed)
    checks.same(f"icalendar's complaints of {feed}", complaints, [])
    checks.same(f"METHOD of {feed}", str(calendar["METHOD"]), "PUBLISH")
    compare(checks, f"icalendar: {feed}", entries, expected)
    for event in calendar.walk("VEVENT"):
        uid, sequence, stamp = str(event["UID"]), int(event["SEQUENCE"]), event["DTSTAMP"].dt
        zone = event["DTSTART"].params.get("TZID")
        checks.same(f"icalendar: {feed}: TZID of {uid}", zone, "Asia/Shanghai" if has_hours(event["DTSTART"].dt) else None)
        checks.same(f"icalendar: {feed}: LAST-MODIFIED of {uid}", event["LAST-MODIFIED"].dt, stamp)
        told = subscriber.stamps.setdefault(uid, (sequence, stamp, event["CREATED"].dt))
        checks.same(f"icalendar: {feed}: CREATED of {uid}", event["CREATED"].dt, told[2])
        checks.same(f"icalendar: {feed}: DTSTAMP of {uid} grows with SEQUENCE, and only then", stamp > told[1], sequence > told[0])
        subscriber.stamps[uid] = (sequence, stamp, told[2])


def has_hours(when):
    return isinstance(when, datetime.datetime)


def compare(checks, where, entries, expected):
    """Field by field, so that a difference names its field."""
    checks.same(f"{where}: entries", sorted(entries), sorted(expected))
    for uid in entries.keys() & expected.keys():
        for field in dataclasses.fields(Entry):
            got, wanted = getattr(entries[uid], field.name), getattr(expected[uid], field.name)
            checks.same(f"{where}: {field.name} of {uid}", got, wanted)


# vdirsyncer, and khal on what it wrote.


def configure(folder, yueli):
    pairs, calendars = [], []
    for feed in FEEDS:
        vdir = folder / "vdir" / feed
        vdir.mkdir(parents=True)
        pairs.append(f'[pair {feed}]\na = "{feed}_http"\nb = "{feed}_files"\ncollections = null\n'
                     f'[storage {feed}_http]\ntype = "http"\nurl = "{calendar_at(yueli, feed)}"\n'
                     f'[storage {feed}_files]\ntype = "filesystem"\npath = "{vdir}"\nfileext = ".ics"\n')
        calendars.append(f"[[{feed}]]\npath = {vdir}\nreadonly = True\n")
    (folder / "vdirsyncer.conf").write_text(f'[general]\nstatus_path = "{folder}/status"\n' + "".join(pairs))
    (folder / "khal.conf").write_text(
        "[calendars]\n" + "".join(calendars) + f"[sqlite]\npath = {folder}/khal.db\n"
        "[locale]\nlocal_timezone = Asia/Shanghai\ndefault_timezone = Asia/Shanghai\ntimeformat = %H:%M\n"
        "dateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\ndatetimeformat = %Y-%m-%d %H:%M\n"
        "longdatetimeformat = %Y-%m-%dT%H:%M\n")


def program(name):
    """A client's program, from the environment whose Python runs this."""
    return pathlib.Path(sys.executable).parent / name


def vdirsyncer(folder, command):
    environment = {**os.environ, "VDIRSYNCER_CONFIG": str(folder / "vdirsyncer.conf")}
    return run([program("vdirsyncer"), "--verbosity", "WARNING", command], env=environment)


def files(folder):
    """Every item file of every feed: marks that change whenever somebody writes it."""
    found = {}
    for path in sorted((folder / "vdir").glob("*/*")):
        about = path.stat()
        found[path.parent.name, path.name] = (about.st_ino, about.st_mtime_ns, path.read_bytes())
    return found


def named(address):
    """The UID that belongs to an activity's page: vdirsyncer takes feeds' UIDs for what they may be, and gives every
    item one made of its content (without DTSTAMP and LAST-MODIFIED), which moves with SEQUENCE."""
    return re.search(r"act_[0-9A-Z]{26}", address).group() + "@localhost"


def whose(item):
    return named(str(icalendar.Calendar.from_ical(item).walk("VEVENT")[0]["URL"]))


def check_vdirsyncer(checks, folder, expected, changed):
    """`changed` are the feeds in which the activity of that UID entered, changed or left; no file but its may move."""
    feeds, uid = changed
    before = files(folder)
    checks.same("vdirsyncer's warnings", vdirsyncer(folder, "sync"), "")
    after = files(folder)
    moved = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    touched = {(key[0], whose((after.get(key) or before[key])[2])) for key in moved}
    checks.same("vdirsyncer: files touched", touched, {(feed, uid) for feed in feeds})
    for feed in FEEDS:
        entries = {}
        for (of_feed, name), (_, _, item) in after.items():
            if of_feed == feed:
                calendar = icalendar.Calendar.from_ical(item)
                read, complaints = parsed(calendar, name)
                checks.same(f"vdirsyncer: {feed}/{name}", (list(read), complaints), ([name.removesuffix(".ics")], []))
                checks.same(f"vdirsyncer: {feed}/{name}: zones", [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")],
                            ["Asia/Shanghai"])
                for entry in read.values():
                    own = whose(item)
                    checks.same(f"vdirsyncer: {feed}: {own} stands once", own in entries, False)
                    entries[own] = dataclasses.replace(entry, uid=own)
        compare(checks, f"vdirsyncer: {feed}", entries, expected[feed])
    checks.same("vdirsyncer's warnings, nothing new", vdirsyncer(folder, "sync"), "")
    again = files(folder)
    touched = [key for key in after.keys() | again.keys() if after.get(key) != again.get(key)]
    checks.same("vdirsyncer: files touched, nothing new", touched, [])


def khal(folder, *arguments):
    environment = {**os.environ, "HOME": str(folder), "LC_ALL": "C.UTF-8", "XDG_DATA_HOME": str(folder)}
    return run([program("khal"), "-c", folder / "khal.conf", *arguments], env=environment).splitlines()


def check_khal(checks, folder, expected, hours):
    """The month's list, and who is on at an hour."""
    form = "{calendar}|{url}|{start-long}|{end-long}|{status}|{title}|{location}"
    listed = khal(folder, "list", "--once", "--day-format", "", "--format", form, *MONTH)
    wanted = []
    for feed in FEEDS:
        for entry in expected[feed].values():
            timed = has_hours(entry.starts)
            # khal shows the last day; and gives an entry without an end an hour.
            last = (entry.ends or entry.starts + datetime.timedelta(hours=1)) if timed else entry.ends - datetime.timedelta(days=1)
            shown = [f"{time:%Y-%m-%dT%H:%M}" if timed else f"{time}" for time in (entry.starts, last)]
            wanted.append("|".join([feed, entry.uid, *shown, f"{entry.status} ", entry.title, entry.location]))
    lines = [re.sub(r"\|http[^|]*\|", lambda url: f"|{named(url.group())}|", line) for line in listed if line]
    checks.same(f"khal list {' '.join(MONTH)}", sorted(lines), sorted(wanted))
    for hour in hours:
        on = [entry.title for entry in expected["all"].values() if has_hours(entry.starts) and entry.ends and entry.starts <= hour < entry.ends]
        moment = f"{hour:%Y-%m-%d %H:%M}"
        shown = khal(folder, "at", "-a", "all", "--day-format", "", "--format", "{title}", *moment.split())
        checks.same(f"khal at {moment}", [line for line in shown if line], on)


# ical.js


def check_ical_js(checks, yueli, expected):
    """On a machine whose clock runs elsewhere: instants must not depend on it."""
    environment = {**os.environ, "TZ": "America/New_York"}
    addresses = {feed: calendar_at(yueli, feed) for feed in FEEDS}
    said = json.loads(run(["node", HERE / "ical.mjs", *addresses.values()], cwd=NODE_MODULES, env=environment))
    for feed, address in addresses.items():
        entries = {}
        for read in said[address]:
            uid, zone = read["uid"], read.pop("zone")
            starts, ends = (time and in_shanghai(time) for time in (read.pop("starts"), read.pop("ends")))
            checks.same(f"ical.js: {feed}: zone of {uid}", zone, "Asia/Shanghai" if has_hours(starts) else None)
            entries[uid] = Entry(starts=starts, ends=ends, **read)
        checks.same(f"ical.js: {feed}: number of entries", len(said[address]), len(expected[feed]))
        compare(checks, f"ical.js: {feed}", entries, expected[feed])


def in_shanghai(time):
    return datetime.datetime.fromisoformat(time).astimezone(SHANGHAI) if "T" in time else day(time)


# The programme.


def announced(yueli, activity, **told):
    """Its entry, which no step changes, and its version."""
    draft, version = yueli.post("activities", activity)
    answer, version = yueli.post(f"activities/{draft['activity']['id']}/announce", {}, version)
    shown = answer["activity"]
    lines = [*told.pop("lines", []), f"详情：{shown['links']['html']}"]
    certain = {"status": "CONFIRMED", "transparency": "OPAQUE"}
    return Entry(uid=shown["uid"], sequence=0, title=activity["title"]["zh"], description="\n".join(lines),
                 **{**certain, **told}), version


def follow(binary, folder):
    checks, yueli = Checks(), Yueli(binary, folder)
    yueli.post("editions", {"year": 2035, "theme": {"zh": "主题"}})
    exhibition, _ = announced(yueli, EXHIBITION, location="海淀区, 北京", starts=day("2035-12-20"), ends=day("2035-12-23"))
    forum, _ = announced(yueli, FORUM, location="朝阳区、海淀区, 北京", starts=at("2035-12-24T23:30"), ends=None,
                         lines=[f"直播：{FORUM['live_url']}"])
    plan, plan_version = announced(yueli, PLAN, lines=["具体日期待定，目前只确定了2035年12月。"],
                                   location="海淀区, 北京", starts=day("2035-12-01"), ends=day("2036-01-01"),
                                   status="TENTATIVE", transparency="TRANSPARENT")
    still = {"haidian": {forum, exhibition}, "chaoyang": {forum}, "all": {forum, exhibition}}
    draft, version = yueli.post("activities", ROADSHOW)
    activity, state = draft["activity"], ANNOUNCED

    configure(folder, yueli)
    subscribers = {feed: Subscriber(calendar_at(yueli, feed)) for feed in FEEDS}
    vdirsyncer(folder, "discover")
    vdirsyncer(folder, "sync")
    planning = Subscriber(f"{yueli.origin}/feeds/zh/planning.ics")
    for subscriber in [planning, *subscribers.values()]:
        subscriber.fetch()

    print(f"{'step':<11} {'SEQUENCE':>8} {'STATUS':<10} {'starts':<17} stands in, with the title")
    stood_in = set()
    for sequence, (action, body, change) in enumerate(STEPS):
        checks.step = action
        answer, version = yueli.post(f"activities/{activity['id']}/{action}", body, version)
        state, activity = {**state, **change}, answer["activity"]
        starts, ends = map(at, state["slot"])
        entry = Entry(
            uid=activity["uid"], sequence=sequence, status=state["status"], transparency=state["transparency"],
            title=state["mark"] + ROADSHOW["title"]["zh"], location=state["location"], starts=starts, ends=ends,
            description="\n".join([*state["fate"], PROSE, f"详情：{activity['links']['html']}"]),
        )
        stands_in = state["feeds"]
        expected = {feed: {one.uid: one for one in still[feed] | ({entry} if feed in stands_in else set())} for feed in FEEDS}
        changed = stood_in | stands_in
        for feed, subscriber in subscribers.items():
            check_icalendar(checks, feed, subscriber, expected[feed], feed in changed)
        # A withdrawal takes its date away, so whose plan it was is not known any more: the plans are looked at anew.
        check_icalendar(checks, "planning", planning, {plan.uid: plan}, action == "withdraw")
        check_vdirsyncer(checks, folder, expected, (changed, entry.uid))
        check_khal(checks, folder, expected, [at("2035-12-05T10:00"), at("2035-12-12T15:00")])
        check_ical_js(checks, yueli, expected)
        stood_in = stands_in
        shown = f"{entry.sequence:>8} {entry.status:<10} {entry.starts:%Y-%m-%d %H:%M}" if stands_in else f"{'':>8} {'':<10} {'':<16}"
        print(f"{action:<11} {shown}  {' '.join(sorted(stands_in)) or 'no feed'} {entry.title if stands_in else ''}", flush=True)
    checks.step = "withdraw what is planned"
    yueli.post(f"activities/{plan.uid.partition('@')[0]}/withdraw", {"reason": {"code": "other"}}, plan_version)
    check_icalendar(checks, "planning", planning, {}, True)
    checks.step = "end"
    checks.same("the program's exit", yueli.program.end(), 0)
    return checks


def versions():
    package = json.loads((NODE_MODULES / "node_modules/ical.js/package.json").read_text())
    python = [f"{name} {importlib.metadata.version(name)}" for name in ("icalendar", "vdirsyncer", "khal")]
    return ", ".join([*python, f"ical.js {package['version']}"])


def main(binary):
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        checks = follow(pathlib.Path(binary).resolve(), pathlib.Path(folder))
    print(f"{versions()}: {len(STEPS)} steps, {len(FEEDS)} feeds, {checks.made} checks, {len(checks.faults)} differences, "
          f"{time.monotonic() - began:.0f} s")
    return 1 if checks.faults else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
