// The JSON-LD of every activity in the sitemap, judged by others: schema.org's vocabulary as Google publishes it for
// TypeScript (npm's schema-dts) says which properties a type has and which values they take, and its compiler looks.
// What Google asks of an Event stands below; of what we do not know there can be nothing.
// https://developers.google.com/search/docs/appearance/structured-data/event

import { execFileSync } from "node:child_process";
import { symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { folder, LANGUAGES, together } from "./running.mjs";
import { documents } from "./told.mjs";

const RECOMMENDED = ["description", "endDate", "eventStatus", "image", "offers", "organizer", "performer"];
const DAY = /^\d{4}-\d{2}(-\d{2})?$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

// What the compiler must refuse: a judge that refuses nothing would please everybody.
const WRONG = [
  { "@context": "https://schema.org", "@type": "Event", startsAt: "2026-12-05" },
  { "@context": "https://schema.org", "@type": "Event", eventStatus: "https://schema.org/EventHeld" },
  {
    "@context": "https://schema.org",
    "@type": "Event",
    location: [{ "@type": "Place", address: { "@type": "PostalAddress", district: "海淀" } }],
  },
  { "@context": "https://schema.org", "@type": "Event", organizer: { "@type": "Place", name: "x" } },
  { "@context": "https://schema.org", "@type": "Occasion", name: "x" },
];

/** What the vocabulary has against each document; nothing where it has nothing. */
function judge(required, all) {
  const place = folder();
  symlinkSync(dirname(dirname(required.resolve("schema-dts/package.json"))), join(place, "node_modules"));
  const type = (document) =>
    "@graph" in document ? "s.Graph" : `s.WithContext<s.${String(document["@type"]).replace(/\W/g, "_")}>`;
  const lines = all.map(
    (document, index) => `export const d${index}: ${type(document)} = ${JSON.stringify(document)};`,
  );
  writeFileSync(join(place, "documents.ts"), ['import type * as s from "schema-dts";', ...lines].join("\n"));
  writeFileSync(join(place, "package.json"), '{"type":"module"}');
  const compiler = join(dirname(required.resolve("typescript/package.json")), "bin", "tsc");
  let said = "";
  try {
    const options = "--noEmit --strict --skipLibCheck --target es2022 --module nodenext --pretty false".split(" ");
    execFileSync(process.execPath, [compiler, ...options, "documents.ts"], { cwd: place, encoding: "utf8" });
  } catch (error) {
    said = error.stdout || error.message;
  }
  const faults = all.map(() => []);
  let at = -1;
  for (const line of said.split("\n").filter(Boolean)) {
    const number = /^documents\.ts\((\d+),\d+\): error/.exec(line)?.[1];
    if (number) at = Number(number) - 2;
    else if (!line.startsWith(" ")) throw new Error(said.slice(0, 2000));
    faults[at]?.push(line.replace(/^documents\.ts\(\d+,\d+\): /, "").slice(0, 300));
  }
  return faults;
}

/** What Google asks of an Event, as far as the API knows it. */
function asked(checks, path, event, activity) {
  const when = activity.when ?? {};
  const isKnown = ["minute", "day"].includes(when.precision);
  const place = activity.venue ?? activity.districts.length > 0;
  checks.holds(`${path} has a name`, typeof event.name === "string" && event.name !== "");
  if (isKnown && activity.status !== "postponed") checks.holds(`${path} has startDate`, event.startDate !== undefined);
  if (activity.mode === "online" || (activity.mode && place))
    checks.holds(`${path} has location`, event.location !== undefined);
  for (const name of ["startDate", "endDate", "previousStartDate"]) {
    const value = event[name];
    if (value !== undefined)
      checks.holds(`${path} has ${name} as ISO 8601 has it`, DAY.test(value) || INSTANT.test(value), value);
  }
  for (const location of [event.location ?? []].flat()) {
    if (location["@type"] === "VirtualLocation")
      checks.holds(`${path} has location.url`, /^https?:/.test(location.url));
    else if (activity.districts.length) checks.holds(`${path} has location.address`, location.address !== undefined);
  }
  if (activity.status === "rescheduled" && ["minute", "day"].includes(activity.previous_when?.precision)) {
    checks.holds(`${path} has previousStartDate`, event.previousStartDate !== undefined);
  }
  const expected = {
    scheduled: "Scheduled",
    rescheduled: "Rescheduled",
    postponed: "Postponed",
    cancelled: "Cancelled",
  }[activity.status];
  if (expected) checks.same(`${path} has its status`, event.eventStatus, `https://schema.org/Event${expected}`);
}

/** Every address of the sitemap, or of the sitemaps that it names. */
async function sitemap(yueli, path = "/sitemap.xml") {
  const { body } = await yueli.text(path);
  const named = [...body.matchAll(/<loc>([^<]+)<\/loc>/g)].map(
    ([, url]) => new URL(url.replaceAll("&amp;", "&")).pathname,
  );
  if (!body.includes("<sitemapindex")) return named;
  return (await Promise.all(named.map((other) => sitemap(yueli, other)))).flat();
}

export async function events(checks, required, yueli) {
  const activities = new Map((await yueli.activities()).map((activity) => [activity.id, activity]));
  const paths = (await sitemap(yueli)).filter((path) => /\/e\/act_[0-9A-Z]+-[^/]*$/.test(path));
  for (const language of LANGUAGES) {
    const own = paths.filter((path) => path.startsWith(`/${language}/`));
    checks.same(`the sitemap has every activity in ${language}`, new Set(own).size, activities.size);
  }
  const found = [];
  await together(paths, 4, async (path) => {
    const here = documents((await yueli.text(path)).body);
    checks.holds(`${path} has JSON-LD`, here.length > 0);
    found.push(...here.map((document) => ({ path, document })));
  });
  const verdicts = judge(required, [...found.map(({ document }) => document), ...WRONG]);
  for (const [index, wrong] of WRONG.entries()) {
    checks.holds(`${JSON.stringify(wrong)} is refused`, verdicts[found.length + index].length > 0);
  }
  const lacking = {};
  for (const [index, { path, document }] of found.entries()) {
    checks.holds(`${path} is schema.org's`, verdicts[index].length === 0, verdicts[index].join("\n  "));
    if (document["@type"] !== "Event") continue;
    asked(checks, path, document, activities.get(/act_[0-9A-Z]+/.exec(path)[0]));
    for (const name of RECOMMENDED) if (!(name in document)) lacking[name] = (lacking[name] ?? 0) + 1;
  }
  console.log(`   ${found.length} documents; recommended by Google and not there: ${JSON.stringify(lacking)}`);
}
