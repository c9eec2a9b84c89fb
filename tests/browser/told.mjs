// One move, and the same revision of it everywhere: start page, month, activity, history, JSON-LD, calendar, news.

import { LANGUAGES, revision, written } from "./running.mjs";
import { address, move } from "./programme.mjs";

/** The smallest part of a page with a link to one of these and, where asked, a struck-through text. Runs in the page. */
function part([needles, struck]) {
  const holds = (element) =>
    needles.some((needle) => [...element.querySelectorAll("a[href]")].some(({ href }) => href.includes(needle))) &&
    (!struck || element.querySelector("del, s"));
  const kinds = ["li", "article", "tr", "td", "section", "div"].map((name) => `main ${name}`);
  const parts = [...document.querySelectorAll(`main, ${kinds}`)].filter(holds);
  if (parts.length === 0) return null;
  const least = parts.reduce((a, b) => (b.textContent.length < a.textContent.length ? b : a));
  const text = (elements) => [...elements].map((element) => element.textContent).join(" ");
  const whole = parts
    .filter((one) => one.matches("li, td, tr, article"))
    .map((one) => one.textContent.replace(/\s+/g, " "))
    .join(" ");
  return {
    whole,
    text: least.textContent.replace(/\s+/g, " "),
    struck: text(least.querySelectorAll("del, s")),
    html: least.outerHTML.slice(0, 600),
  };
}

function struckAndNew(checks, found, moved, language) {
  if (!checks.holds("it is told there with what was struck", found !== null)) return;
  checks.holds("the old date is struck through", written(moved.from, language).test(found.struck), found.html);
  checks.holds("the new date stands there", written(moved.to, language).test(found.text), found.html);
  checks.holds(
    `${revision(moved.revision, language)} stands there`,
    found.text.includes(revision(moved.revision, language)),
    found.html,
  );
}

export function documents(html) {
  return [...html.matchAll(/<script\s+type="application\/ld\+json"[^>]*>([\s\S]*?)<\/script>/g)].map(([, text]) =>
    JSON.parse(text),
  );
}

export async function told(checks, browser, yueli, activity) {
  const moved = await move(yueli, activity);
  checks.same("a move is one revision more", moved.revision, activity.revision + 1);
  const needles = [moved.id, moved.notice?.id ?? moved.id];
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  for (const language of LANGUAGES) {
    const one = address(moved, language);
    const visit = async (path) => {
      checks.step = `one move, ${path}`;
      const answer = await page.goto(yueli.origin + path);
      return checks.same("the page is there", answer.status(), 200);
    };
    if (await visit(`/${language}/`)) struckAndNew(checks, await page.evaluate(part, [needles, true]), moved, language);
    if (await visit(`/${language}/calendar/${moved.month}`)) {
      const found = await page.evaluate(part, [needles, false]);
      if (checks.holds("it stands in its new month", found !== null)) {
        const number = revision(moved.revision, language);
        checks.holds(`${number} stands there`, found.whole.includes(number), found.whole);
      }
    }
    const old = moved.from.slice(0, 7);
    if (old !== moved.month && (await visit(`/${language}/calendar/${old}`))) {
      const found = await page.evaluate(part, [needles, true]);
      if (checks.holds("it stands struck through in its old month", found !== null)) {
        checks.holds("with its new date", written(moved.to, language).test(found.whole), found.whole);
      }
    }
    if (await visit(one)) {
      const text = (await page.locator("main").innerText()).replace(/\s+/g, " ");
      const struck = (await page.locator("main del").allInnerTexts()).join(" ");
      checks.holds("the old date is struck through", written(moved.from, language).test(struck), struck);
      checks.holds("the new date stands there", written(moved.to, language).test(text));
      checks.holds("its revision stands there", text.includes(revision(moved.revision, language)));
      checks.holds("its reason stands there", text.includes(moved.reason[language]));
      const event = documents(await page.content()).find((found) => found["@type"] === "Event") ?? {};
      checks.same("JSON-LD has its status", event.eventStatus, "https://schema.org/EventRescheduled");
      checks.same("JSON-LD has its new start", Date.parse(event.startDate), Date.parse(moved.when.starts_at));
      checks.same(
        "JSON-LD has its old start",
        Date.parse(event.previousStartDate),
        Date.parse(activity.when.starts_at),
      );
    }
    if (await visit(`${one}/history`)) {
      const text = (await page.locator("main").innerText()).replace(/\s+/g, " ");
      checks.holds("its revision stands there", text.includes(revision(moved.revision, language)));
      checks.holds("its reason stands there", text.includes(moved.reason[language]));
    }
    checks.step = `one move, feeds in ${language}`;
    const calendar = await yueli.text(`/feeds/${language}/activity/${moved.id}.ics`);
    const sequence = /^SEQUENCE:(\d+)$/m.exec(calendar.body.replace(/\r\n[ \t]/g, "").replaceAll("\r", ""))?.[1];
    checks.same("the calendar has the revision less one", sequence, String(moved.revision - 1));
    const news = await yueli.text(`/feeds/${language}/all.rss`);
    const items = [...news.body.matchAll(/<item>[\s\S]*?<\/item>/g)]
      .map(([item]) => item)
      .filter((item) => item.includes(moved.id));
    const revisions = items.map((item) => Number(/<yueli:revision>(\d+)<\/yueli:revision>/.exec(item)?.[1]));
    checks.same("the news tell it with its revision", Math.max(...revisions), moved.revision);
  }
  await context.close();
  return moved;
}
