#!/usr/bin/env python3
"""How soon 1,000 readers of the stream have a notice: python3 benches/stream.py target/release/yueli [READERS]

Announces 200 activities one after the other on SQLite, and takes for each reader and notice the time from sending the
announcement until the reader has read its line. One Python process reads all connections, so most of the time is its
own; everything runs on 127.0.0.1 and in a temporary folder.
"""
import asyncio, json, sys, time

import release  # the same helpers: serve, call, draft, stop

READERS = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000
NOTICES = 200


async def follow(port, arrived, ready):
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    writer.write(b"GET /feeds/stream HTTP/1.1\r\nHost: a\r\n\r\n")
    while await reader.readline() != b"retry: 3000\n":
        pass
    ready.release()
    times = {}
    while len(times) < NOTICES:
        line = await reader.readline()
        if line.startswith(b"id: "):
            times[int(line[4:])] = time.perf_counter()
    writer.close()
    arrived.append(times)


async def announced(port, token, ids, first):
    """When each announcement was sent, by position."""
    sent = {}
    for position, one in enumerate(ids, first):
        begin = time.perf_counter()
        answer = await asyncio.to_thread(release.call, port, "POST", f"/api/v1/activities/{one}/announce", token, {},
                                         {"If-Match": '"v1"'})
        assert answer[0] == 200, answer
        sent[position] = begin
        await asyncio.sleep(0.05)
    return sent


async def main_async():
    process, port, token, _ = release.serve(f"sqlite://{release.FOLDER}/yueli.db", "--demo")
    ids = [release.draft(port, token, number) for number in range(NOTICES)]
    head = int(json.loads(release.call(port, "GET", "/api/v1/notices?limit=1")[2])["head"])
    for readers in (1, READERS):
        arrived, ready = [], asyncio.Semaphore(0)
        if readers != 1:
            ids = [release.draft(port, token, number) for number in range(NOTICES)]
        following = [asyncio.create_task(follow(port, arrived, ready)) for _ in range(readers)]
        for _ in range(readers):
            await ready.acquire()
        sent = await announced(port, token, ids, head + 1)
        head += NOTICES
        await asyncio.wait_for(asyncio.gather(*following), 120)
        waits = sorted(times[position] - sent[position] for times in arrived for position in sent)
        assert len(waits) == readers * NOTICES, len(waits)
        p50, p99 = (waits[int(len(waits) * share)] * 1e3 for share in (0.5, 0.99))
        print(f"- {readers:,} reader(s), {NOTICES} notices: all {len(waits):,} read; announcement sent → read p50 {p50:.1f} ms, "
              f"p99 {p99:.1f} ms, at most {waits[-1] * 1e3:.1f} ms")
    release.stop(process)


if __name__ == "__main__":
    release.run(lambda: asyncio.run(main_async()))
