// Activities of the present month with every kind of move, told through the API; and the pages that show them.

import { dayOf, monthOf, pause, revision, today } from "./running.mjs";

const REASON = { code: "venue", zh: "场地调整", en: "The venue changed" };
const PLACE = { name: { zh: "中关村展示中心 A/B座", en: "Exhibition Centre A/B" }, address: { zh: "新建宫门路2号" } };
const OTHER_PLACE = {
  name: { zh: "首钢园三号高炉", en: "No. 3 Furnace, Shougang Park" },
  address: { zh: "石景山路68号" },
};

async function announce(yueli, number, more) {
  const [{ activity }, draft] = await yueli.ask("POST", "activities", {
    edition: today().year,
    strand: "year_round",
    kind: "roadshow",
    title: { zh: `浏览器试演${number}：投资 & 路演`, en: `Browser rehearsal ${number}: investors & roadshow` },
    districts: ["haidian"],
    mode: "offline",
    audiences: ["investors"],
    ...more,
  });
  const [announced, version] = await yueli.ask("POST", `activities/${activity.id}/announce`, {}, draft);
  return { ...announced.activity, version };
}

async function act(yueli, { id, version }, action, body) {
  const [told, next] = await yueli.ask("POST", `activities/${id}/${action}`, body, version);
  return { ...told.activity, version: next, notice: told.notice };
}

/** Makes them, and says which activity stands for what. */
export async function rehearse(yueli) {
  const now = today();
  const at = (day, hour) => ({
    precision: "minute",
    starts_at: `${dayOf(now, day)}T${hour}:00:00+08:00`,
    ends_at: `${dayOf(now, day)}T${Number(hour) + 2}:00:00+08:00`,
  });
  const on = (day, last) => ({
    precision: "day",
    starts_on: dayOf(now, day),
    ...(last && { ends_on: dayOf(now, last) }),
  });
  const { editions } = await yueli.get("editions");
  if (!editions.some(({ year }) => year === now.year)) {
    await yueli.ask("POST", "editions", { year: now.year, theme: { zh: "科技创新与产业创新深度融合" } });
  }
  const made = {};
  made.scheduled = await announce(yueli, 1, { when: at(3, "14"), venue: PLACE });
  made.beside = await announce(yueli, 2, { when: at(3, "16"), districts: ["chaoyang"], kind: "exchange" });
  const live_url = "https://example.org/live";
  made.online = await announce(yueli, 3, { when: at(10, "10"), mode: "online", districts: [], live_url });
  made.several = await announce(yueli, 4, {
    when: on(22, 24),
    kind: "exhibition",
    title: { zh: "只有中文名称的展览" },
  });
  made.month = await announce(yueli, 5, { when: { precision: "month", month: monthOf(now) } });
  made.last = await announce(yueli, 6, { when: at(now.length, "10"), audiences: ["public"], mode: "mixed" });
  made.rescheduled = await announce(yueli, 7, { when: at(12, "10") });
  made.rescheduled = await act(yueli, made.rescheduled, "reschedule", { when: at(17, "10"), reason: REASON });
  made.postponed = await announce(yueli, 8, { when: at(18, "10") });
  made.postponed = await act(yueli, made.postponed, "postpone", { reason: { code: "weather" } });
  made.cancelled = await announce(yueli, 9, { when: on(19) });
  made.cancelled = await act(yueli, made.cancelled, "cancel", { reason: { code: "merge" } });
  made.relocated = await announce(yueli, 10, { when: at(20, "10"), venue: PLACE });
  const elsewhere = { venue: OTHER_PLACE, districts: ["shijingshan"], reason: REASON };
  made.relocated = await act(yueli, made.relocated, "relocate", elsewhere);
  // On the first of a month what began at midnight is all that can have been.
  const past =
    now.day > 1 ? at(now.day - 1, "10") : { precision: "minute", starts_at: `${dayOf(now, 1)}T00:00:00+08:00` };
  made.held = await act(yueli, await announce(yueli, 11, { when: past }), "hold", {
    figures: [{ what: "on_site", value: 80, qualifier: "about" }],
    outcomes: [{ zh: "签约三项", en: "Three agreements were signed" }],
  });
  made.moving = await announce(yueli, 12, { when: at(25, "10"), venue: PLACE });
  await shown(yueli, made.moving, 1);
  return made;
}

