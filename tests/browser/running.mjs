// What the browser's scripts share: the program on a database of its own, its administrator, the browser, and counting.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export const PATIENCE_MS = 60_000;
export const LANGUAGES = ["zh", "en"];

/** The words after a flag, and the first word that belongs to none. */
export function args(words, flags) {
  const read = {};
  const rest = [];
  for (let i = 0; i < words.length; i += 1) {
    const flag = flags.find((name) => words[i] === `--${name}`);
    if (flag) read[flag] = words[(i += 1)];
    else rest.push(words[i]);
  }
  return { ...read, binary: rest[0] && resolve(rest[0]) };
}

/** Packages from where `npm ci` put them: the folder named, or the one this is run in. */
export function packages(folder = process.cwd()) {
  return createRequire(`${resolve(folder)}/`);
}

/** Counts what was compared and keeps what differed. */
export class Checks {
  made = 0;
  faults = [];
  step = "start";

  /** The same count under a step of its own, for what runs beside others. */
  at(step) {
    const own = Object.create(this, { step: { value: step, writable: true } });
    return Object.assign(own, { root: this.root ?? this });
  }

  holds(what, is, detail = "") {
    (this.root ?? this).made += 1;
    if (is) return true;
    const fault = `${this.step}: ${what}${detail === "" ? "" : `\n  ${detail}`}`;
    this.faults.push(fault);
    console.log(fault);
    return false;
  }

  same(what, got, expected) {
    const [shown, wanted] = [got, expected].map((value) => JSON.stringify(value));
    return this.holds(what, shown === wanted, `expected ${wanted}\n  got      ${shown}`);
  }

  /** Runs one part. What it throws is a difference, and the other parts go on. */
  async part(name, run) {
    this.step = name;
    const [began, before] = [Date.now(), this.faults.length];
    let value;
    try {
      value = await run();
    } catch (error) {
      this.step = name;
      this.holds(
        "runs to its end",
        false,
        String(error.stack ?? error)
          .split("\n")
          .slice(0, 6)
          .join("\n  "),
      );
    }
    const seconds = ((Date.now() - began) / 1000).toFixed(1);
    console.log(`-- ${name}: ${seconds} s, ${this.faults.length - before} differences`);
    return value;
  }
}

const atEnd = [];
process.on("exit", () => {
  for (const end of atEnd) end(); // nothing outlives a script that fails
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(2));

/** A folder that is gone when the script ends. */
export function folder() {
  const path = mkdtempSync(join(tmpdir(), "yueli-browser-"));
  atEnd.unshift(() => rmSync(path, { recursive: true, force: true, maxRetries: 3 }));
  return path;
}

/** Lets it deliver to this machine. */
const LOCAL = { YUELI_WEBHOOKS__ALLOW_HTTP: "true", YUELI_WEBHOOKS__ALLOW_CIDRS: "127.0.0.1/32" };

/** A running program with the bundled programme, and its administrator. */
export class Yueli {
  static async start(binary) {
    const yueli = new Yueli();
    const place = folder();
    const environment = Object.entries(process.env).filter(([name]) => !name.startsWith("YUELI_"));
    const program = spawn(
      binary,
      ["serve", "--demo", "--listen", "127.0.0.1:0", "--database-url", `sqlite://${place}/yueli.db`],
      { cwd: place, env: { ...Object.fromEntries(environment), ...LOCAL }, stdio: ["ignore", "pipe", "pipe"] },
    );
    atEnd.unshift(() => program.kill("SIGKILL"));
    yueli.log = "";
    let said = "";
    program.stderr.on("data", (text) => (yueli.log += text));
    program.stdout.on("data", (text) => (said += text));
    const failed = new Promise((_, reject) => program.once("error", reject));
    failed.catch(() => {});
    const until = Date.now() + PATIENCE_MS;
    while (!yueli.origin || !yueli.password) {
      if (Date.now() > until || program.exitCode !== null) throw new Error(`it does not listen: ${said}${yueli.log}`);
      await Promise.race([pause(50), failed]);
      yueli.origin = /^listening on (http:\/\/\S+)$/m.exec(said)?.[1];
      yueli.token = /^--demo: token (\S+)$/m.exec(yueli.log)?.[1];
      yueli.password = /^--demo: login demo password (\S+)$/m.exec(yueli.log)?.[1];
    }
    return yueli;
  }

  /** The answer's JSON and ETag. */
  async ask(method, path, body, version) {
    const answer = await fetch(`${this.origin}/api/v1/${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${this.token}`,
        "Content-Type": "application/json",
        ...(version && { "If-Match": version }),
      },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (!answer.ok) throw new Error(`${method} ${path} was answered ${answer.status}: ${await answer.text()}`);
    return [await answer.json(), answer.headers.get("etag")];
  }

  async get(path) {
    return (await this.ask("GET", path))[0];
  }

  async text(path) {
    const answer = await fetch(new URL(path, this.origin), { signal: AbortSignal.timeout(PATIENCE_MS) });
    return { status: answer.status, type: answer.headers.get("content-type") ?? "", body: await answer.text() };
  }

  /** Every public activity. */
  async activities() {
    const found = [];
    let cursor = "";
    do {
      const page = await this.get(`activities?limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
      found.push(...page.activities);
      cursor = page.next_cursor ?? "";
    } while (cursor);
    return found;
  }
}

export const SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"];
export const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** The system's browser, with a profile of its own that is thrown away. */
export async function browser(required) {
  const launched = await required("playwright-core").chromium.launch({
    executablePath: CHROMIUM,
    headless: true,
    args: SWITCHES,
  });
  atEnd.unshift(() => launched.close());
  return launched;
}

export function pause(ms) {
  return new Promise((done) => setTimeout(done, ms));
}

/** Runs `each` over the items, so many at a time. */
export async function together(items, workers, each) {
  const queue = [...items];
  const worker = async (number) => {
    while (queue.length) await each(queue.shift(), number);
  };
  await Promise.all(Array.from({ length: workers }, (_, number) => worker(number)));
}

const pad = (number) => String(number).padStart(2, "0");

/** A day of a month, as `2026-12-05`. */
export const dayOf = ({ year, month }, day) => `${year}-${pad(month)}-${pad(day)}`;
export const monthOf = ({ year, month }) => `${year}-${pad(month)}`;

/** Today where the programme is. */
export function today() {
  const [year, month, day] = new Date()
    .toLocaleDateString("sv-SE", { timeZone: "Asia/Shanghai" })
    .split("-")
    .map(Number);
  return { year, month, day, length: new Date(Date.UTC(year, month, 0)).getUTCDate() };
}

const MONTHS = "January February March April May June July August September October November December".split(" ");

/** How a day may be written in a language: the year and the weekday may stand around it. */
export function written(day, language) {
  const [, month, number] = day.split("-").map(Number);
  if (language === "zh") return new RegExp(`(?<!\\d)${month}月${number}日`);
  const name = `${MONTHS[month - 1].slice(0, 3)}(?:${MONTHS[month - 1].slice(3)})?`;
  return new RegExp(`(?<!\\d)${number}\\s${name}\\b|\\b${name}\\s${number}(?!\\d)`);
}

/** How some day is written at all. */
export function someDay(language) {
  return language === "zh"
    ? /\d+月\d+日/
    : new RegExp(`\\d+\\s(?:${MONTHS.map((name) => name.slice(0, 3)).join("|")})|(?:${MONTHS.join("|")})\\s\\d+`);
}

export const revision = (number, language) => (language === "zh" ? `第 ${number} 版` : `Revision ${number}`);
