// The form that makes a feed's address, and the switch to one's own time.

import { LANGUAGES } from "./running.mjs";
import { address } from "./programme.mjs";

const ORDER = [
  "district",
  "section",
  "kind",
  "audience",
  "mode",
  "series",
  "edition",
  "strand",
  "highlight",
  "cancelled",
  "alarm",
];
const SHOWN = "output#address, code#address, #address output, #address code, #address";

const box = (page, name, value) => page.locator(`form input[type=checkbox][name=${name}][value=${value}]`).first();

async function shown(page) {
  const text = await page
    .locator(SHOWN)
    .first()
    .evaluate((element) => element.value ?? element.textContent, null, { timeout: 3000 });
  return text.trim();
}

/** Waits until the address is as it should be; what it is then is checked. */
async function until(page, isRight) {
  for (let tries = 0; tries < 50 && !isRight(await shown(page)); tries++) await page.waitForTimeout(100);
}

/** Clicks as people do: on the box's label. */
async function choose(page) {
  for (const [name, value] of [
    ["kind", "roadshow"],
    ["district", "haidian"],
  ]) {
    const one = box(page, name, value);
    await one.evaluate((element) => {
      for (let around = element.closest("details"); around; around = around.parentElement.closest("details"))
        around.open = true;
    });
    await one.check({ timeout: 5000 });
  }
}

export async function subscribing(checks, browser, yueli) {
  for (const language of LANGUAGES) {
    const path = `/${language}/subscribe`;
    checks.step = `${path}, scripts on`;
    const scripted = await browser.newContext({ permissions: ["clipboard-read", "clipboard-write"] });
    const page = await scripted.newPage();
    await page.goto(yueli.origin + path);
    const before = await shown(page);
    await choose(page);
    await until(page, (text) => text.includes("district=haidian") && text.includes("kind=roadshow"));
    const live = await shown(page);
    checks.holds("the address changes as it is chosen", live !== before, live);
    const webcal = page.locator('.result a[href^="webcal:"]').first();
    checks.same("the buttons are of what is chosen", await webcal.getAttribute("href"), live.replace(/^https?/, "webcal"));
    const google = await page.locator('.result a[href*="calendar.google.com"]').first().getAttribute("href");
    checks.holds("Google's too", decodeURIComponent(google).includes("district=haidian&kind=roadshow&cancelled=mark"), google);
    checks.holds("it names the district", live.includes("district=haidian"), live);
    checks.holds("it names the kind", live.includes("kind=roadshow"), live);
    const names = [...live.matchAll(/[?&]([a-z]+)=/g)].map(([, name]) => name);
    checks.same(
      "it is in the one order",
      names,
      [...names].sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b)),
    );
    const own = new URL(page.url()).searchParams;
    checks.same("the page's own address is what is chosen", [own.get("district"), own.get("kind")], ["haidian", "roadshow"]);
    const copy = page.locator("button[data-copy=address]").or(page.locator("button[data-copy]")).first();
    if (checks.holds("there is a button to copy it", (await copy.count()) > 0 && (await copy.isVisible()))) {
      await copy.click();
      await page.waitForTimeout(200);
      checks.same("it is copied", await page.evaluate(() => navigator.clipboard.readText()), live);
    }
    await box(page, "district", "haidian").uncheck({ timeout: 5000 });
    await until(page, (text) => !text.includes("district="));
    checks.holds("what is taken back goes", !(await shown(page)).includes("district="), await shown(page));
    await scripted.close();

    checks.step = `${path}, scripts off`;
    const plain = await browser.newContext({ javaScriptEnabled: false });
    const form = await plain.newPage();
    await form.goto(yueli.origin + path);
    checks.same("no button without scripts", await form.locator("button[data-copy]:visible").count(), 0);
    await choose(form);
    const submit = form
      .locator("form", { has: form.locator("input[type=checkbox][name=district]") })
      .locator("button:not([type]), button[type=submit], input[type=submit]")
      .first();
    await Promise.all([form.waitForURL((url) => url.search !== ""), submit.click({ timeout: 5000 })]);
    checks.same("the form answers with the same address", await shown(form), live);
    checks.holds("what was chosen stays chosen", await box(form, "district", "haidian").isChecked());
    const feed = await fetch(new URL(live.replace(/^webcal:/, "http:"), yueli.origin), { redirect: "manual" });
    checks.same(
      "the address is a calendar",
      [feed.status, feed.headers.get("content-type")?.split(";")[0]],
      [200, "text/calendar"],
    );
    checks.holds("with entries", (await feed.text()).includes("BEGIN:VEVENT"));
    await plain.close();
  }
}

const ZONE = "Europe/London";

export async function ownTime(checks, browser, yueli, activity) {
  for (const language of LANGUAGES) {
    const path = address(activity, language);
    checks.step = `own time, ${path}`;
    const context = await browser.newContext({ timezoneId: ZONE, locale: language === "zh" ? "zh-CN" : "en-GB" });
    const page = await context.newPage();
    await page.goto(yueli.origin + path);
    const times = () =>
      page
        .locator("main time[datetime*='T']")
        .evaluateAll((elements) => elements.map((element) => ({ at: element.dateTime, text: element.textContent })));
    const ours = await times();
    checks.holds("there are times to the minute", ours.length > 0);
    const button = page.locator("[data-own-time]:visible").first();
    if (checks.holds("there is a switch", (await button.count()) > 0)) {
      checks.same("it is a button", await button.evaluate((element) => element.localName), "button");
      const whole = () => page.locator("body").innerText();
      const text = await whole();
      await button.click();
      const own = await times();
      for (const { at, text } of own) {
        const clock = new Date(at).toLocaleTimeString("en-GB", {
          timeZone: ZONE,
          hour: "2-digit",
          minute: "2-digit",
        });
        checks.holds(
          `${at} is shown as ${ZONE} has it`,
          new RegExp(`(?<!\\d)${clock.replace(/^0/, "0?")}(?!\\d)`).test(text),
          text,
        );
      }
      checks.same(
        "what machines read stays",
        own.map(({ at }) => at),
        ours.map(({ at }) => at),
      );
      await page.locator("[data-own-time]:visible").first().click();
      checks.same("and back", [await times(), (await whole()) === text], [ours, true]);
    }
    await context.close();
    const plain = await browser.newContext({ javaScriptEnabled: false, timezoneId: ZONE });
    const without = await plain.newPage();
    await without.goto(yueli.origin + path);
    checks.same("no switch without scripts", await without.locator("[data-own-time]:visible").count(), 0);
    await plain.close();
  }
}
