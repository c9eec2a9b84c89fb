// Pictures of the main pages, for people to look at.

import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { LANGUAGES, monthOf, today, together } from "./running.mjs";
import { address } from "./programme.mjs";
import { DEVICES } from "./look.mjs";

export async function shots(browser, yueli, { statuses, notice, saved }, folder) {
  mkdirSync(folder, { recursive: true });
  for (const language of LANGUAGES) {
    const moved = address(statuses.rescheduled, language);
    const main = {
      home: `/${language}/`,
      year: `/${language}/calendar/2021`,
      month: `/${language}/calendar/${monthOf(today())}`,
      agenda: `/${language}/agenda`,
      subscribe: `/${language}/subscribe`,
      activity: moved,
      history: `${moved}/history`,
      notices: `/${language}/notices`,
      notice: `/${language}/notices/${notice}`,
      promise: `/${language}/promise/2021`,
      districts: `/${language}/districts`,
      district: `/${language}/districts/haidian`,
      saved: `/${language}/${saved}`,
      developers: `/${language}/developers`,
    };
    for (const [device, options] of Object.entries(DEVICES)) {
      for (const [colorScheme, names] of [
        ["light", Object.keys(main)],
        ["dark", ["home", "month"]],
      ]) {
        const context = await browser.newContext({ ...options, colorScheme, deviceScaleFactor: 1 });
        const tabs = [await context.newPage(), await context.newPage()];
        await together(names, tabs.length, async (name, number) => {
          await tabs[number].goto(yueli.origin + main[name]);
          await tabs[number].screenshot({
            path: join(folder, `${name}-${language}-${device}-${colorScheme}.png`),
            fullPage: true,
          });
        });
        await context.close();
      }
    }
  }
}
