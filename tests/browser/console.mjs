// The console in a real browser: the daily work of a district's office and the organising one, with scripts off, with a
// pointer and by the keyboard alone; what every channel shows of it; and every page through axe.

import { createServer } from "node:http";
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { dayOf, LANGUAGES, pause, PATIENCE_MS, today } from "./running.mjs";
import { Keyboard, Pointer } from "./hands.mjs";
import { DEVICES, inspect, SCHEMES, TAGS, watch } from "./look.mjs";
import { FAULTY, imported, TABLE } from "./imports.mjs";
import { sourced } from "./sources.mjs";

/** A partner's system: keeps what it is sent. */
async function receiver() {
  const got = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (text) => (body += text));
    request.on("end", () => {
      got.push(JSON.parse(body));
      response.end("ok");
    });
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { got, url: `http://127.0.0.1:${server.address().port}/hook`, close: () => server.close() };
}

async function until(what, is) {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = await is();
    if (found) return found;
    if (Date.now() > end) throw new Error(`${what} did not come`);
    await pause(100);
  }
}

/** A tab in which somebody has logged in. */
async function seat(browser, yueli, { login, password }, options = {}) {
  const context = await browser.newContext({ javaScriptEnabled: false, locale: "zh-CN", ...options });
  const page = await context.newPage();
  const hand = new Pointer(page);
  await hand.open(`${yueli.origin}/console`);
  await hand.set("#login", login);
  await hand.set("#password", password);
  await hand.press("main form button");
  return { context, page };
}

/** Has the administrator add somebody; their password is shown once. */
async function person(page, yueli, login, role) {
  const hand = new Pointer(page);
  await hand.open(`${yueli.origin}/console/people`);
  await hand.set("form.fields #login", login);
  await hand.set("form.fields #role", role);
  await hand.press("form.fields button");
  const password = await page.locator("main [role=status] code").innerText();
  return { login, password };
}

const texts = {
  title: { zh: "海淀区人工智能路演", en: "Haidian artificial intelligence roadshow" },
  reason: { zh: "场地调整", en: "Another venue was needed" },
  asked: "请补充英文简介。",
};

/** The part of an inbox with an activity in it. */
const part = (page, id, title) => page.locator(`section:has(#${id}) li`, { hasText: title });

