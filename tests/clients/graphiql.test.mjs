/** GraphiQL as it is served: its examples, the demo's sign-in, all by keyboard, readable, and asking nobody else. */

import assert from "node:assert/strict";
import { after, test } from "node:test";

import { asked as askedOf } from "./platform.mjs";
import { before, done, faults, tabTo } from "./watched.mjs";

after(done);

const RESPONSE = ".graphiql-response";
const EDITOR = ".graphiql-query-editor textarea";

const shown = (page, text) =>
  page.waitForFunction(
    ([where, wanted]) => document.querySelector(where)?.innerText.includes(wanted),
    [RESPONSE, text],
  );

async function signInByKeyboard(page) {
  await tabTo(page, "#person");
  await tabTo(page, "#password");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#signed-in:not([hidden])");
}

test("the example is run by keyboard alone, as somebody of the demo", async () => {
  const { page, asked, assertQuiet, close } = await before("/graphiql");
  await page.waitForSelector(EDITOR, { state: "attached" });
  await signInByKeyboard(page);
  assert.equal(await page.textContent("#name"), "柏小雪");
  assert.equal(await page.evaluate(() => document.activeElement.id), "capacity");
  await tabTo(page, EDITOR);
  await page.keyboard.press("Control+Enter");
  await shown(page, '"sentOut"');
  await shown(page, '"organisationName": "平阳县综合行政执法局"');
  assert.ok(asked.some((url) => url.endsWith("/graphql")));
  assertQuiet();
  await close();
});

test("another post shows what that post sees", async () => {
  const { page, assertQuiet, close } = await before("/graphiql");
  await page.waitForSelector(EDITOR, { state: "attached" });
  await signInByKeyboard(page);
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowDown");
  await page.selectOption("#capacity", { label: "昆阳镇人民政府 昆阳镇综合行政执法队成员" });
  await page.focus(EDITOR);
  await page.keyboard.press("Control+Enter");
  await shown(page, '"organisationName": "昆阳镇人民政府"');
  assertQuiet();
  await close();
});

test("the act is carried out and the feed begins, over a socket with the same token", async () => {
  const { page, asked, assertQuiet, close } = await before("/graphiql");
  await page.waitForSelector(EDITOR, { state: "attached" });
  await signInByKeyboard(page);
  await page.click("text=DraftALetter");
  await page.focus(EDITOR);
  await page.keyboard.press("Control+Enter");
  await shown(page, '"state": "DRAFT"');
  await page.click("text=NewNotices");
  await page.focus(EDITOR);
  await page.keyboard.press("Control+Enter");
  await shown(page, '"cursor"');
  assert.equal(asked.filter((url) => url.startsWith("ws:")).length, 1);
  assertQuiet();
  await close();
});

test("signing out ends the token, on the page and on the server", async () => {
  const { page, close } = await before("/graphiql");
  await page.waitForSelector(EDITOR, { state: "attached" });
  await signInByKeyboard(page);
  const { token } = await page.evaluate(() => JSON.parse(sessionStorage.getItem("gongguan.session")));
  await tabTo(page, "#sign-out");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#sign-in:not([hidden])");
  assert.equal(await page.evaluate(() => sessionStorage.getItem("gongguan.session")), null);
  await assert.rejects(
    askedOf({ headers: { Authorization: `Bearer ${token}` } }, "{ viewer { name } }"),
    /UNAUTHENTICATED/,
  );
  await close();
});

test("nothing of what was done here outlives the tab", async () => {
  const { page, close } = await before("/graphiql");
  await page.waitForSelector(EDITOR, { state: "attached" });
  await signInByKeyboard(page);
  await page.focus(EDITOR);
  await page.keyboard.press("Control+Enter");
  await shown(page, '"sentOut"');
  assert.deepEqual(await page.evaluate(() => Object.keys(localStorage)), []);
  assert.equal(await page.evaluate(() => document.cookie), "");
  await close();
});

test("a token that ended brings the form back", async () => {
  const { page, close } = await before("/graphiql");
  await page.waitForSelector(EDITOR, { state: "attached" });
  await signInByKeyboard(page);
  const { token } = await page.evaluate(() => JSON.parse(sessionStorage.getItem("gongguan.session")));
  await askedOf(
    { headers: { Authorization: `Bearer ${token}` } },
    "mutation { signOut(input: {}) { userErrors { code } } }",
  );
  await page.focus(EDITOR);
  await page.keyboard.press("Control+Enter");
  await page.waitForSelector("#sign-in:not([hidden])");
  assert.equal(await page.textContent("#told"), "请先登录。");
  await close();
});

test("Tab leaves the editors, forwards and backwards", async () => {
  const { page, close } = await before("/graphiql");
  await page.waitForSelector(EDITOR, { state: "attached" });
  const text = await page.innerText(".graphiql-query-editor .CodeMirror-code");
  await page.focus(EDITOR);
  for (const key of ["Tab", "Shift+Tab", "Shift+Tab"]) {
    const here = await page.evaluateHandle(() => document.activeElement);
    await page.keyboard.press(key);
    assert.ok(await page.evaluate((was) => document.activeElement !== was, here), key);
  }
  assert.equal(await page.innerText(".graphiql-query-editor .CodeMirror-code"), text);
  await close();
});

for (const [name, wanted] of Object.entries({
  light: {},
  dark: { scheme: "dark" },
  narrow: { width: 360, height: 740 },
})) {
  test(`it is readable: ${name}`, async () => {
    const { page, assertQuiet, close } = await before("/graphiql", wanted);
    await page.waitForSelector(EDITOR, { state: "attached" });
    assert.deepEqual(await faults(page), []);
    await signInByKeyboard(page);
    await page.focus(EDITOR);
    await page.keyboard.press("Control+Enter");
    await shown(page, '"sentOut"');
    assert.deepEqual(await faults(page), []);
    await page.click('[aria-label="Show Documentation Explorer"]');
    await page.waitForSelector(".graphiql-doc-explorer-type-name");
    assert.deepEqual(await faults(page), []);
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wider <= 0, `the page is ${wider} px wider than the screen`);
    assertQuiet();
    await close();
  });
}

test("the dialogs keep to the policy", async () => {
  const { page, assertQuiet, close } = await before("/graphiql");
  await page.waitForSelector(EDITOR, { state: "attached" });
  for (const dialog of ["Open short keys dialog", "Open settings dialog"]) {
    await page.click(`[aria-label="${dialog}"]`);
    await page.waitForSelector(".graphiql-dialog");
    assert.deepEqual(await faults(page), []);
    await page.keyboard.press("Escape");
    await page.waitForSelector(".graphiql-dialog", { state: "detached" });
  }
  assertQuiet();
  await close();
});

