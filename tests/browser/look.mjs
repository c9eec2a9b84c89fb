// Every page as people meet it: both languages, light and dark, phone and desktop. axe must find nothing, and nothing
// may be reported to the console, be refused by the page's own policy, fail, come from elsewhere or leave a cookie.

import { LANGUAGES, together } from "./running.mjs";
import { pages } from "./programme.mjs";

export const DEVICES = {
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 },
  desktop: { viewport: { width: 1280, height: 900 } },
};
export const SCHEMES = ["light", "dark"];
export const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const TABS = 2;

/** Keeps what goes wrong in a tab until it is taken. */
export async function watch(page, origin) {
  let seen = [];
  const at = (address) => address.replace(origin, "");
  await page.addInitScript(() => {
    globalThis.refusedByPolicy = [];
    document.addEventListener("securitypolicyviolation", (event) => {
      globalThis.refusedByPolicy.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`);
    });
  });
  page.on("console", (message) => {
    // The browser itself says so when a page is answered 404, as one here is meant to be.
    const isAnswer = message.location().url === page.url() && message.text().startsWith("Failed to load resource");
    if (["error", "warning"].includes(message.type()) && !isAnswer) seen.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => seen.push(`error: ${error.message}`));
  page.on("requestfailed", (request) => seen.push(`failed: ${at(request.url())} ${request.failure()?.errorText}`));
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol !== "data:" && url.origin !== origin) seen.push(`from elsewhere: ${url.href}`);
  });
  page.on("response", (response) => {
    const isPage = response.request().isNavigationRequest();
    if (!isPage && response.status() >= 400) seen.push(`${response.status()}: ${at(response.url())}`);
  });
  return async () => {
    const refused = await page.evaluate(() => globalThis.refusedByPolicy?.splice(0) ?? []);
    const taken = [...seen, ...refused.map((what) => `policy: ${what}`)];
    seen = [];
    return taken;
  };
}

async function conditions(checks, page, take, language, device, { path, status }, answer) {
  checks.same(`${path} is answered`, answer?.status(), status);
  const found = await page.evaluate(() => ({
    tag: document.documentElement.lang,
    headings: document.querySelectorAll("h1").length,
    text: document.body.innerText,
    width: Math.max(document.documentElement.scrollWidth, document.body.scrollWidth),
    wide: [...document.body.querySelectorAll("*")]
      .filter((element) => element.getBoundingClientRect().right > screen.width + 1)
      .slice(0, 3)
      .map((element) => `${element.localName}.${element.className}`),
  }));
  checks.holds(`${path} says its language`, new RegExp(`^${language}(-|$)`).test(found.tag), found.tag);
  checks.same(`${path} has h1`, found.headings, 1);
  checks.holds(`${path} says whose time it is`, found.text.includes(language === "zh" ? "北京时间" : "Beijing time"));
  if (device === "phone") {
    // The layout of a phone grows with what is too wide, so it is compared with the screen.
    checks.holds(
      `${path} does not scroll sideways`,
      found.width <= DEVICES.phone.viewport.width,
      `${found.width} px: ${found.wide}`,
    );
  }
  checks.same(`${path} runs quietly`, await take(), []);
}

export async function look(checks, browser, required, yueli, known) {
  const { source } = required("axe-core");
  const undecided = {};
  for (const language of LANGUAGES) {
    for (const [device, options] of Object.entries(DEVICES)) {
      const context = await browser.newContext({
        ...options,
        reducedMotion: "reduce",
        locale: language === "zh" ? "zh-CN" : "en-GB",
        timezoneId: "Asia/Shanghai",
      });
      const tabs = await Promise.all(
        Array.from({ length: TABS }, async () => {
          const page = await context.newPage();
          return {
            page,
            take: await watch(page, yueli.origin),
            inspector: await context.newCDPSession(page),
          };
        }),
      );
      await together(pages(language, known), TABS, async (one, number) => {
        const { page, take, inspector } = tabs[number];
        const here = checks.at(`${language}, ${device}`);
        try {
          await page.emulateMedia({ colorScheme: "light" });
          const answer = await page.goto(yueli.origin + one.path);
          await conditions(here, page, take, language, device, one, answer);
          // The inspector's way in: the page's policy would let no script of ours in.
          await inspector.send("Runtime.evaluate", { expression: source });
          for (const colorScheme of SCHEMES) {
            await page.emulateMedia({ colorScheme });
            const { violations, incomplete } = await page.evaluate(inspect, TAGS);
            const axe = checks.at(`axe, ${language}, ${device}, ${colorScheme}`);
            axe.holds(one.path, violations.length === 0, violations.join("\n  "));
            for (const [rule, node] of incomplete) (undecided[rule] ??= []).push(`${one.path} ${node}`);
          }
          here.same(`${one.path} runs quietly in the dark`, await take(), []);
        } catch (error) {
          here.holds(`${one.path} is looked at`, false, String(error).split("\n")[0]);
        }
      });
      const end = checks.at(`${language}, ${device}`);
      end.same("no cookie is left", await context.cookies(), []);
      await context.close();
    }
  }
  for (const [rule, places] of Object.entries(undecided)) {
    console.log(`   axe leaves to people: ${rule} ${places.length} times, first ${places[0]}`);
  }
}

/** Runs in the page. */
export async function inspect(tags) {
  const { violations, incomplete } = await globalThis.axe.run(document, {
    runOnly: { type: "tag", values: tags },
    resultTypes: ["violations", "incomplete"],
    preload: false, // it would fetch stylesheets, and the policy lets no script fetch them
  });
  return {
    violations: violations.flatMap(({ id, help, nodes }) =>
      nodes.map(
        ({ target, failureSummary }) =>
          `${id}: ${help} — ${target.join(" ")}${id === "color-contrast" ? ` (${failureSummary.split("\n")[1]?.trim()})` : ""}`,
      ),
    ),
    incomplete: incomplete.map(({ id, nodes }) => [
      id,
      `${nodes[0].target.join(" ")} (${nodes[0].any[0]?.message ?? nodes[0].failureSummary})`,
    ]),
  };
}
