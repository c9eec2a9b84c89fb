#!/usr/bin/env python3
"""Writes the public holidays of mainland China, mainland.json, from a maintained data set.

    python3 src/domain/holidays/update.py [--chinese-days VERSION] [--chinesecalendar VERSION]

Takes npm's chinese-days, the newest unless a version is named, holds it against PyPI's chinesecalendar for every day of
the years that both have, and refuses to write when they differ. The same versions give the same bytes. Needs npm and
pip. To be run once the State Council has published a year's arrangement, in November as a rule.
"""

import argparse
import datetime
import importlib
import json
import pathlib
import subprocess
import sys
import tarfile
import tempfile

HERE = pathlib.Path(__file__).parent
FIRST_YEAR = 2015
ORDINARY = ("ordinary", None, None)

# Differences that were settled by the State Council's notice of the year, and how. chinese-days stands.
SETTLED = {
    date: "国办发明电〔2023〕7号 gives 1 January 2024 alone, joined to a plain weekend"
    for date in ("2023-12-30", "2023-12-31")
}


def run(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def pinned(name, version, sign):
    return f"{name}{sign}{version}" if version else name


def chinese_days(folder, version):
    """What npm's package says: about itself, its licence's text, and a kind with its festival for each named day."""
    package = pinned("chinese-days", version, "@")
    archive = json.loads(run("npm", "pack", "--silent", "--json", "--pack-destination", folder, package))[0]["filename"]
    with tarfile.open(pathlib.Path(folder, archive)) as tar:
        about, licence, data = (
            tar.extractfile(f"package/{name}").read().decode()
            for name in ("package.json", "LICENSE", "dist/chinese-days.json")
        )
    about, data = json.loads(about), json.loads(data)
    days = {}
    for kind, named in (("off", data["holidays"]), ("worked", data["workdays"])):
        for date, value in named.items():
            english, chinese, _ = value.split(",")
            if date in days:
                sys.exit(f"{date} is both a holiday and a working day in chinese-days {about['version']}")
            days[date] = (kind, chinese, english)
    source = {"package": about["name"], "registry": "npm", "version": about["version"], "licence": about["license"]}
    return source, licence, days


def chinesecalendar(folder, version):
    """The same of PyPI's package."""
    package = pinned("chinesecalendar", version, "==")
    pip = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
    run(*pip, "download", "--no-deps", "--only-binary", ":all:", "--dest", folder, package)
    [wheel] = pathlib.Path(folder).glob("chinesecalendar-*.whl")
    sys.path.insert(0, str(wheel))
    constants = importlib.import_module("chinese_calendar.constants")
    days = {
        date.isoformat(): (kind, constants.Holiday(english).chinese, english)
        for kind, named in (("off", constants.holidays), ("worked", constants.workdays))
        for date, english in named.items()
    }
    return {"package": "chinesecalendar", "registry": "PyPI", "version": wheel.name.split("-")[1]}, days


def years(days):
    return {int(date[:4]) for date in days}


def every_day(first, last):
    for number in range(datetime.date(first, 1, 1).toordinal(), datetime.date(last, 12, 31).toordinal() + 1):
        yield datetime.date.fromordinal(number)


def differences(ours, theirs, first, last):
    """The days of which the two sources say different things, with what they say."""
    dates = map(str, every_day(first, last))
    both = ((date, ours.get(date, ORDINARY), theirs.get(date, ORDINARY)) for date in dates)
    return {date: (one, other) for date, one, other in both if one != other}


def faults(days, last):
    """What an arrangement never has; such a source is not understood."""
    for date, (kind, chinese, english) in days.items():
        day = datetime.date.fromisoformat(date)
        if kind == "worked" and day.weekday() < 5:
            yield f"{date}, a weekday, is told to be worked for {chinese}"
        # What `until` below rests on.
        if day.month == 12 and day.day < 25:
            yield f"{date} is named for {chinese}; only the last week of a December was ever touched"
        if not chinese or not english:
            yield f"{date} has no name in both languages"
    for year in range(FIRST_YEAR, last + 1):
        if sum(date.startswith(str(year)) and told[0] == "off" for date, told in days.items()) < 20:
            yield f"{year} has fewer than 20 days off"


def main():
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--chinese-days", metavar="VERSION")
    arguments.add_argument("--chinesecalendar", metavar="VERSION")
    wanted = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        source, licence, ours = chinese_days(folder, wanted.chinese_days)
        checked, theirs = chinesecalendar(folder, wanted.chinesecalendar)
    if source["licence"] != "MIT" or "MIT License" not in licence:
        sys.exit(f"chinese-days {source['version']} is no longer under MIT but {source['licence']}: look before taking it")

    # All years that both have are compared; those from FIRST_YEAR on are kept.
    both = sorted(years(ours) & years(theirs))
    if both != list(range(both[0], both[-1] + 1)) or both[0] > FIRST_YEAR:
        sys.exit(f"the years that both sources have are not those from {FIRST_YEAR} on without a gap: {both}")
    last = both[-1]
    differing = differences(ours, theirs, both[0], last)
    if differing.keys() != SETTLED.keys():
        for date, (one, other) in differing.items():
            if date not in SETTLED:
                print(f"{date}: chinese-days says {one}, chinesecalendar {other}", file=sys.stderr)
        for date in SETTLED.keys() - differing.keys():
            print(f"{date}: settled, but the sources agree on it now", file=sys.stderr)
        sys.exit("nothing was written: look into the State Council's notice, then change SETTLED with the reason")
    kept = {date: told for date, told in sorted(ours.items()) if FIRST_YEAR <= int(date[:4]) <= last}
    if found := list(faults(kept, last)):
        sys.exit("\n".join(["nothing was written:", *found]))

    def days(wanted_kind):
        return {date: chinese for date, (kind, chinese, _) in kept.items() if kind == wanted_kind}

    document = {
        "about": "Days off and days worked in exchange (调休上班) in mainland China. Written by update.py; do not edit.",
        "source": source | {"notice": "LICENSE-chinese-days"},
        "checked_against": checked | {"years": f"{both[0]}-{last}", "settled": SETTLED},
        "from": f"{FIRST_YEAR}-01-01",
        # New Year's arrangement is published with the next year's and may touch the last week of this December.
        "until": f"{last}-12-24",
        "names": {chinese: english for _, chinese, english in kept.values()},
        "off": days("off"),
        "worked": days("worked"),
    }
    text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    (HERE / "mainland.json").write_text(text, encoding="utf-8")
    (HERE / "LICENSE-chinese-days").write_text(licence, encoding="utf-8")
    compared = sum(1 for _ in every_day(both[0], last))
    print(
        f"mainland.json: {FIRST_YEAR} to {last} from chinese-days {source['version']}; {compared} days of "
        f"{both[0]} to {last} agree with chinesecalendar {checked['version']}, but for {len(SETTLED)} that are settled"
    )


if __name__ == "__main__":
    main()
