"""Follows a programme with real news readers, and says where one of them shows something else than was published.

The walk: an activity lives through its actions; after each, every reader must show one new entry in each feed, of that
title, and leave those before alone; a poll without news must bring none. Titles: texts that break documents must arrive
as they were given. Archives: whoever goes back from archive to archive finds every notice, and what is past stays as it
is, byte for byte.

    python tests/readers/readers.py target/debug/yueli

Needs newsboat, rss2email and xmllint, and a Python with requirements.txt. Prints a line for each step and one of
figures; lists every difference and exits with an error if there is any.
"""

import datetime
import itertools
import json
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.error
import xml.etree.ElementTree as xml

import feedparser

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True  # nothing is left in the tree
sys.path[:0] = [str(HERE.parent), str(HERE)]
import apps  # noqa: E402
import archives  # noqa: E402
from follow import FORMATS, LANGUAGES, SHANGHAI, WITHDRAWN, Household, News, day, fetch, format_of, language_of, links  # noqa: E402
from running import PATIENCE_S, Checks, Yueli  # noqa: E402

# The walk.

TITLE = {"zh": "硬科技项目路演", "en": "Deep-tech roadshow"}
PARK = {"zh": "清华科技园", "en": "Tsinghua Science Park"}
CENTRE = {"zh": "国家会议中心", "en": "China National Convention Center"}
REASON = {"zh": "场地调整, 换厅", "en": "The hall is needed elsewhere"}


def at(date, hour):
    return {"precision": "minute", "starts_at": f"{date}T{hour}:00:00+08:00"}


def steps(old, new):
    """What is done, its body, the title of the one entry that tells it (none: nobody is told), and words of its text.
    `D` writes a date."""
    return [
        ("announce", {}, lambda D: {
            "zh": f"[新增] {TITLE['zh']} · {D(old, True)} 09:00 · 海淀",
            "en": f"[New] {TITLE['en']} · {D(old, True)} 09:00 · Haidian",
        }, {}),
        ("correct", {"summary": {"zh": "改了一个错字。", "en": "A typing error was mended."}}, None, {}),
        ("reschedule", {"when": at(new, "09"), "reason": {"code": "venue", **REASON}}, lambda D: {
            "zh": f"[改期] {TITLE['zh']}:{D(old)} → {D(new)}",
            "en": f"[Rescheduled] {TITLE['en']}: {D(old)} → {D(new)}",
        }, REASON),
        ("relocate", {"venue": {"name": CENTRE}, "districts": ["chaoyang"]}, lambda D: {
            language: f"{label} {TITLE[language]}{':' if language == 'zh' else ': '}{PARK[language]} → {CENTRE[language]}"
            for language, label in {"zh": "[地点变更]", "en": "[Venue]"}.items()
        }, CENTRE),
        ("change-format", {"mode": "online", "live_url": "https://live.example/?a=1&b=2"}, lambda D: {
            "zh": f"[转线上] {TITLE['zh']} · {D(new, True)} 09:00 · 线上",
            "en": f"[Now online] {TITLE['en']} · {D(new, True)} 09:00 · Online",
        }, {}),
        ("postpone", {"reason": {"code": "weather"}}, lambda D: {
            "zh": f"[延期待定] {TITLE['zh']}(原定{D(new)})",
            "en": f"[Postponed, date to come] {TITLE['en']} (was {D(new)})",
        }, {"zh": "天气原因"}),
        ("reinstate", {}, lambda D: {
            "zh": f"[恢复] {TITLE['zh']} · {D(new, True)} 09:00 · 线上",
            "en": f"[Back on] {TITLE['en']} · {D(new, True)} 09:00 · Online",
        }, {}),
        ("cancel", {"reason": {"code": "merge"}}, lambda D: {
            "zh": f"[取消] {TITLE['zh']}(原定{D(new)})", "en": f"[Cancelled] {TITLE['en']} (was {D(new)})",
        }, {"zh": "活动合并"}),
        ("withdraw", {"reason": {"code": "other", "zh": "误发"}}, lambda D: WITHDRAWN, {}),
    ]


