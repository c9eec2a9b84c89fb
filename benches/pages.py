#!/usr/bin/env python3
"""The figures on pages of docs/PERFORMANCE.md: python3 benches/pages.py target/release/yueli [PART…]

Parts, all by default: `nginx` sends the same bytes as files beside us, of the demo's start page, a month and an activity ·
`many` 10,000 activities: how long each kind of page takes when it is made, and what searches that nobody asked before
do to a page that is asked for all the time. On SQLite. Needs nginx and wrk (Debian: nginx-light, wrk). Everything runs
on 127.0.0.1 and in a temporary folder.
"""
import random
import re
import statistics
import sys
import urllib.parse

import feeds  # the same programme of 10,000
import release

PARTS = [word for word in sys.argv[2:] if word in ("nginx", "many")] or ["nginx", "many"]
SEARCHES = 1_000
PAGES = ("/zh/ /zh/calendar/2026 /zh/calendar/2026-07 /zh/agenda /zh/agenda?district=haidian&kind=roadshow "
         "/zh/search?q=%E6%B5%B7%E6%B7%80%E8%B7%AF%E6%BC%94 /zh/promise/2026 /zh/districts/haidian /zh/notices "
         "/zh/subscribe /sitemap.xml").split()
WORDS = "海淀 朝阳 路演 论坛 展览 发布 对接 健康 芯片 能源 数据 医药 材料 航天 智能 未来 国际 青年".split()


def beside_nginx():
    process, port, _, _ = release.serve(f"sqlite://{feeds.folder('demo.db')}", "--demo")
    page = release.call(port, "GET", "/zh/calendar/2021-09")[2].decode()
    activity = re.search(r'href="(/zh/e/[^"]+)"', page).group(1)
    for name, path in (("start page", "/zh/"), ("month", "/zh/calendar/2021-09"), ("activity", activity)):
        for connections in (1, 64):
            size, packed, rows = release.beside_nginx(port, path, connections)
            told = ", ".join(f"{what} {ours:,.0f} / {theirs:,.0f} = {ours / theirs:.2f} ×" for what, (ours, theirs) in rows.items())
            print(f"{name}, {size:,} bytes ({packed:,} gzip), {connections} connection(s): {told}", flush=True)
    release.stop(process)


def took_ms(port, path):
    return feeds.timed(port, path, headers=feeds.GZIP)[0]


def many():
    with feeds.served(feeds.ten_thousand()) as (process, port, _):
        print(f"{feeds.ACTIVITIES:,} activities; {feeds.memory(process)[0]:.0f} MB after the start")
        for path in PAGES:
            first = took_ms(port, path)
            again = statistics.median(took_ms(port, path) for _ in range(20))
            print(f"{path}: made in {first:.1f} ms, at hand {again:.2f} ms")
        alone = sorted(took_ms(port, "/zh/") for _ in range(SEARCHES))
        dice, beside, searched = random.Random(1), [], []
        for n in range(SEARCHES):
            words = "".join(dice.sample(WORDS, 3))
            searched.append(took_ms(port, f"/zh/search?q={urllib.parse.quote(words)}&page={n + 2}"))
            beside.append(took_ms(port, "/zh/"))
        for name, took in (("/zh/ alone", alone), ("searches", searched), ("/zh/ in turn with these", beside)):
            took.sort()
            print(f"{name}, {SEARCHES:,}: p50 {took[len(took) // 2]:.2f} ms, p99 {took[len(took) * 99 // 100]:.2f} ms")
        now, most = feeds.memory(process)
        print(f"memory {now:.0f} MB, at most {most:.0f} MB")


def main():
    if "nginx" in PARTS:
        beside_nginx()
    if "many" in PARTS:
        many()


if __name__ == "__main__":
    release.run(main)
