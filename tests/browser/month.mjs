// The table of a month by keyboard: arrows with scripts, Tab without, and a name with its date on every link.

import { LANGUAGES, monthOf, someDay, today, written } from "./running.mjs";

const MOST_LINKS = 60;

/** Where every link of the table stands. Runs in the page, and keeps the links there. */
function read() {
  const table = document.querySelector("table.month");
  if (!table) return null;
  const rows = [...table.tBodies].flatMap((body) => [...body.rows]);
  globalThis.inTable = [];
  const links = rows.flatMap((row, week) => {
    let column = 0;
    return [...row.cells].flatMap((cell) => {
      const here = column;
      column += cell.colSpan;
      return [...cell.querySelectorAll("a[href]")]
        .filter((link) => link.checkVisibility())
        .map((link) => {
          globalThis.inTable.push(link);
          const day = cell.querySelector("time")?.dateTime ?? null;
          return { week, column: here, day, href: link.getAttribute("href") };
        });
    });
  });
  return {
    links,
    caption: table.caption?.textContent.trim() ?? "",
    weekdays: [...table.querySelectorAll("thead th")].map((cell) => cell.getAttribute("scope")),
    all: table.querySelectorAll("a[href]").length,
  };
}

const focused = (page) => page.evaluate(() => globalThis.inTable.indexOf(document.activeElement));
const focus = (page, index) => page.evaluate((at) => globalThis.inTable[at].focus(), index);

/** The links that a key may lead to from one of them, as the keys are described to people. */
function wanted(links, index, key) {
  const at = links[index];
  const indices = (is) => links.flatMap((link, i) => (is(link) ? [i] : []));
  const row = indices((link) => link.week === at.week);
  const nearest = (weeks) => {
    if (weeks.length === 0) return null;
    const [week] = weeks;
    const there = indices((link) => link.week === week);
    const far = (i) => Math.abs(links[i].column - at.column);
    const least = Math.min(...there.map(far));
    return there.filter((i) => far(i) === least);
  };
  const weeks = [...new Set(links.map(({ week }) => week))];
  switch (key) {
    case "ArrowRight":
      return index + 1 < links.length ? [index + 1] : null;
    case "ArrowLeft":
      return index > 0 ? [index - 1] : null;
    case "ArrowDown":
      return nearest(weeks.filter((week) => week > at.week).sort((a, b) => a - b));
    case "ArrowUp":
      return nearest(weeks.filter((week) => week < at.week).sort((a, b) => b - a));
    case "Home":
      return [row[0]];
    case "End":
      return [row.at(-1)];
    default:
      throw new Error(key);
  }
}

const KEYS = ["ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp", "Home", "End"];

async function arrows(checks, page, links) {
  for (let index = 0; index < Math.min(links.length, MOST_LINKS); index += 1) {
    for (const key of KEYS) {
      await focus(page, index);
      await page.keyboard.press(key);
      const got = await focused(page);
      const may = wanted(links, index, key);
      if (may) checks.holds(`${key} from link ${index}`, may.includes(got), `expected ${may}, got ${got}`);
      else checks.holds(`${key} from link ${index} stays in the table`, got >= 0);
    }
  }
}

/** Tab leaves the table in both directions. */
async function leaves(checks, page, links) {
  for (const [key, start] of [
    ["Tab", 0],
    ["Shift+Tab", links.length - 1],
  ]) {
    await focus(page, start);
    let presses = 0;
    while (presses <= links.length + 1 && (await focused(page)) >= 0) {
      await page.keyboard.press(key);
      presses += 1;
    }
    checks.holds(`${key} leaves the table`, presses <= links.length + 1);
  }
  await focus(page, 0);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Tab");
  checks.holds("Tab after an arrow goes on", (await focused(page)) !== -1 || links.length < 3);
}

async function names(checks, page, required, language, made, links) {
  const inspector = await page.context().newCDPSession(page);
  await inspector.send("Runtime.evaluate", { expression: required("axe-core").source });
  const said = await page.evaluate(() => {
    globalThis.axe.setup(document.documentElement);
    const names = globalThis.inTable.map((link) => globalThis.axe.commons.text.accessibleText(link));
    globalThis.axe.teardown();
    return names;
  });
  const activities = new Map(Object.values(made).map((activity) => [activity.id, activity]));
  for (const [index, { href, day }] of links.entries()) {
    const id = /\/e\/(act_[0-9A-Z]+)/.exec(href)?.[1];
    if (!id) continue;
    const own = activities.get(id);
    const days = own ? [...spread(own.when), ...spread(own.previous_when)] : [];
    if (own && day) checks.holds(`${id} stands on a day of its own`, days.includes(day), `${day}, not of ${days}`);
    // Of one day the name says that; what lasts may name its first or its last.
    const patterns = day && !own?.when.ends_on ? [written(day, language)] : days.map((one) => written(one, language));
    if (patterns.length === 0) patterns.push(someDay(language));
    const isSaid = patterns.some((one) => one.test(said[index]));
    checks.holds(`the name of a link to ${id} says its date`, isSaid, `${patterns} in ${said[index]}`);
  }
}

/** The days of a date, in order. */
function spread(when) {
  const first = when?.starts_on ?? when?.starts_at?.slice(0, 10);
  const days = [];
  for (let day = first; day && day <= (when.ends_on ?? first);) {
    days.push(day);
    day = new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
  }
  return days;
}

export async function month(checks, browser, required, yueli, made) {
  for (const language of LANGUAGES) {
    const path = `/${language}/calendar/${monthOf(today())}`;
    for (const javaScriptEnabled of [true, false]) {
      checks.step = `keyboard, ${path}, scripts ${javaScriptEnabled ? "on" : "off"}`;
      const context = await browser.newContext({ javaScriptEnabled, viewport: { width: 1280, height: 900 } });
      const page = await context.newPage();
      await page.goto(yueli.origin + path, { waitUntil: "load" });
      const table = await page.evaluate(read);
      if (checks.holds("there is a table of the month", table !== null)) {
        const { links } = table;
        checks.holds("it has a caption", table.caption !== "");
        checks.same("seven weekdays head its columns", table.weekdays.filter((scope) => scope === "col").length, 7);
        checks.same("links stand in its days alone", links.length, table.all);
        const ours = Object.values(made).filter(({ when }) => spread(when)[0]?.startsWith(monthOf(today())));
        if (javaScriptEnabled) {
          for (const { id, title, status, when } of ours.filter(({ status }) => status !== "postponed")) {
            const [first] = spread(when);
            const isThere = links.some(({ href, day }) => href.includes(id) && (day ?? first) === first);
            checks.holds(`${status} ${title.zh} stands in it on ${first}`, isThere);
          }
        }
        if (checks.holds("it has links to walk", links.length > 3)) {
          if (javaScriptEnabled) {
            await names(checks, page, required, language, made, links);
            await arrows(checks, page, links);
            await leaves(checks, page, links);
          } else {
            await focus(page, 0);
            const walked = [await focused(page)];
            for (let i = 1; i < links.length; i += 1) {
              await page.keyboard.press("Tab");
              walked.push(await focused(page));
            }
            checks.same(
              "Tab goes in reading order",
              walked,
              links.map((_, index) => index),
            );
            await page.keyboard.press("Tab");
            checks.same("and leaves the table", await focused(page), -1);
          }
        }
      }
      await context.close();
    }
  }
}
