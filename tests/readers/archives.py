"""Whoever goes back from archive to archive finds every notice; and what is past stays as it is, byte for byte."""

import datetime
import json
import re
import urllib.error

from follow import FORMATS, LANGUAGES, WITHDRAWN, Household, News, fetch, ids_of, language_of, links
from running import Yueli

def chain(relation, here):
    """Every archive from one on, by its address, as far as the relation leads."""
    found = {}
    while here and here not in found:
        try:
            body = fetch(here)
        except urllib.error.HTTPError as other:
            if other.code != 302:  # the month to come
                raise
            break
        found[here] = body
        here = links(here, body).get(relation)
    return found


def month_of(archive):
    return re.search(r"(\d{4}-\d{2})\.\w+", archive).group(1)


def log(yueli, selection=""):
    """What the news tell of the log, the newest first."""
    after, notices = 0, []
    while True:
        page, _ = yueli.ask("GET", f"notices?after={after}&limit=500{selection}")
        notices += page["notices"]
        after = page["next_after"]
        if after >= page["head"]:
            break
    withdrawn = {notice["activity_id"] for notice in notices if notice["kind"] == "withdrawn"}
    told = [notice for notice in notices if notice["kind"] not in ("reminder", "corrected")
            and (notice["kind"] == "withdrawn" or notice["activity_id"] not in withdrawn)]
    told.sort(key=lambda notice: (datetime.datetime.fromisoformat(notice["published_at"]), notice["position"]), reverse=True)
    return [notice["id"] for notice in told]


def history(slug, districts, *steps, **more):
    when = {"precision": "day", "starts_on": "2021-06-10"}
    return {
        "slug": slug, "edition": 2021, "strand": "year_round", "kind": "forum", "title": {"zh": slug}, "districts": districts,
        "when": steps[-1].get("when", when), **more,
        "history": [{"action": "announce", "when": when, **steps[0]}, *steps[1:]],
    }


# Nothing in April and June; two either side of a month's end in Shanghai; one that news do not tell.
JULY = {"precision": "day", "starts_on": "2021-07-20"}
PAST = [
    history("first", ["haidian"], {"at": "2021-03-10"}, {"action": "reschedule", "at": "2021-05-02", "when": JULY}),
    history("second", ["chaoyang"], {"at": "2021-05-31T23:59:59+08:00"}),
    history("third", ["haidian"], {"at": "2021-07-01T00:00:00+08:00", "patch": {"summary": None}},
            {"action": "correct", "at": "2021-08-01", "patch": {"summary": {"zh": "改了一个错字。"}}},
            {"action": "cancel", "at": "2021-09-15"}, summary={"zh": "改了一个错字。"}),
]
LATE = [history("late", ["haidian"], {"at": "2021-07-15"})]
CROWD = 105  # more than a feed holds


def past(activities, **more):
    return {"format": "yueli/1", "activities": activities, **more}