/** The daily work, each of the two with a hand of their own. */
async function daily(checks, yueli, people, Hand, language, number) {
  const title = { zh: `${texts.title.zh} ${number}`, en: `${texts.title.en} ${number}` };
  const district = new Hand(people.district.page);
  const office = new Hand(people.office.page);
  const { origin } = yueli;
  for (const { page } of [people.district, people.office]) {
    await page.goto(`${origin}/console/account`);
    if ((await page.locator("html").getAttribute("lang")) !== { zh: "zh-CN", en: "en" }[language]) {
      await page.locator(`button[name=language][value=${language}]`).click();
    }
  }
  const now = today();
  const [later, held] = [`${now.year + 1}-02-03`, dayOf(now, now.day)];

  checks.step = `${district.name}: a district drafts`;
  await district.open(`${origin}/console/activities/new`);
  await district.set('[name="/edition"]', String(now.year));
  await district.set('[name="/kind"]', "roadshow");
  await district.set('[name="/title/zh"]', title.zh);
  await district.set('[name="/when/precision"][value=day]', true);
  await district.set('[name="/when/starts_on"]', later);
  await district.set('[name="/venue/name/zh"]', "中关村国家自主创新示范区展示中心");
  await district.press(".buttons button");
  const here = district.page.url().replace(/\?.*/, "");
  const id = /act_\w+/.exec(here)?.[0] ?? "";
  checks.holds("the draft has a page", id !== "", here);
  checks.same("nobody outside sees it", (await yueli.text(`/api/v1/activities/${id}`)).status, 404);

  checks.step = `${district.name}: it is submitted and returned`;
  await district.open(`${here}/submit`);
  await district.set('[name="/comment"]', "请审核");
  await district.press(".buttons button");
  await office.open(`${origin}/console`);
  checks.same("it waits in the office's inbox", await part(office.page, "review", title.zh).count(), 1);
  await office.open(`${here}/return`);
  await office.set('[name="/comment"]', texts.asked);
  await office.press(".buttons button");

  checks.step = `${district.name}: the district mends it`;
  await district.open(`${origin}/console`);
  const returned = part(district.page, "returned", title.zh);
  checks.same("it is back in the district's inbox", await returned.count(), 1);
  checks.holds("with what was said", (await returned.innerText()).includes(texts.asked));
  await district.open(`${here}/edit`);
  await district.set('[name="/title/en"]', title.en);
  await district.press(".buttons button");
  await district.open(`${here}/submit`);
  await district.press(".buttons button");

  checks.step = `${office.name}: the office announces`;
  await office.open(`${here}/announce`);
  await office.press('button[name="step"]');
  const announced = await office.page.locator("section:has(#news) pre").first().innerText();
  checks.holds("the news item is shown before", announced.includes(title.zh), announced);
  await office.press("button.main");
  await district.open(`${origin}/console`);
  checks.same("the district sees what became of it", await part(district.page, "became", title[language]).count(), 1);

  checks.step = `${district.name}: it is moved with a reason`;
  await district.open(`${here}/reschedule`);
  await district.set('[name="/when/precision"][value=day]', true);
  await district.set('[name="/when/starts_on"]', held);
  await district.set('[name="/reason/code"]', "venue");
  await district.set('[name="/reason/zh"]', texts.reason.zh);
  await district.set('[name="/reason/en"]', texts.reason.en);
  await district.press('button[name="step"]');
  const shown = await district.page.locator("section:has(#news) pre").allInnerTexts();
  const titles = shown.map((text) => text.split("\n")[0]);
  const revision = Number(/(\d+)/.exec(await district.page.locator("main > p.hint").innerText())?.[1]);
  const before = (await yueli.get("notices?limit=1")).head;
  checks.same("looking at it moves nothing", (await yueli.get(`activities/${id}`)).when.starts_on, later);
  await district.press("button.main");
  checks.same("it is one notice", (await yueli.get("notices?limit=1")).head, before + 1);

  checks.step = `${district.name}: every channel shows the move`;
  const activity = await yueli.get(`activities/${id}`);
  checks.same("the API", [activity.revision, activity.when.starts_on, activity.previous_when.starts_on], [revision, held, later]);
  for (const [index, tongue] of LANGUAGES.entries()) {
    const rss = (await yueli.text(`/feeds/${tongue}/all.rss`)).body;
    const item = /<item>[\s\S]*?<\/item>/.exec(rss)?.[0] ?? "";
    const text = (tag) => (new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(item)?.[1] ?? "").replace(/&#?\w+;/g, "'");
    checks.same(`RSS in ${tongue} says what was shown`, text("title"), titles[index].replace(/[&<>"']/g, "'"));
    checks.same(`RSS in ${tongue} has the revision`, Number(text("yueli:revision")), revision);
    const atom = (await yueli.text(`/feeds/${tongue}/all.atom`)).body;
    checks.holds(`Atom in ${tongue} tells it`, /<entry>[\s\S]*?<\/entry>/.exec(atom)?.[0].includes(id));
    const json = JSON.parse((await yueli.text(`/feeds/${tongue}/all.json`)).body).items[0];
    checks.same(`JSON Feed in ${tongue} says what was shown`, json.title, titles[index]);
    const calendar = (await yueli.text(`/feeds/${tongue}/activity/${id}.ics`)).body.replace(/\r\n[ \t]/g, "");
    checks.holds(`the calendar in ${tongue} has the revision`, calendar.includes(`SEQUENCE:${revision - 1}\r\n`));
    checks.holds(`the calendar in ${tongue} has the day`, calendar.includes(`DTSTART;VALUE=DATE:${held.replaceAll("-", "")}`));
    const page = (await yueli.text(`/${tongue}/e/${id}-${activity.slug}`)).body;
    checks.holds(`the page in ${tongue} has the reason`, page.includes(texts.reason[tongue]));
    const home = (await yueli.text(`/${tongue}/notices`)).body;
    checks.holds(`the notices in ${tongue} have the reason`, home.includes(texts.reason[tongue]));
  }
  const told = await until("the webhook", () =>
    people.hook.got.find(({ type, data }) => type === "activity.rescheduled" && data.activity_id === id),
  );
  checks.same("the webhook has the revision", told.data.revision, revision);

  checks.step = `${district.name}: it is confirmed as held`;
  await district.open(`${here}/hold`);
  await district.set('[name="/figures/0/what"]', "on_site");
  await district.set('[name="/figures/0/value"]', "80");
  await district.set('[name="/figures/0/qualifier"]', "nearly");
  await district.set('[name="/outcomes/0/zh"]', "达成合作意向 3 项");
  await district.press('button[name="step"]');
  await district.press("button.main");
  const done = await yueli.get(`activities/${id}`);
  checks.same("it was held", [done.status, done.figures], ["held", [{ qualifier: "nearly", value: 80, what: "on_site" }]]);
  const { months } = await yueli.get(`promise/${now.year}`);
  checks.same("the month keeps its promise", months[now.month - 1].state, "kept");
  return id;
}

/** Every page that somebody may open, for axe. */
function pages(id, webhook, delivery) {
  const at = `/console/activities/${id}`;
  const to = `/console/webhooks/${webhook}`;
  return [
    "/console",
    "/console/activities",
    "/console/activities?status=draft&q=路演",
    "/console/activities/new",
    at,
    `${at}/edit`,
    `${at}/withdraw`,
    "/console/editions",
    `/console/editions/${today().year}`,
    "/console/webhooks",
    "/console/feeds",
    "/console/people",
    "/console/account",
    "/console/second-factor",
    "/console/activities/act_nothing",
    "/console/audit",
    `/console/audit?subject=${id}`,
    "/console/webhooks/new",
    to,
    `${to}/edit`,
    `${to}/deliveries`,
    `${to}/rotate`,
    `${to}/replay`,
    `${to}/delete`,
    `/console/deliveries/${delivery}`,
  ];
}

async function accessible(checks, browser, required, yueli, admin, known, folder) {
  const { id, webhook, delivery, sources } = known;
  const { source } = required("axe-core");
  if (folder) mkdirSync(folder, { recursive: true });
  for (const language of LANGUAGES) {
    for (const [device, options] of Object.entries(DEVICES)) {
      const { context, page } = await seat(browser, yueli, admin, { ...options, javaScriptEnabled: true });
      if ((await page.locator(`button[name=language][value=${language}]`).count()) > 0) {
        await page.locator(`button[name=language][value=${language}]`).click();
      }
      const take = await watch(page, yueli.origin);
      const inspector = await context.newCDPSession(page);
      const look = async (name) => {
        await inspector.send("Runtime.evaluate", { expression: source });
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        const here = checks.at(`console, ${language}, ${device}`);
        here.holds(`${name} does not scroll sideways`, wide <= 0, `${wide} px`);
        here.same(`${name} has h1`, await page.locator("h1").count(), 1);
        for (const colorScheme of SCHEMES) {
          await page.emulateMedia({ colorScheme });
          const { violations } = await page.evaluate(inspect, TAGS);
          checks.at(`axe, console, ${language}, ${device}, ${colorScheme}`).same(name, violations, []);
        }
        here.same(`${name} runs quietly`, await take(), []);
        await page.emulateMedia({ colorScheme: "light" });
        const file = name.replace(/(act|end|dlv|src|prp|fch)_(?=[0-9A-Z]{26})/g, "$1-").replaceAll(/[^\w]+/g, "-");
        if (folder) await page.screenshot({ path: join(folder, `${file}-${language}-${device}.png`), fullPage: true });
      };
      for (const path of [...pages(id, webhook, delivery), ...sources]) {
        await page.goto(yueli.origin + path);
        await look(path);
      }
      for (const [name, file] of [["an import's faults", FAULTY()], ["what an import would do", TABLE("12月1日")]]) {
        await page.goto(`${yueli.origin}/console/import`);
        await page.setInputFiles('[name="file"]', file);
        await page.locator(".buttons button").click();
        await page.locator("table.grid").waitFor();
        await look(name);
      }
      // Forms that were sent with something missing, and the look before a move.
      await page.goto(`${yueli.origin}/console/activities/new`);
      await page.locator(".buttons button").click();
      await look("a form with faults");
      await page.goto(`${yueli.origin}/console/activities/${id}/withdraw`);
      await page.selectOption('[name="/reason/code"]', "correction");
      await page.locator('button[name="step"]').click();
      await look("what an action would do");
      await context.close();
    }
    const { page, context } = await (async () => {
      const opened = await browser.newContext({ locale: language === "zh" ? "zh-CN" : "en-GB" });
      return { page: await opened.newPage(), context: opened };
    })();
    await page.goto(`${yueli.origin}/console/login`);
    const inspector = await context.newCDPSession(page);
    await inspector.send("Runtime.evaluate", { expression: source });
    const { violations } = await page.evaluate(inspect, TAGS);
    checks.at(`axe, console, ${language}`).same("the login", violations, []);
    checks.same("the login is in the browser's language", (await page.locator("html").getAttribute("lang")).slice(0, 2), language);
    await context.close();
  }
}

export async function consoleParts(checks, browser, required, yueli, folder) {
  const admin = { login: "demo", password: yueli.password };
  const hook = await receiver();
  const [{ id: webhook }] = await yueli.ask("POST", "webhooks", { url: hook.url });
  const { context, page } = await seat(browser, yueli, admin);
  const people = { hook };
  people.office = await seat(browser, yueli, await person(page, yueli, "office.li", "office"));
  people.district = await seat(browser, yueli, await person(page, yueli, "haidian.wang", "district:haidian"));
  const id = await daily(checks, yueli, people, Pointer, "zh", 1);
  await daily(checks, yueli, people, Keyboard, "en", 2);
  const sources = await sourced(checks, yueli, people, Pointer);
  const double = await imported(checks, yueli, people, Pointer, sources.at(-1).split("/").pop());
  sources.push("/console/import", double);
  for (const each of [people.office, people.district]) await each.context.close();
  await context.close();
  hook.close();
  const [log] = await yueli.ask("GET", `webhooks/${webhook}/deliveries`);
  const known = { id, webhook, sources, delivery: log.deliveries.at(-1).id };
  await accessible(checks, browser, required, yueli, admin, known, folder);
}