def walk(checks, binary, folder):
    yueli = Yueli(binary, folder)
    this_year = datetime.datetime.now(SHANGHAI).year
    year = this_year + 1  # still to come on every day of the year
    old, new = datetime.date(year, 11, 28), datetime.date(year, 12, 5)
    yueli.post("editions", {"year": year, "theme": {"zh": "主题"}})
    feeds = [f"{yueli.origin}/feeds/{language}/all.{format}" for language in LANGUAGES for format in FORMATS]
    everybody = Household(checks, folder, feeds)
    checks.step = "before there are notices"
    everybody.poll(lambda *_: [])
    everybody.homes()

    common = {"edition": year, "strand": "year_round", "kind": "roadshow", "districts": ["haidian"], "mode": "offline"}
    draft, version = yueli.post("activities", {**common, "title": TITLE, "venue": {"name": PARK}, "when": at(old, "09")})
    # Of changes alone, at the address that the list of feeds names; with readers of their own, as newsboat shows an entry
    # once, whichever of two feeds brings it.
    outlines = xml.fromstring(fetch(f"{yueli.origin}/feeds/zh/feeds.opml")).iter("outline")
    (changes_only,) = [outline.get("xmlUrl") for outline in outlines if "notice=" in outline.get("xmlUrl", "")]
    (folder / "changes").mkdir()
    changes = Household(checks, folder / "changes", [changes_only])
    print(f"{'step':<14} {'revision':>8}  shown by {', '.join(reader.version() for reader in everybody.readers)}")
    told = 0
    for action, body, titles, words in steps(old, new):
        checks.step = action
        path = f"activities/{draft['activity']['id']}"
        if action == "correct":
            answer, version = yueli.post(f"{path}?quiet=true", body, version, "PATCH")
        else:
            answer, version = yueli.post(f"{path}/{action}", body, version)
        notice, withdrawn = answer["notice"], action == "withdraw"

        def expected(address, reader, notice=notice, titles=titles, words=words):
            if titles is None:
                return []
            language = language_of(address)
            news = News(notice, None, yueli.origin, [words[language]] if language in words else [])
            news.title = titles(lambda date, weekday=False: day(language, date, news.year, weekday))[language]
            return [news]

        everybody.poll(expected)
        changes.poll(lambda *of: [] if action == "announce" else expected(*of))
        if withdrawn:
            for address in [*feeds, changes_only]:
                body = fetch(address).decode()
                checks.same(f"what was withdrawn stands in {address}", [name in body for name in TITLE.values()], [False] * 2)
        told += titles is not None
        title = titles and titles(lambda date, weekday=False: day("zh", date, this_year, weekday))["zh"]
        print(f"{action:<14} {answer['activity']['revision']:>8}  {title or 'nothing'}", flush=True)
    checks.step = "after the walk"
    newsboat = everybody.readers[0]
    kept = {feed: len(entries) for feed, entries in newsboat.shown().items()}
    checks.same("newsboat: entries of zh and en in one cache, RSS and Atom", kept, {feed: told for feed in newsboat.addresses})
    checks.same("the program's exit", yueli.program.end(), 0)


# Haste.


def haste(checks, binary, folder):
    """Many notices within a second, with a poll after each: libcurl throws away an answer that is not dated later than the
    one before, and newsboat keeps its tag all the same."""
    checks.step = "in haste"
    yueli = Yueli(binary, folder)
    yueli.post("editions", {"year": 2035, "theme": {"zh": "主题"}})
    addresses = [f"{yueli.origin}/feeds/zh/all.{format}" for format in apps.Newsboat.formats]
    newsboat = apps.Newsboat(folder, addresses)
    newsboat.poll()
    common = {
        "edition": 2035, "strand": "year_round", "kind": "roadshow", "title": TITLE, "districts": ["haidian"],
        "mode": "offline", "when": {"precision": "day", "starts_on": "2035-11-28"},
    }
    told = []
    for number in range(1, 13):
        draft, version = yueli.post("activities", common)
        answer, version = yueli.post(f"activities/{draft['activity']['id']}/announce", {}, version)
        told.append(answer["notice"]["published_at"])
        newsboat.poll()
        shown = {address: len(entries) for address, entries in newsboat.shown().items()}
        checks.same(f"newsboat: entries after notice {number}", shown, {address: number for address in addresses})
    moments = [datetime.datetime.fromisoformat(moment) for moment in told]
    print(f"in haste: {len(told)} notices in {(moments[-1] - moments[0]).total_seconds():.1f} s, newsboat polled after each")
    checks.same("the program's exit", yueli.program.end(), 0)