def walk(checks, binary, folder):
    checks.step = "archives"
    yueli = Yueli(binary, folder)
    editions = [{"year": year, "theme": {"zh": "主题"}} for year in (2021, 2035)]
    yueli.post("imports?as=history", past(PAST, editions=editions))
    crowd = [{
        "slug": f"crowd-{number}", "edition": 2035, "strand": "year_round", "kind": "forum", "title": {"zh": f"论坛{number}"},
        "districts": ["haidian" if number % 2 else "miyun"], "when": {"precision": "day", "starts_on": "2035-11-28"},
    } for number in range(CROWD)]
    yueli.post("imports?as=announced", past(crowd))

    # Feeds, with what of the log they are.
    feeds = {f"{yueli.origin}/feeds/{language}/all.{format}": "" for language in LANGUAGES for format in FORMATS}
    whole = list(feeds)
    feeds |= {f"{yueli.origin}/feeds/zh/district/haidian.{format}": "&district=haidian" for format in FORMATS}
    feeds |= {f"{yueli.origin}/feeds/zh/all.{format}?district=miyun": "&district=miyun" for format in FORMATS}
    everybody = Household(checks, folder, whole)
    everybody.poll(lambda address, _: read_anew(yueli, address))
    months = {feed: walk_months(checks, yueli, feed, selection) for feed, selection in feeds.items()}
    empty = [month for month, (archive, body) in months[whole[0]].items() if not ids_of(archive, body)]
    oldest, newest = min(months[whole[0]]), max(months[whole[0]])
    checks.same("the oldest archive", oldest, "2021-03")
    print(f"archives: {len(months[whole[0]])} months from {oldest} to {newest}, {len(empty)} of them empty", flush=True)

    def again(step, news, changed):
        """After something was published: which closed months are other bytes than before."""
        checks.step = step
        everybody.poll(news)
        for feed, selection in feeds.items():
            before, after = months[feed], walk_months(checks, yueli, feed, selection)
            other = {month for month in before if month < newest and before[month] != after[month]}
            checks.same(f"closed months of {feed} that are other bytes", other, changed(feed))
            months[feed] = after

    draft, version = yueli.post("activities", {**crowd[0], "slug": "new", "title": {"zh": "新论坛"}, "districts": ["haidian"]})
    answer, _ = yueli.post(f"activities/{draft['activity']['id']}/announce", {}, version)
    told = {"zh": "[新增] 新论坛 · 2035年11月28日 周三 · 海淀", "en": "[New] 新论坛 · Wed 28 Nov 2035 · Haidian"}
    again("announce", lambda address, _: [News(answer["notice"], told[language_of(address)], yueli.origin)], lambda _: set())

    # It is told to nobody who follows, and stands in its month.
    yueli.post("imports?as=history", past(LATE))
    again("import history", lambda *_: [], lambda feed: set() if "miyun" in feed else {"2021-07"})

    (second,) = yueli.ask("GET", "activities?district=chaoyang")[0]["activities"]
    _, version = yueli.ask("GET", f"activities/{second['id']}")
    answer, _ = yueli.post(f"activities/{second['id']}/withdraw", {"reason": {"code": "other"}}, version)

    def gone(address, _):
        return [News(answer["notice"], WITHDRAWN[language_of(address)], yueli.origin)]

    again("withdraw", gone, lambda feed: {"2021-05"} if feed in whole else set())
    checks.same("the program's exit", yueli.program.end(), 0)


def walk_months(checks, yueli, feed, selection):
    """Goes back from a feed to its first archive, then on from there through every month; each archive by its month. The
    log must be there both ways, all of it, each notice once and in its month, and the feed must leave no gap."""
    newest = ids_of(feed, fetch(feed))
    checks.same(f"{feed}: it holds the newest 100", len(newest) <= 100, True)
    past = chain("prev-archive", links(feed, fetch(feed)).get("prev-archive"))
    checks.same(f"{feed}: it has archives", bool(past), True)
    if not past:
        return {}
    *_, oldest = past
    told = log(yueli, selection)
    onward = dict(reversed(chain("next-archive", oldest).items()))
    for way, found in {"back": past, "onward": onward}.items():
        inside = [id for archive, body in found.items() for id in ids_of(archive, body)]
        missing, other = [id for id in told if id not in inside], [id for id in inside if id not in told]
        checks.same(f"{feed}: walked {way}: notices that are missing, and others", (missing, other), ([], []))
        checks.same(f"{feed}: walked {way}: notices in their order", inside == told, True)
        checks.same(f"{feed}: walked {way}: what stands in the feed alone", [id for id in newest if id not in inside], [])
    months = [month_of(archive) for archive in onward]
    checks.same(f"{feed}: months with an archive", months, back(months[0], months[-1]))
    apart = [archive for archive in past if past[archive] != onward.get(archive)]
    checks.same(f"{feed}: archives that only the way back leads to", apart, [])
    for archive, body in onward.items():
        to = links(archive, body)
        checks.same(f"{archive}: itself, and its feed", (to["self"], to["current"]), (archive, feed))
        checks.same(f"{archive}: an older one", "prev-archive" in to, archive != oldest)
    return {month_of(archive): (archive, body) for archive, body in onward.items()}


def back(newest, oldest):
    year, month = map(int, newest.split("-"))
    months = []
    while (here := f"{year:04}-{month:02}") >= oldest:
        months.append(here)
        year, month = (year - 1, 12) if month == 1 else (year, month - 1)
    return months


def read_anew(yueli, address):
    """What a reader shows who comes now: what stands in the feed."""
    language = language_of(address)
    items = json.loads(fetch(f"{yueli.origin}/feeds/{language}/all.json"))["items"]
    return [News({"id": item["url"].rpartition("/")[2], "published_at": item["date_published"]}, item["title"], yueli.origin)
            for item in items]
