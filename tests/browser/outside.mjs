// Where pages leave the browser: a month on one sheet of paper, an agenda inside of somebody else's page.

import { createServer } from "node:http";

import { LANGUAGES, monthOf, today } from "./running.mjs";

/** A month of six weeks, one that begins on a Sunday, and the present one. */
const MONTHS = ["2021-08", "2025-03", "2021-09"];

export async function poster(checks, browser, yueli) {
  for (const colorScheme of ["light", "dark"]) {
    const context = await browser.newContext({ colorScheme });
    const page = await context.newPage();
    for (const language of LANGUAGES) {
      for (const month of [...MONTHS, monthOf(today())]) {
        checks.step = `poster, ${colorScheme}, /${language}/calendar/${month}`;
        await page.goto(`${yueli.origin}/${language}/calendar/${month}`);
        for (const format of ["A4", "A3"]) {
          const pdf = (await page.pdf({ format, preferCSSPageSize: true })).toString("latin1");
          checks.same(`sheets of ${format}`, pdf.match(/\/Type\s*\/Page\b(?!s)/g)?.length, 1);
        }
        await page.emulateMedia({ media: "print" });
        const ink = await page.evaluate(() => {
          const link = document.querySelector("table.month a") ?? document.querySelector("h1");
          return [getComputedStyle(link).color, getComputedStyle(document.body).backgroundColor];
        });
        const dark = (colour) => colour.match(/\d+/g).slice(0, 3).every((part) => Number(part) < 180);
        checks.holds("dark ink on white paper", dark(ink[0]) && ink[1] === "rgb(255, 255, 255)", ink.join(" on "));
        await page.emulateMedia({ media: null });
      }
    }
    checks.step = "other pages on paper";
    await page.goto(`${yueli.origin}/zh/about`);
    const pdf = (await page.pdf({ format: "A4", preferCSSPageSize: true })).toString("latin1");
    const [, wide, high] = pdf.match(/\/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)/);
    checks.holds("stand upright", Number(wide) < Number(high), `${wide} × ${high}`);
    await context.close();
  }
}

export async function embedded(checks, browser, yueli) {
  checks.step = "an agenda inside of another page";
  const html = `<!DOCTYPE html><html lang="en"><title>Elsewhere</title><body><p>Before</p>
<script src="${yueli.origin}/embed.js" data-select="district=haidian" data-limit="3" defer></script></body></html>`;
  const server = createServer((_, answer) => answer.setHeader("content-type", "text/html").end(html));
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const page = await (await browser.newContext({ viewport: { width: 500, height: 800 } })).newPage();
  const faults = [];
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  const frame = page.locator("iframe");
  await frame.waitFor();
  const inside = page.frameLocator("iframe");
  await inside.locator("li").first().waitFor();
  checks.same("it shows as many as it was asked for", await inside.locator(".activities > li").count(), 3);
  checks.same("in the page's language", await inside.locator("html").getAttribute("lang"), "en");
  checks.holds("the frame has a name", (await frame.getAttribute("title")).length > 3);
  const fits = async () => {
    const [own, inner] = [
      await frame.evaluate((element) => element.getBoundingClientRect().height),
      await inside.locator("body").evaluate((body) => body.getBoundingClientRect().height),
    ];
    return { fits: Math.abs(own - inner) <= 4, told: `${own} px for ${inner} px` };
  };
  for (const width of [500, 1200, 320]) {
    await page.setViewportSize({ width, height: 800 });
    let now = await fits();
    for (let tries = 0; tries < 30 && !now.fits; tries++) {
      await page.waitForTimeout(100);
      now = await fits();
    }
    checks.holds(`the frame is as high as what it holds at ${width} px`, now.fits, now.told);
  }
  checks.same("no error in either page", faults, []);
  await page.context().close();
  server.close();
}
