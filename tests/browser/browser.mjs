// The public site in a real browser, on the real program with its bundled programme:
//
//     node tests/browser/browser.mjs target/debug/yueli [--modules FOLDER] [--only PART,…] [--shots FOLDER]
//
// Needs Chromium (CHROMIUM says where, else Debian's) and `npm ci` done in FOLDER, else in the folder it is run in.
// Prints what differs, and exits with 1 if anything does.

import { args, browser, Checks, packages, Yueli } from "./running.mjs";
import { facts, rehearse } from "./programme.mjs";
import { events } from "./events.mjs";
import { links } from "./links.mjs";
import { consoleParts } from "./console.mjs";
import { look } from "./look.mjs";
import { month } from "./month.mjs";
import { embedded, poster } from "./outside.mjs";
import { shots } from "./shots.mjs";
import { ownTime, subscribing } from "./subscribing.mjs";
import { told } from "./told.mjs";

const asked = args(process.argv.slice(2), ["modules", "only", "shots"]);
if (!asked.binary) {
  console.error("usage: node browser.mjs BINARY [--modules FOLDER] [--only PART,…] [--shots FOLDER]");
  process.exit(2);
}
const required = packages(asked.modules);
const checks = new Checks();
const yueli = await Yueli.start(asked.binary);
const opened = await browser(required);
const made = await rehearse(yueli);
const known = await facts(yueli, checks, made);

const parts = {
  month: () => month(checks, opened, required, yueli, made),
  told: () => told(checks, opened, yueli, made.moving),
  events: () => events(checks, required, yueli),
  subscribing: () => subscribing(checks, opened, yueli),
  own: () => ownTime(checks, opened, yueli, made.scheduled),
  poster: () => poster(checks, opened, yueli),
  embedded: () => embedded(checks, opened, yueli),
  links: () => links(checks, opened, yueli, known),
  look: () => look(checks, opened, required, yueli, known),
  console: () => consoleParts(checks, opened, required, yueli, asked.shots),
};
const only = asked.only?.split(",") ?? Object.keys(parts);
for (const [name, run] of Object.entries(parts)) if (only.includes(name)) await checks.part(name, run);
if (asked.shots) await checks.part("shots", () => shots(opened, yueli, known, asked.shots));

await opened.close();
console.log(`browser: ${checks.made} checks, ${checks.faults.length} differences`);
process.exit(checks.faults.length > 0 ? 1 : 0);
