#!/usr/bin/env python3
"""What other libraries take to render the events of a calendar: Python's `icalendar`, npm's `ical-generator`.

Both get the same list of plain values, with dates already parsed, and are measured from there to the text; medians of
three. They are installed into the folder that is given. `rendering` is what benches/feeds.py calls; with `render FILE`
as arguments this is the measured program itself, run by the Python that has `icalendar`.
"""
import datetime, json, os, re, shutil, statistics, subprocess, sys, time

ROUNDS = 3

NODE = """
import { readFileSync } from "node:fs";
import ical from "ical-generator";
const events = JSON.parse(readFileSync(process.argv[2], "utf8"));
for (const event of events) for (const name of ["start", "end", "stamp", "created", "modified"]) event[name] = new Date(event[name]);
function render() {
  const calendar = ical({ prodId: "//Yueli//Bench//EN" });
  for (const e of events) {
    calendar.createEvent({
      id: e.uid, sequence: e.sequence, start: e.start, end: e.end, allDay: true, stamp: e.stamp, created: e.created,
      lastModified: e.modified, summary: e.summary, description: e.description, location: e.location, url: e.url,
      status: e.status, transparency: e.transparency, class: e.class, organizer: { name: e.organizer, email: e.email },
      categories: e.categories.map((name) => ({ name })),
    });
  }
  return calendar.toString();
}
const spent = [];
let text;
for (let round = 0; round < ROUNDS; round++) {
  const begin = performance.now();
  text = render();
  spent.push(performance.now() - begin);
}
console.log(JSON.stringify([spent, Buffer.byteLength(text), text.split("BEGIN:VEVENT").length - 1]));
"""


def events(calendar):
    """The events of our own calendar as plain values."""
    found, event = [], None
    plain = lambda text: re.sub(r"\\(.)", lambda m: "\n" if m[1] in "nN" else m[1], text)
    day = lambda text: f"{text[:4]}-{text[4:6]}-{text[6:8]}"
    moment = lambda text: f"{day(text)}T{text[9:11]}:{text[11:13]}:{text[13:15]}Z"
    for line in calendar.decode().replace("\r\n ", "").split("\r\n"):
        head, _, value = line.partition(":")
        name = head.partition(";")[0]
        if line == "BEGIN:VEVENT":
            event = {}
        elif line == "END:VEVENT":
            found.append({
                "uid": event["UID"], "sequence": int(event["SEQUENCE"]), "start": day(event["DTSTART"]),
                "end": day(event["DTEND"]), "stamp": moment(event["DTSTAMP"]), "created": moment(event["CREATED"]),
                "modified": moment(event["LAST-MODIFIED"]), "summary": plain(event["SUMMARY"]),
                "description": plain(event["DESCRIPTION"]), "location": plain(event["LOCATION"]), "url": event["URL"],
                "status": event["STATUS"], "transparency": event["TRANSP"], "class": event["CLASS"],
                "organizer": event["ORGANIZER;"], "email": event["ORGANIZER"].removeprefix("mailto:"),
                "categories": [plain(word) for word in re.split(r"(?<!\\),", event["CATEGORIES"])],
            })
            event = None
        elif event is not None:
            if name == "ORGANIZER":
                cn, value = re.fullmatch(r'ORGANIZER;CN="(.*?)":(.*)', line).groups()
                event["ORGANIZER;"] = cn
            event[name] = value
    return found


def render(file):
    """Prints the milliseconds of each round, the text's octets and its events."""
    import icalendar
    given = json.load(open(file))
    for event in given:
        for name in ("start", "end"):
            event[name] = datetime.date.fromisoformat(event[name])
        for name in ("stamp", "created", "modified"):
            event[name] = datetime.datetime.fromisoformat(event[name].replace("Z", "+00:00"))
    fields = {"sequence": "sequence", "dtstart": "start", "dtend": "end", "dtstamp": "stamp", "created": "created",
              "last-modified": "modified", "summary": "summary", "description": "description", "location": "location",
              "url": "url", "uid": "uid", "status": "status", "transp": "transparency", "class": "class",
              "categories": "categories"}
    spent = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        calendar = icalendar.Calendar()
        calendar.add("prodid", "-//Yueli//Bench//EN")
        calendar.add("version", "2.0")
        for values in given:
            event = icalendar.Event()
            for name, field in fields.items():
                event.add(name, values[field])
            organizer = icalendar.vCalAddress("mailto:" + values["email"])
            organizer.params["CN"] = values["organizer"]
            event.add("organizer", organizer)
            calendar.add_component(event)
        text = calendar.to_ical()
        spent.append((time.perf_counter() - begin) * 1e3)
    print(json.dumps([spent, len(text), text.count(b"BEGIN:VEVENT")]))


def rendering(calendar, folder):
    """A line for each library."""
    os.makedirs(folder)
    file, given = os.path.join(folder, "events.json"), events(calendar)
    json.dump(given, open(file, "w"))
    for name, measure in (("Python's icalendar", python), ("npm's ical-generator", node)):
        try:
            version, out = measure(folder, file)
        except (OSError, subprocess.CalledProcessError) as error:
            yield f"{name} is left out, it could not be installed or run: {error}"
            continue
        spent, size, count = json.loads(out)
        assert count == len(given), f"{name} rendered {count} events of {len(given)}"
        yield f"{name} {version}: {statistics.median(spent):,.0f} ms, {size / 1e6:.1f} MB (rendered to text, nothing else)"


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def python(folder, file):
    venv = os.path.join(folder, "venv")
    output(sys.executable, "-m", "venv", venv)
    its = os.path.join(venv, "bin", "python")
    output(its, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "icalendar")
    version = output(its, "-c", "import icalendar, platform; print(icalendar.__version__, 'on Python', platform.python_version())")
    return version.strip(), output(its, __file__, "render", file)


def node(folder, file):
    npm, program = shutil.which("npm"), os.path.join(folder, "render.mjs")
    if npm is None:
        raise FileNotFoundError("npm is not there")
    output(npm, "install", "--no-audit", "--no-fund", "--silent", "--prefix", folder, "ical-generator")
    open(program, "w").write(NODE.replace("ROUNDS", str(ROUNDS)))
    about = json.load(open(os.path.join(folder, "node_modules", "ical-generator", "package.json")))
    return f"{about['version']} on Node {output('node', '--version').strip()}", output("node", program, file)


if __name__ == "__main__" and sys.argv[1:2] == ["render"]:
    render(sys.argv[2])
