/** The explorer of the schema: found in Chinese and in English, walked by keyboard, readable, and asking nobody else. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";

import { buildSchema } from "graphql";

import { asked as askedOf, signedIn } from "./platform.mjs";
import { before, done, faults, tabTo } from "./watched.mjs";

after(done);

const SDL = readFileSync(new URL("../../schema.graphql", import.meta.url), "utf8");
const heading = (page) => page.textContent("main h2");

async function opened(hash = "", wanted = {}) {
  const browser = await before(`/explorer${hash}`, wanted);
  await browser.page.waitForSelector("main h2");
  return browser;
}

async function wantedByKeyboard(page, word) {
  await tabTo(page, "#wanted");
  await page.keyboard.insertText(word);
  await page.waitForSelector("#found:not([hidden])");
}

test("a Chinese word is found, and the arrow keys choose among what was found", async () => {
  const { page, assertQuiet, close } = await opened();
  await wantedByKeyboard(page, "移送件列表");
  const chosen = () =>
    page.evaluate(() => {
      const { id } = document.querySelector("#found [aria-selected=true]");
      return [id, document.activeElement.getAttribute("aria-activedescendant") === id];
    });
  assert.deepEqual(await chosen(), ["found-0", true]);
  await page.keyboard.press("ArrowUp");
  assert.deepEqual(await chosen(), ["found-0", true]);
  await page.keyboard.press("Enter");
  await page.waitForURL(/#Query\.referrals$/);
  assert.match(await heading(page), /^移送件列表 referrals/);
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "H2");
  assert.equal(await page.title(), "移送件列表 · 共管平台接口说明");
  assertQuiet();
  await close();
});

test("an English word and a code are found as well", async () => {
  const { page, assertQuiet, close } = await opened();
  await wantedByKeyboard(page, "escalat");
  assert.match(await page.textContent("#found"), /escalateAt/);
  await page.keyboard.press("Escape");
  await page.waitForSelector("#found", { state: "hidden" });
  await page.fill("#wanted", "STALE_VERSION");
  await page.keyboard.press("Enter");
  await page.waitForURL(/#errors\.STALE_VERSION$/);
  assert.match(await page.textContent("tr.meant"), /该事项已被他人更新/);
  assertQuiet();
  await close();
});

test("a word that nothing has is said not to be found", async () => {
  const { page, close } = await opened();
  await page.fill("#wanted", "不存在的东西");
  await page.waitForFunction(() => document.querySelector("#count").textContent === "没有找到，请换个词");
  assert.equal(await page.isHidden("#found"), true);
  assert.ok((await page.locator("#count").boundingBox()).height > 10, "to whoever sees, too");
  await close();
});

test("it is walked by keyboard: chapters, a type, the type of a field", async () => {
  const { page, assertQuiet, close } = await opened();
  await tabTo(page, "#chapters a");
  for (let down = 0; down < 5; down += 1) await page.keyboard.press("ArrowDown");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "案件移送");
  await page.keyboard.press("Enter");
  await page.waitForURL(/#referrals$/);
  await tabTo(page, 'main a[href="#Query.referral"]');
  await page.keyboard.press("Enter");
  await page.waitForURL(/#Query\.referral$/);
  await tabTo(page, 'main a[href="#Referral"]');
  await page.keyboard.press("Enter");
  await page.waitForURL(/#Referral$/);
  assert.match(await heading(page), /^案件移送 Referral/);
  await page.goBack();
  await page.waitForFunction(() => document.querySelector("main h2").textContent.startsWith("移送件 "));
  assertQuiet();
  await close();
});

test("the skip link leads past the chapters", async () => {
  const { page, close } = await opened();
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "跳到内容");
  await page.keyboard.press("Enter");
  await tabTo(page, "main a", { most: 1 });
  await close();
});

test("English is shown to whoever wants it, and stays", async () => {
  const { page, close } = await opened("#Referral.sender");
  const english = page.locator("#Referral\\.sender [lang=en]");
  assert.equal(await english.isVisible(), false);
  await page.check("#english");
  assert.equal(await english.textContent(), "The sending body.");
  assert.equal(await english.isVisible(), true);
  await page.reload();
  await page.waitForSelector("main h2");
  assert.equal(await english.isVisible(), true);
  await close();
});

test("every type and field of the schema has an address", async () => {
  const { page, assertQuiet, close } = await opened();
  const types = Object.values(buildSchema(SDL).getTypeMap()).filter(({ name }) => !name.startsWith("__"));
  const missing = [];
  for (const type of types) {
    const root = ["Query", "Mutation", "Subscription"].includes(type.name);
    const parts = Object.keys(type.getFields?.() ?? {}).map((name) => `${type.name}.${name}`);
    for (const address of root ? parts : [type.name, ...parts.slice(-1)]) {
      const found = await page.evaluate(async (hash) => {
        const moved = new Promise((done) => addEventListener("hashchange", done, { once: true }));
        location.hash = hash;
        await moved;
        const titled = document.querySelector("main h2").textContent;
        return titled !== "没有找到" && (!hash.includes(".") || /^(Query|Mutation|Sub)/.test(hash)
          ? true
          : document.querySelector("tr.meant")?.id === hash);
      }, address);
      if (!found) missing.push(address);
    }
  }
  assert.deepEqual(missing, []);
  await page.evaluate(() => (location.hash = "Nothing"));
  await page.waitForFunction(() => document.querySelector("main h2").textContent === "没有找到");
  assertQuiet();
  await close();
});

test("a sample is opened in GraphiQL and can be sent there", async () => {
  const { page, assertQuiet, close } = await opened("#Query.organisations");
  await page.click("text=在 GraphiQL 中打开");
  await page.waitForSelector(".graphiql-query-editor textarea", { state: "attached" });
  assert.equal(new URL(page.url()).hash, "");
  await page.click("#sign-in button");
  await page.waitForSelector("#signed-in:not([hidden])");
  await page.focus(".graphiql-query-editor textarea");
  await page.keyboard.press("Control+Enter");
  await page.waitForFunction(() => document.querySelector(".graphiql-response").innerText.includes('"organisations"'));
  assertQuiet();
  await close();
});

for (const [name, wanted] of Object.entries({
  light: {},
  dark: { scheme: "dark" },
  narrow: { width: 360, height: 740 },
})) {
  test(`it is readable: ${name}`, async () => {
    const { page, assertQuiet, close } = await opened("", wanted);
    await page.check("#english");
    for (const hash of ["", "Referral.deadlines", "Mutation.draftReferral", "errors.NOT_FOUND"]) {
      await page.evaluate((to) => (location.hash = to), hash);
      await page.waitForFunction((at) => decodeURIComponent(location.hash.slice(1)) === at, hash);
      assert.deepEqual(await faults(page), [], hash);
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wider <= 0, `#${hash} is ${wider} px wider than the screen`);
    }
    await page.fill("#wanted", "期限");
    await page.waitForSelector("#found:not([hidden])");
    assert.deepEqual(await faults(page), []);
    assertQuiet();
    await close();
  });
}

test("no sample that only reads fails in the demo", async () => {
  const { headers } = await signedIn("zonghe.head");
  const { schema } = await (await fetch(`${process.env.GONGGUAN_URL}/explorer/reference`)).json();
  const lists = Object.values(schema.calls).filter(
    ({ verb, arguments: taken }) =>
      verb === "query" && !taken.some(({ type }) => ["ID!", "[ID!]!"].includes(type)),
  );
  assert.ok(lists.length > 8);
  for (const { operation, variables, arguments: taken } of lists) {
    // A reader puts an id of their own there; where none need be given, none is.
    const ids = new Set(taken.filter(({ type }) => type === "ID").map(({ name }) => name));
    const given = Object.entries(variables).filter(([name]) => !ids.has(name));
    await askedOf({ headers }, operation, Object.fromEntries(given));
  }
});