# Titles.

# As they are given, and as they must be shown where that is something else.
TITLES = {
    "退格\u0008键": "退格键",  # no document can hold it
    "非字符\ufffe在此": "非字符在此",
    "两\n行\u2028三\t行": "两 行 三 行",
    "结束 ]]> 之后": None,
    "<b>粗体</b> 与 <script>alert(1)</script>": None,
    "<b>粗体</b> <i>斜体</i>": None,
    "<b> 与 1 < 2 > 0 <!-- & --> <?x?>": None,
    "研发 & 转化 AT&T &nosuch;": None,
    "写作 &amp; &lt;b&gt; &#169;": None,
    "庆祝 🎉 👩\u200d🔬 𠮷野家": None,
    "שלום עולם\u200f 和 مرحبا\u200f 2035": None,
    "'单' \"双\" \\n %s {0} $(id) `id`": None,
    "𠮷🎉&<" * 410: None,  # 4 KB
}
# An RSS title has no type. feedparser takes one with a reference or an end of a known tag for HTML, and rss2email then
# writes down what that would look like. Atom says that its titles are plain.
GUESSED = {
    "<b>粗体</b> <i>斜体</i>": "**粗体** _斜体_",
    "研发 & 转化 AT&T &nosuch;": "研发 & 转化 AT&T &nosuch;",
    "写作 &amp; &lt;b&gt; &#169;": "写作 & <b> (C)",
}
TOO_LONG = "长" * 4097


def titles(checks, binary, folder):
    checks.step = "titles"
    yueli = Yueli(binary, folder)
    texts = list(TITLES)
    both = [{"zh": text, "en": text} for text in texts]
    yueli.post("editions", {"year": 2035, "theme": {"zh": texts[3]}, "sections": [{"slug": "forum", "title": both[5]}]})
    yueli.post("series", {"slug": "nasty", "title": both[8]})
    addresses = [f"{yueli.origin}/feeds/{language}/all.{format}" for language in LANGUAGES for format in FORMATS]
    everybody = Household(checks, folder, addresses)
    everybody.poll(lambda *_: [])

    common = {
        "edition": 2035, "strand": "main_session", "section": "forum", "series": "nasty", "kind": "roadshow",
        "districts": ["haidian"], "audiences": ["investors"], "mode": "offline",
        "when": {"precision": "day", "starts_on": "2035-11-28"},
    }
    try:
        yueli.ask("POST", "activities", {**common, "title": {"zh": TOO_LONG}})
        checks.same("a title of over 4,096 characters is refused", False, True)
    except urllib.error.HTTPError as refused:
        checks.same("a title of over 4,096 characters is refused", (refused.code, json.load(refused)["errors"][0]["pointer"]), (422, "/title/zh"))
    notices, ids = [], []
    for text in both:
        place = {"name": {language: words[:40] for language, words in text.items()}}
        draft, version = yueli.post("activities", {**common, "title": text, "summary": text, "description": text, "venue": place})
        ids.append(draft["activity"]["id"])
        notices.append(yueli.post(f"activities/{ids[-1]}/announce", {}, version)[0]["notice"])
    plan, version = yueli.post("activities", {**common, "title": both[6], "when": {"precision": "month", "month": "2035-12"}})
    ids.append(plan["activity"]["id"])
    planned = yueli.post(f"activities/{ids[-1]}/announce", {}, version)[0]["notice"]
    date = datetime.date(2035, 11, 28)

    def expected(address, reader):
        language, news = language_of(address), []
        label, place = {"zh": ("新增", "海淀"), "en": ("New", "Haidian")}[language]
        for notice, text in zip(notices, texts):
            shown = TITLES[text] or text
            words = [] if reader.name == "rss2email" else [shown[:40]]  # that writes texts down with marks of its own
            if reader.name == "rss2email" and format_of(address) == "rss":
                shown = GUESSED.get(text, shown)
            news.append(News(notice, f"[{label}] {shown} · {day(language, date, None, True)} · {place}", yueli.origin, words))
        month = {"zh": "2035年12月", "en": "December 2035"}[language]
        return [*news, News(planned, f"[{label}] {texts[6]} · {month} · {place}", yueli.origin)]

    everybody.poll(expected)
    lint(checks, yueli, folder, ids)
    subscribe_to_all(checks, yueli, folder, len(ids))
    checks.same("the program's exit", yueli.program.end(), 0)


