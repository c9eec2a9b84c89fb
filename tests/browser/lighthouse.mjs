// What Lighthouse says of the start page, the month and an activity, on a phone of its own making:
//
//     npm install --prefix target/lighthouse lighthouse@12
//     node tests/browser/lighthouse.mjs target/debug/yueli --modules target/lighthouse [--runs 3]
//
// Prints the median of three runs of each page. LIGHTHOUSE may name the folder instead of --modules.

import { pathToFileURL } from "node:url";

import { args, CHROMIUM, folder, LANGUAGES, monthOf, packages, SWITCHES, today, Yueli } from "./running.mjs";
import { address, rehearse } from "./programme.mjs";

const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];

const asked = args(process.argv.slice(2), ["modules", "runs"]);
if (!asked.binary) {
  console.error("usage: node lighthouse.mjs BINARY [--modules FOLDER] [--runs 3]");
  process.exit(2);
}
const required = packages(asked.modules ?? process.env.LIGHTHOUSE);
const load = (name) => import(pathToFileURL(required.resolve(name)).href);
const { default: lighthouse } = await load("lighthouse");
const { launch } = await load("chrome-launcher");

const yueli = await Yueli.start(asked.binary);
const made = await rehearse(yueli);
const chrome = await launch({
  chromePath: CHROMIUM,
  chromeFlags: ["--headless", ...SWITCHES],
  userDataDir: folder(),
  logLevel: "error",
});
process.on("exit", () => chrome.kill());

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
const [language] = LANGUAGES;
const rows = {};
const unmet = new Set();
for (const path of [
  `/${language}/`,
  `/${language}/calendar/${monthOf(today())}`,
  address(made.rescheduled, language),
]) {
  const runs = [];
  for (let run = 0; run < Number(asked.runs ?? 3); run += 1) {
    // The default is Lighthouse's phone: a small screen, a slow network and a slow processor.
    const options = { port: chrome.port, onlyCategories: CATEGORIES, output: "json", logLevel: "error" };
    const { lhr } = await lighthouse(yueli.origin + path, options);
    if (lhr.runtimeError) unmet.add(`${path}: ${lhr.runtimeError.message}`);
    else runs.push(lhr);
    for (const { id, score, scoreDisplayMode, title, explanation, details } of Object.values(lhr.audits)) {
      if (scoreDisplayMode !== "binary" || score !== 0) continue;
      const items = JSON.stringify(details?.items?.slice(0, 2) ?? []).slice(0, 400);
      unmet.add(`${path} ${id}: ${title} ${explanation ?? ""} ${items}`);
    }
  }
  if (runs.length === 0) continue;
  const score = (name) => Math.round(median(runs.map(({ categories }) => (categories[name].score ?? 0) * 100)));
  rows[path] = Object.fromEntries(CATEGORIES.map((name) => [name, score(name)]));
  rows[path]["first paint ms"] = Math.round(
    median(runs.map(({ audits }) => audits["first-contentful-paint"].numericValue)),
  );
}
console.table(rows);
for (const one of unmet) console.log(one);
process.exit(0);
