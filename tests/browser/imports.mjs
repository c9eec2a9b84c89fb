// A table that an office sends, in a real browser: looked at, mended, brought.

import { today } from "./running.mjs";

/** What an office sends: a title above, its own headings, dates as people write them. */
export const TABLE = (day) =>
  ({ name: "海淀区十二月活动.csv", mimeType: "text/csv", buffer: Buffer.from(
    `海淀区${today().year}年活动计划\n序号,活动名称,举办时间,举办地点,主办单位\n1,海淀区量子计算公开课,12月18日14:00-16:00,中关村展示中心,海淀区科委\n` +
    `2,海淀区人工智能创新路演活动,${day},中关村国际创新中心,\n3,【取消】海淀区氢能沙龙,12月20日,首钢园,\n`) });

/** The same with faults. */
export const FAULTY = () =>
  ({ name: "有错的表.csv", mimeType: "text/csv", buffer: Buffer.from(
    `活动名称,举办时间,是否亮点\n甲,${today().year}年13月1日,\n,${today().year}年12月1日,也许\n`) });

/** Brings a table by the forms, with what is here already under an id. Gives the page of a draft that may be another one. */
export async function imported(checks, yueli, people, Hand, id) {
  const hand = new Hand(people.district.page);
  const { page } = hand;
  const main = () => page.locator("main").innerText();
  const send = async (file) => {
    await hand.open(`${yueli.origin}/console/import`);
    await page.setInputFiles('[name="file"]', file);
    await hand.press(".buttons button");
  };

  checks.step = `${hand.name}: a table with faults`;
  await send(FAULTY());
  const faults = await page.locator("table.grid tbody tr").allInnerTexts();
  checks.same("each faulty cell is named", faults.length, 3);
  checks.holds("by its line", faults.every((fault) => /(第 \d+ 行|line \d+)/.test(fault)), faults.join(" | "));

  checks.step = `${hand.name}: a table is looked at, and brought`;
  const known = await yueli.get(`activities/${id}`);
  const day = known.when.starts_on;
  await send(TABLE(`${Number(day.slice(5, 7))}月${Number(day.slice(8))}日`));
  const rows = await page.locator("table.grid tbody tr").allInnerTexts();
  checks.same("each row is shown", rows.length, 3);
  checks.holds("with its date and its place", /18/.test(rows[0]) && rows[0].includes("中关村展示中心"), rows[0]);
  checks.holds("what may be here already is said", /(相似|looks like)/.test(rows[1]), rows[1]);
  const before = (await yueli.get("notices?limit=1")).head;
  await hand.press(".buttons button");
  checks.holds("two are made", /2/.test(await page.locator("main [role=status]").innerText()), await main());
  checks.same("and nobody is told", (await yueli.get("notices?limit=1")).head, before);
  const made = page.locator("table.grid tbody a");
  checks.same("they are linked", await made.count(), 2);
  const double = await made.nth(1).getAttribute("href");
  await hand.open(yueli.origin + double);
  checks.holds("its page says that it may be the other", (await main()).includes(known.title.zh), await main());
  return double;
}
