"""Real news readers, each with its own notes of what it was told before.

A reader polls addresses and says what it shows for each: entries by the id under which it keeps them. None is helped:
`newsboat` and `rss2email` are the programs of the distribution in a home of their own.
"""

import calendar
import contextlib
import dataclasses
import datetime
import email
import email.policy
import email.utils
import html
import json
import mailbox
import os
import re
import sqlite3

import feedparser

from running import Subscriber, run


@dataclasses.dataclass(frozen=True)
class Shown:
    """An entry as somebody sees it in a reader: `told` is when, in seconds; `texts` are the short and the whole one, or
    the one that it shows of them."""

    title: str
    link: str
    told: int
    texts: tuple


def plain(text, markup=True):
    """What stands there, whatever the lines."""
    return " ".join((html.unescape(re.sub(r"<[^>]+>", " ", text)) if markup else text).split())


class Newsboat:
    """All feeds in one cache, where an entry stands once by its id, whatever feed brought it."""

    name, formats = "newsboat", ("rss", "atom")

    def __init__(self, folder, addresses):
        self.home = folder / "newsboat"
        self.home.mkdir()
        self.addresses, self.cache = addresses, self.home / "cache.db"
        (self.home / "urls").write_text("".join(f"{address}\n" for address in addresses))
        (self.home / "config").write_text(f'error-log "{self.home}/errors"\n')

    def newsboat(self, *arguments):
        files = ["-u", self.home / "urls", "-c", self.cache, "-C", self.home / "config"]
        return run(["newsboat", *files, *arguments], env={**os.environ, "HOME": str(self.home), "LC_ALL": "C.UTF-8"})

    def rows(self, query):
        if not self.cache.exists():
            return []
        with contextlib.closing(sqlite3.connect(self.cache, isolation_level=None)) as database:
            return database.execute(query).fetchall()

    def poll(self):
        """What it complains of; and of the entries that it showed before, none may be told again."""
        before = {guid for (guid,) in self.rows("SELECT guid FROM rss_item")}
        self.rows("UPDATE rss_item SET unread = 0")  # somebody read them all
        said = self.newsboat("-x", "reload", "print-unread")
        errors = self.home / "errors"
        complaints = errors.read_text().splitlines() if errors.exists() else []
        unread = {guid for (guid,) in self.rows("SELECT guid FROM rss_item WHERE unread")}
        complaints += [f"{guid} is told again" for guid in unread & before]
        if int(said.split()[0]) != len(unread):
            complaints.append(f"it says {said.strip()!r} of {len(unread)}")
        return complaints

    def shown(self):
        shown = {address: {} for address in self.addresses}
        for feed, guid, *entry, text in self.rows("SELECT feedurl, guid, title, url, pubDate, content FROM rss_item"):
            shown[feed][guid] = Shown(*entry, (plain(text),))
        return shown

    def homes(self):
        """The page that it opens for each feed."""
        return dict(self.rows("SELECT rssurl, url FROM rss_feed"))

    def version(self):
        return "newsboat " + self.newsboat("-v").split()[1]


class Rss2Email:
    """A mail for each entry, kept in a mailbox of files."""

    name, formats = "rss2email", ("rss", "atom")

    def __init__(self, folder, addresses):
        self.home = folder / "rss2email"
        (self.home / "mail").mkdir(parents=True)
        self.addresses, self.seen, self.mails = addresses, set(), {address: {} for address in addresses}
        feeds = "".join(f"[feed.feed-{number}]\nurl = {address.replace('%', '%%')}\n" for number, address in enumerate(addresses))
        (self.home / "config").write_text(
            "[DEFAULT]\nfrom = readers@yueli.example\nto = readers@yueli.example\ndate-header = True\nverbose = warning\n"
            f"email-protocol = maildir\nmaildir-path = {self.home}/mail\nmaildir-mailbox = new\n{feeds}")

    def poll(self):
        program = ["sh", "-c", 'r2e "$@" 2>&1', "r2e", "-c", self.home / "config", "-d", self.home / "data.json", "run"]
        complaints = run(program, env={**os.environ, "HOME": str(self.home), "LC_ALL": "C.UTF-8"}).splitlines()
        for name, message in mailbox.Maildir(self.home / "mail/new", factory=parsed).items():
            if name in self.seen:
                continue
            self.seen.add(name)
            kept, guid = self.mails[message["X-RSS-Feed"]], message["X-RSS-ID"]
            complaints += [f"{guid} is mailed again"] if guid in kept else []
            told = int(email.utils.parsedate_to_datetime(message["Date"]).timestamp())
            kept[guid] = Shown(message["Subject"], message["X-RSS-URL"], told, (plain(message.get_content(), markup=False),))
        return complaints

    def shown(self):
        return {address: dict(mails) for address, mails in self.mails.items()}

    def version(self):
        return run(["r2e", "--version"]).strip()


def parsed(file):
    return email.message_from_binary_file(file, policy=email.policy.default)


class Feedparser:
    """The library that most readers in Python are made with, rss2email too; asked with the validators of the last answer."""

    name, formats = "feedparser", ("rss", "atom")

    def __init__(self, _, addresses):
        self.addresses, self.kept = addresses, {address: {} for address in addresses}
        self.known = {address: (None, None) for address in addresses}
        self.statuses, self.homes_ = {}, {}

    def poll(self):
        complaints = []
        for address in self.addresses:
            etag, modified = self.known[address]
            read = feedparser.parse(address, etag=etag, modified=modified)
            self.statuses[address] = read.status
            complaints += [f"{address}: {read.get('bozo_exception')}"] if read.bozo else []
            if read.status == 304:
                complaints += [f"{address}: a 304 with entries"] if read.entries else []
                continue
            self.known[address] = (read.get("etag"), read.get("modified"))
            self.homes_[address] = read.feed.get("link")
            ids = [entry.id for entry in read.entries]
            complaints += [f"{address}: an id stands twice"] if len(ids) != len(set(ids)) else []
            for entry in read.entries:
                told = calendar.timegm(entry.published_parsed)
                texts = [entry.summary_detail, *entry.content]
                texts = tuple(plain(text.value, "html" in text.type) for text in texts)
                self.kept[address][entry.id] = Shown(entry.title, entry.link, told, texts)
        return complaints

    def shown(self):
        return {address: dict(kept) for address, kept in self.kept.items()}

    def homes(self):
        return self.homes_

    def version(self):
        return f"feedparser {feedparser.__version__}"


class JsonFeed:
    """No reader of these reads JSON Feed; this does what one would."""

    name, formats = "json", ("json",)

    def __init__(self, _, addresses):
        self.subscribers = {address: Subscriber(address) for address in addresses}
        self.kept, self.statuses, self.homes_ = {address: {} for address in addresses}, {}, {}

    def poll(self):
        complaints = []
        for address, subscriber in self.subscribers.items():
            self.statuses[address] = subscriber.fetch()
            feed = json.loads(subscriber.body)
            complaints += [f"{address} says it is {feed['feed_url']}"] if feed["feed_url"] != address else []
            self.homes_[address] = feed["home_page_url"]
            for item in feed["items"]:
                told = int(datetime.datetime.fromisoformat(item["date_published"]).timestamp())
                texts = (plain(item["summary"], markup=False), plain(item["content_html"]))
                self.kept[address][item["id"]] = Shown(item["title"], item["url"], told, texts)
        return complaints

    def shown(self):
        return {address: dict(kept) for address, kept in self.kept.items()}

    def homes(self):
        return self.homes_

    def version(self):
        return "JSON Feed 1.1"


ALL = (Newsboat, Rss2Email, Feedparser, JsonFeed)
