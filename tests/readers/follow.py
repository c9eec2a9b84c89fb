"""Following feeds: what is expected of a reader, and what stands in a document."""

import datetime
import functools
import json
import re
import urllib.request
import zoneinfo

import feedparser

import apps
from running import PATIENCE_S

SHANGHAI = zoneinfo.ZoneInfo("Asia/Shanghai")
LANGUAGES, FORMATS = ("zh", "en"), ("rss", "atom", "json")
WITHDRAWN = {"zh": "[撤回] 一项活动的通告已撤回", "en": "[Withdrawn] The notices of an activity were withdrawn"}


class Still(urllib.request.HTTPRedirectHandler):
    """Every address here must be the very one."""

    def redirect_request(self, *_):
        return None


OPENER = urllib.request.build_opener(Still)


def fetch(address):
    with OPENER.open(address, timeout=PATIENCE_S) as answer:
        return answer.read()


def language_of(address):
    return address.split("/feeds/")[1][:2]


def format_of(address):
    return address.partition("?")[0].rpartition(".")[2]


@functools.cache
def read(address, body):
    """What a document holds and where it points, by relation. JSON Feed has no links: they stand in our extension."""
    if format_of(address) == "json":
        feed = json.loads(body)
        found, items = feed["_yueli"]["links"] + [{"rel": "self", "href": feed["feed_url"]}], feed["items"]
    else:
        feed = feedparser.parse(body, sanitize_html=False, resolve_relative_uris=False)  # these take their time
        found, items = feed.feed.links, feed.entries
    links = {link["rel"]: link["href"] for link in found if "hreflang" not in link}
    return links, [re.search(r"ntc_[0-9A-Z]{26}", item["id"]).group() for item in items]


def links(address, body):
    return read(address, body)[0]


def ids_of(address, body):
    return read(address, body)[1]


class Household:
    """Somebody with every reader, who follows the same feeds in each."""

    def __init__(self, checks, folder, addresses):
        self.checks = checks
        self.readers = [
            reader(folder, [address for address in addresses if format_of(address) in reader.formats]) for reader in apps.ALL
        ]

    def poll(self, expected):
        """`expected` says which news an address brings to a reader."""
        for reader in self.readers:
            before = reader.shown()
            self.checks.same(f"{reader.name} complains", reader.poll(), [])
            after = reader.shown()
            for address in before:
                self.compare(reader, address, before[address], after[address], expected(address, reader))
            self.checks.same(f"{reader.name} complains, nothing new", reader.poll(), [])
            self.checks.same(f"{reader.name}: shown when nothing is new", reader.shown(), after)
            for address, status in getattr(reader, "statuses", {}).items():
                self.checks.same(f"{reader.name}: HTTP status of {address} when nothing is new", status, 304)

    def compare(self, reader, address, before, after, expected):
        where = f"{reader.name}: {address}"
        new = sorted((after[id] for id in after if id not in before), key=lambda entry: entry.link)
        expected = sorted(expected, key=lambda news: news.id)  # which stands in its link
        self.checks.same(f"{where}: new titles", [entry.title for entry in new], [news.title for news in expected])
        for entry, news in zip(new, expected):
            self.checks.same(f"{where}: link of {entry.title}", entry.link, news.link(language_of(address)))
            self.checks.same(f"{where}: time of {entry.title}", entry.told, news.told)
            for words in news.words:
                without = [text for text in entry.texts if words not in text]
                self.checks.same(f"{where}: texts without {words!r}", without, [])
        kept = {id: entry for id, entry in after.items() if id in before}
        self.checks.same(f"{where}: entries from before", kept, before)

    def homes(self):
        for reader in self.readers:
            for address, home in getattr(reader, "homes", dict)().items():
                root = address.partition("/feeds/")[0]
                self.checks.same(f"{reader.name}: page of {address}", home, f"{root}/{language_of(address)}/")


class News:
    """A notice as a reader is to show it."""

    def __init__(self, notice, title, origin, words=()):
        self.id, self.title, self.origin, self.words = notice["id"], title, origin, words
        published = datetime.datetime.fromisoformat(notice["published_at"])
        self.told, self.year = int(published.timestamp()), published.astimezone(SHANGHAI).year

    def link(self, language):
        return f"{self.origin}/{language}/notices/{self.id}"


def day(language, date, told_in, weekday=False):
    """As titles write it: the year only where it is not the notice's own."""
    if language == "zh":
        text = f"{date.month}月{date.day}日" + (f" 周{'一二三四五六日'[date.weekday()]}" if weekday else "")
        return text if date.year == told_in else f"{date.year}年{text}"
    text = f"{date:%a} " * weekday + f"{date.day} {date:%b}"
    return text if date.year == told_in else f"{text} {date.year}"