def lint(checks, yueli, folder, activities):
    """Every feed of every scope that has something to say, its archive and the lists of feeds."""
    scopes = ["all", "planning", "highlights", "district/haidian", "district/miyun", "section/2035/forum", "kind/roadshow",
              "audience/investors", "series/nasty", "edition/2035", *(f"activity/{id}" for id in activities)]
    documents = [f"{yueli.origin}/feeds/{language}/{scope}.{format}"
                 for language, scope, format in itertools.product(LANGUAGES, scopes, FORMATS)]
    documents += [f"{yueli.origin}/feeds/{language}/all.{format}?district=haidian&notice=announced"
                  for language, format in itertools.product(LANGUAGES, FORMATS)]
    documents += [archive for feed in documents for archive in [links(feed, fetch(feed)).get("prev-archive")] if archive]
    for language in LANGUAGES:
        opml = f"{yueli.origin}/feeds/{language}/feeds.opml"
        listed = [outline.get("xmlUrl") for outline in xml.fromstring(fetch(opml)).iter("outline") if outline.get("xmlUrl")]
        checks.same(f"{opml}: feeds that are listed twice", [feed for feed in set(listed) if listed.count(feed) > 1], [])
        documents += [opml, *listed]
    file = folder / "document"
    for document in dict.fromkeys(documents):
        body = fetch(document)
        format = format_of(document)
        if format == "json":
            items = [item["id"] for item in json.loads(body)["items"]]
            checks.same(f"{document}: every id once", len(items), len(set(items)))
            continue
        file.write_bytes(body)
        linted = subprocess.run(["xmllint", "--noout", file], capture_output=True, text=True, timeout=PATIENCE_S)
        checks.same(f"xmllint: {document}", (linted.returncode, linted.stderr), (0, ""))
        if format != "opml":
            read = feedparser.parse(body, response_headers={"content-type": f"application/{format}+xml; charset=utf-8"})
            checks.same(f"feedparser: {document}", (bool(read.bozo), read.version), (False, {"rss": "rss20", "atom": "atom10"}[format]))


def subscribe_to_all(checks, yueli, folder, notices):
    """Whoever takes the whole list of feeds into newsboat is told of each notice, and once."""
    (folder / "list").mkdir()
    newsboat = apps.Newsboat(folder / "list", [])
    opml = newsboat.home / "feeds.opml"
    opml.write_bytes(fetch(f"{yueli.origin}/feeds/zh/feeds.opml"))
    newsboat.newsboat("-i", opml)
    listed = [outline.get("xmlUrl") for outline in xml.fromstring(opml.read_bytes()).iter("outline") if outline.get("xmlUrl")]
    subscribed = [line.split()[0] for line in (newsboat.home / "urls").read_text().splitlines() if line]
    checks.same("newsboat: what it takes from the list of feeds", sorted(subscribed), sorted(listed))
    checks.same("newsboat complains of the listed feeds", newsboat.poll(), [])
    told = newsboat.rows("SELECT count(*), sum(unread) FROM rss_item")
    checks.same("newsboat: entries of all listed feeds, and unread ones", told, [(notices, notices)])


PARTS = (walk, haste, titles, archives.walk)


def main(binary):
    began, checks = time.monotonic(), Checks()
    for part in PARTS:
        with tempfile.TemporaryDirectory() as folder:
            part(checks, pathlib.Path(binary).resolve(), pathlib.Path(folder))
    print(f"readers: {checks.made} checks, {len(checks.faults)} differences, {time.monotonic() - began:.0f} s")
    return 1 if checks.faults else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
