// Without scripts every link leads somewhere: from both start pages and every listed page, breadth first, each address
// of ours is fetched once, and what stands after # is an id there.

import { LANGUAGES, PATIENCE_MS, together } from "./running.mjs";
import { pages } from "./programme.mjs";

const MOST_PAGES = 1500;
const MOST_ADDRESSES = 12_000;
const AT_ONCE = 6;
const NAMED = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function unescaped(text) {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (all, hex, number, name) =>
    hex || number ? String.fromCodePoint(hex ? parseInt(hex, 16) : Number(number)) : (NAMED[name] ?? all),
  );
}

/** Enough of an HTML parser for pages that are well-formed, as the tests of the site hold. */
function read(html) {
  const found = { ids: [], links: [] };
  const clean = html.replace(/<!--[\s\S]*?-->|(<(script|style)\b[^>]*>)[\s\S]*?<\/\2>/gi, "$1");
  for (const [, name, rest] of clean.matchAll(
    /<([a-z][a-z0-9-]*)((?:\s+[^\s=>"'/]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>"']+))?)*)\s*\/?>/gi,
  )) {
    const attributes = {};
    for (const [, key, a, b, c] of rest.matchAll(/([^\s=>"'/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+)))?/g)) {
      attributes[key.toLowerCase()] = unescaped(a ?? b ?? c ?? "");
    }
    if (attributes.id) found.ids.push(attributes.id);
    const tag = name.toLowerCase();
    const { href, src, action } = attributes;
    const link = { a: href, link: href, img: src, script: src, form: action }[tag];
    const isAsked = tag !== "form" || (attributes.method ?? "get").toLowerCase() === "get";
    if (link !== undefined && isAsked) found.links.push(link);
  }
  return found;
}

/** The same from a browser's tree. Runs in the page. */
function collect() {
  const links = [];
  for (const [selector, name] of [
    ["a[href]", "href"],
    ["link[href]", "href"],
    ["img[src]", "src"],
    ["script[src]", "src"],
  ]) {
    for (const element of document.querySelectorAll(selector)) links.push(element.getAttribute(name));
  }
  for (const form of document.querySelectorAll("form")) {
    if (form.method === "get") links.push(form.getAttribute("action") ?? "");
  }
  return { ids: [...document.querySelectorAll("[id]")].map(({ id }) => id), links };
}

export async function links(checks, browser, yueli, known) {
  const listed = LANGUAGES.flatMap((language) => pages(language, known));
  const context = await browser.newContext({ javaScriptEnabled: false });
  const tabs = await Promise.all([context.newPage(), context.newPage()]);
  const missing = new Set(listed.filter(({ status }) => status === 404).map(({ path }) => path));
  const answers = new Map(); // address -> { status, ids }
  const from = new Map(); // address -> the first page that links to it
  const fragments = new Map(); // address#fragment -> the first page
  const waiting = [];

  const enter = (base, links) => {
    for (const link of links) {
      let url;
      try {
        url = new URL(link, base);
      } catch {
        checks.holds(`${new URL(base).pathname} has a link that is an address`, false, link);
        continue;
      }
      if (url.protocol === "webcal:") url = new URL(url.href.replace(/^webcal:/, "http:"));
      if (url.origin !== yueli.origin) continue;
      const fragment = decodeURIComponent(url.hash.slice(1));
      url.hash = "";
      if (fragment) fragments.set(`${url.href}#${fragment}`, fragments.get(`${url.href}#${fragment}`) ?? base);
      if (from.has(url.href) || answers.has(url.href)) continue;
      from.set(url.href, base);
      waiting.push(url.href);
    }
  };

  // The listed ones in the browser: what it makes of the page is what counts.
  await together(listed, tabs.length, async ({ path }, number) => {
    const answer = await tabs[number].goto(yueli.origin + path);
    const found = await tabs[number].evaluate(collect);
    answers.set(yueli.origin + path, { status: answer.status(), ids: new Set(found.ids), listed: true });
    if (answer.status() === 200 || missing.has(path)) enter(answer.url(), found.links);
  });
  await context.close();

  let opened = 0;
  const visit = async (address) => {
    if (answers.has(address)) return;
    answers.set(address, { status: 0, ids: new Set() });
    let answer;
    try {
      answer = await fetch(address, {
        signal: AbortSignal.timeout(PATIENCE_MS),
        headers: { Accept: "text/html,*/*" },
      });
    } catch (error) {
      answers.set(address, { status: `${error.message} ${error.cause?.message ?? ""}`, ids: new Set() });
      return;
    }
    const known = { status: answer.status, ids: new Set() };
    answers.set(address, known);
    const isPage = answer.status === 200 && (answer.headers.get("content-type") ?? "").startsWith("text/html");
    if (!isPage || opened >= MOST_PAGES) {
      await answer.body?.cancel();
      return;
    }
    opened += 1;
    const found = read(await answer.text());
    known.ids = new Set(found.ids);
    if (new URL(answer.url).origin === yueli.origin) enter(answer.url, found.links);
  };
  while (waiting.length && answers.size < MOST_ADDRESSES) await together(waiting.splice(0, 200), AT_ONCE, visit);

  for (const [address, { status, listed: isListed }] of answers) {
    const path = address.slice(yueli.origin.length);
    if (isListed && !from.has(address)) continue; // its answer was looked at before
    if (missing.has(path)) continue;
    checks.holds(
      `${path} is there`,
      status === 200,
      `${status}; a link of ${from.get(address)?.slice(yueli.origin.length)}`,
    );
  }
  for (const [target, base] of fragments) {
    const [address, fragment] = [target.slice(0, target.indexOf("#")), target.slice(target.indexOf("#") + 1)];
    const answer = answers.get(address);
    if (!answer || answer.status !== 200) continue;
    if (answer.ids.size === 0 && opened >= MOST_PAGES) continue;
    const where = `a link of ${base.slice(yueli.origin.length)}`;
    checks.holds(`${target.slice(yueli.origin.length)} has its id`, answer.ids.has(fragment), where);
  }
  const left = waiting.length ? `, ${waiting.length} addresses were left` : "";
  console.log(
    `   ${answers.size} addresses, ${listed.length + opened} pages read${opened >= MOST_PAGES ? " (the most)" : ""}${left}`,
  );
}