/** Moves the last of them to the next month, or in December to another day of it. */
export async function move(yueli, activity) {
  const now = today();
  const to = now.month < 12 ? { year: now.year, month: now.month + 1 } : now;
  const day = dayOf(to, now.month < 12 ? 12 : 28);
  const when = { precision: "minute", starts_at: `${day}T15:00:00+08:00`, ends_at: `${day}T17:00:00+08:00` };
  const moved = await act(yueli, activity, "reschedule", { when, reason: REASON });
  await shown(yueli, moved, moved.revision);
  return { ...moved, reason: REASON, from: dayOf(now, 25), to: day, month: monthOf(to) };
}

/** Waits until the pages have what was just told. */
async function shown(yueli, activity, number) {
  for (let tries = 0; tries < 100; tries += 1) {
    const { body } = await yueli.text(address(activity, "zh"));
    if (body.includes(revision(number, "zh"))) return;
    await pause(50);
  }
}

/** An activity's page. */
export function address({ id, slug }, language) {
  return `/${language}/e/${id}-${slug}`;
}

/** What the addresses of pages need to know. */
export async function facts(yueli, checks, made) {
  const notices = (await yueli.get("notices?after=0&limit=1")).notices;
  const activities = await yueli.activities();
  const statuses = {};
  for (const status of ["scheduled", "rescheduled", "postponed", "cancelled", "held"]) {
    statuses[status] = made[status] ?? activities.find((activity) => activity.status === status);
  }
  const venues = {};
  for (const language of ["zh", "en"]) {
    const { body } = await yueli.text(address(made.relocated, language));
    venues[language] = new RegExp(`href="(/${language}/venues/[^"]+)"`).exec(body)?.[1];
    checks.holds(`${language}: an activity's page has a link to its venue`, venues[language] !== undefined);
  }
  const kept = await fetch(`${yueli.origin}/zh/saved`, {
    method: "POST",
    body: new URLSearchParams({ district: "haidian", lang: "bi", alarm: "PT1H" }),
    redirect: "manual",
  });
  checks.same("a subscription is kept", kept.status, 303);
  const saved = kept.headers.get("location").replace("/zh/", "");
  return {
    statuses,
    relocated: made.relocated,
    notice: made.rescheduled.notice?.id ?? notices[0].id,
    venues,
    saved,
  };
}

/** The public pages of a language, with the status they are answered with. */
export function pages(language, { statuses, relocated, notice, venues, saved }) {
  const { year } = today();
  const list = [
    "",
    "calendar/2021",
    "calendar/2021-07",
    `calendar/${year}`,
    `calendar/${monthOf(today())}`,
    "agenda",
    "agenda?district=haidian&kind=roadshow",
    "agenda?from=2021-07-01&to=2021-09-30&status=held",
    "search?q=海淀路演",
    "promise/2021",
    `promise/${year}`,
    "districts",
    "districts/haidian",
    "sections/2021/forum",
    "series",
    "series/zgc-2021-series",
    "kinds",
    "kinds/roadshow",
    "audiences",
    "audiences/investors",
    "venues",
    "notices",
    `notices/${notice}`,
    "subscribe",
    "subscribe?district=haidian&kind=roadshow",
    "editions",
    "about",
    "developers",
    "accessibility",
    saved,
  ].map((path) => `/${language}/${path}`);
  const activities = [...Object.values(statuses), relocated]
    .filter(Boolean)
    .map((activity) => address(activity, language));
  const moved = address(statuses.rescheduled ?? relocated, language);
  const paths = [...list, ...activities, `${moved}/history`, `${moved}/r/1`, `/embed/agenda?lang=${language}`];
  if (venues[language]) paths.push(venues[language]);
  return [
    ...paths.map((path) => ({ path: encodeURI(decodeURI(path)), status: 200 })),
    { path: `/${language}/nothing-here`, status: 404 },
  ];
}
