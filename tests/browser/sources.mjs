// Sources in a real browser: a district follows a calendar, decides what it proposes, and looks at sources that are out of order.

import { createServer } from "node:http";

import { dayOf, today } from "./running.mjs";

/** A calendar of somebody else's, which says what it is told to. */
async function upstream() {
  let said = "";
  const server = createServer((_, response) => {
    response.setHeader("Content-Type", "text/calendar; charset=utf-8");
    response.end(said);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const say = (events) => {
    const lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//upstream//EN"];
    for (const { uid, title, day, place, status } of events) {
      lines.push("BEGIN:VEVENT", `UID:${uid}`, "DTSTAMP:20260101T000000Z", `SUMMARY:${title}`);
      lines.push(`DTSTART;VALUE=DATE:${day.replaceAll("-", "")}`, `LOCATION:${place ?? "中关村国际创新中心"}`);
      if (status) lines.push(`STATUS:${status}`);
      lines.push("END:VEVENT");
    }
    said = [...lines, "END:VCALENDAR", ""].join("\r\n");
  };
  return { say, url: `http://127.0.0.1:${server.address().port}/calendar.ics`, close: () => server.close() };
}

/** Follows a calendar by the forms, to the notice. Gives the pages that are to be looked at. */
export async function sourced(checks, yueli, people, Hand) {
  const { origin } = yueli;
  const hand = new Hand(people.district.page);
  const { page } = hand;
  const now = today();
  const day = (number) => dayOf({ year: now.year, month: 12 }, number);
  const status = () => page.locator("main [role=status]").innerText();
  const main = () => page.locator("main").innerText();
  const here = () => page.url().replace(/\?.*/, "");

  checks.step = `${hand.name}: a district follows a calendar`;
  const calendar = await upstream();
  const events = [
    { uid: "ai@upstream", title: "海淀区人工智能创新路演", day: day(8) },
    { uid: "carbon@upstream", title: "碳中和技术洽谈会", day: day(10) },
    { uid: "health@upstream", title: "生命健康跨境论坛", day: day(12) },
  ];
  calendar.say(events);
  await hand.open(`${origin}/console/sources/new`);
  await hand.set('[name="/name"]', "海淀区活动日历");
  await hand.set('[name="/url"]', calendar.url);
  await hand.press(".buttons button");
  const source = here();
  const id = /src_\w+/.exec(source)?.[0];
  await hand.press('form[action$="/poll"] button');
  checks.holds("what came of asking it is told", /3/.test(await status()), await status());
  await hand.open(`${origin}/console`);
  const waits = page.locator("section:has(#proposals) li", { hasText: "海淀区活动日历" });
  checks.same("its proposals wait in the inbox", await waits.count(), 1);

  checks.step = `${hand.name}: one is accepted with changes, the others at once`;
  await hand.open(`${origin}/console/proposals?source=${id}`);
  const links = page.locator('.lines a[href^="/console/proposals/"]');
  checks.same("three are proposed", await links.count(), 3);
  await hand.open(origin + (await links.filter({ hasText: events[0].title }).getAttribute("href")));
  const made = /act_\w+/.exec(await page.locator('main a[href^="/console/activities/"]').first().getAttribute("href"))[0];
  const before = (await yueli.get("notices?limit=1")).head;
  await hand.open(`${here()}/edit`);
  await hand.set('[name="/title/en"]', "AI innovation roadshow in Haidian");
  await hand.set('[name="/kind"]', "roadshow");
  await hand.press(".buttons button");
  checks.same("it is one notice", (await yueli.get("notices?limit=1")).head, before + 1);
  checks.same("with what was changed", (await yueli.get(`activities/${made}`)).title.en, "AI innovation roadshow in Haidian");
  await hand.open(`${origin}/console/proposals?source=${id}`);
  await hand.open(origin + (await page.locator('a[href$="/accept"]').first().getAttribute("href")));
  await hand.press(".buttons button");
  checks.same("the others are two notices", (await yueli.get("notices?limit=1")).head, before + 3);

  checks.step = `${hand.name}: what moved is seen side by side`;
  const [, version] = await yueli.ask("GET", `activities/${made}`);
  const when = { precision: "day", starts_on: day(20) };
  await yueli.ask("POST", `activities/${made}/reschedule`, { when }, version);
  const like = {
    edition: now.year, strand: "year_round", kind: "competition", title: { zh: "京津冀机器人创新大赛决赛" },
    when: { precision: "day", starts_on: day(15) }, districts: ["haidian"], office: "haidian",
  };
  const [{ activity }, first] = await yueli.ask("POST", "activities", like);
  await yueli.ask("POST", `activities/${activity.id}/announce`, {}, first);
  calendar.say([
    { ...events[0], day: day(9) },
    { ...events[1], day: day(11), place: "首钢园" },
    { ...events[2], status: "CANCELLED" },
    { uid: "robots@upstream", title: "京津冀机器人创新大赛复赛暨论坛", day: day(15) },
  ]);
  await hand.open(source);
  await hand.press('form[action$="/poll"] button');
  await hand.open(`${origin}/console/proposals?source=${id}`);
  const open = page.locator(".lines > li");
  const find = async (badge) => {
    const line = open.filter({ has: page.locator(".badge", { hasText: badge }) }).first();
    return origin + (await line.locator("a").first().getAttribute("href"));
  };
  checks.same("all of it is proposed", await open.count(), 5);
  const conflict = await find(/^(有冲突|Conflict)$/);
  const duplicate = await find(/^(可能重复|Maybe a duplicate)$/);
  const cancelled = await find(/^(取消|Called off)$/);
  const fetched = await page.locator('a[href$="/accept"]').first().getAttribute("href");
  await hand.open(conflict);
  checks.holds("all three sides stand there", (await page.locator("table.sides td").count()) >= 3, await main());
  await hand.open(cancelled);
  await hand.set('[name="/reason"]', "主办方确认照常举办");
  await hand.press('form[action$="/reject"] button');
  checks.same("it stands as it was", (await yueli.get("notices?limit=1")).head, before + 5);

  checks.step = `${hand.name}: sources that are out of order`;
  const other = await upstream();
  const four = [1, 2, 3, 4].map((n) => ({ uid: `${n}@other`, title: `海淀区季度沙龙第${n}场`, day: day(n + 20) }));
  other.say(four);
  const input = { name: "海淀园沙龙日历", format: "ics", office: "haidian", url: other.url };
  const [{ id: doubtful }] = await yueli.ask("POST", "sources", input);
  await yueli.ask("POST", `sources/${doubtful}/poll`, {});
  other.say(four.slice(0, 1));
  await yueli.ask("POST", `sources/${doubtful}/poll`, {});
  other.close();
  const [{ id: failing }] = await yueli.ask("POST", "sources", { ...input, name: "已停用的日历" });
  await yueli.ask("POST", `sources/${failing}/poll`, {});
  const [{ id: table }] = await yueli.ask("POST", "sources", { name: "街镇上报表", format: "csv", office: "haidian" });
  await hand.open(`${origin}/console`);
  checks.same("they are in the inbox", await page.locator("section:has(#sources) li").count(), 2);
  calendar.close();

  const at = (path) => path.replace(origin, "");
  return [
    "/console/sources",
    "/console/sources/new",
    ...["", "/edit", "/fetches", "/entries", "/delete", "/file"].map((end) => at(source) + end),
    ...["", "/whole"].map((end) => `/console/sources/${doubtful}${end}`),
    `/console/sources/${failing}`,
    `/console/sources/${table}`,
    "/console/proposals",
    "/console/rejections",
    ...[conflict, `${conflict}/edit`, duplicate, `${duplicate}/edit`, cancelled].map(at),
    fetched,
    fetched.replace("accept", "reject"),
    `/console/activities/${made}`,
  ];
}
