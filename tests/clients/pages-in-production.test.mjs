/** The pages of an installation that is no demo: there if it asks for them, and then with nobody to sign in as. */

import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import { anotherApi } from "./platform.mjs";
import { before, done, faults, tabTo } from "./watched.mjs";

// No installation that is no demo goes by a demo's keys; this one has nothing to seal, and so none at all.
const PRODUCTION = {
  GONGGUAN_MODE: "production",
  GONGGUAN_PERSONAL_DATA_KEYS: join(tmpdir(), `no-keys-${process.pid}.toml`),
};
const silent = await anotherApi(PRODUCTION);
const asking = await anotherApi({ ...PRODUCTION, GONGGUAN_PAGES: "yes" });
after(async () => {
  await done();
  await silent.end();
  await asking.end();
});

const hostOf = ({ endpoint }) => new URL(endpoint).origin;

test("there are none unless it asks for them", async () => {
  for (const path of ["/graphiql", "/graphiql/opening", "/explorer", "/explorer/reference"]) {
    assert.equal((await fetch(hostOf(silent) + path)).status, 404);
  }
});

test("the schema is not asked for where it may not be, and the explorer says so", async () => {
  const graphiql = await before("/graphiql", { address: hostOf(asking) });
  await graphiql.page.waitForSelector(".graphiql-query-editor textarea", { state: "attached" });
  assert.deepEqual(graphiql.asked.filter((url) => url.endsWith("/graphql")), []);
  graphiql.assertQuiet();
  await graphiql.close();
  const explorer = await before("/explorer", { address: hostOf(asking) });
  await explorer.page.waitForSelector("main h2");
  assert.match(await explorer.page.textContent("main .lead"), /未开放接口模式查询/);
  assert.deepEqual(await faults(explorer.page), []);
  explorer.assertQuiet();
  await explorer.close();
});

test("one signs in with a name and a password, and nothing is filled in", async () => {
  const { page, assertQuiet, close } = await before("/graphiql", { address: hostOf(asking) });
  await page.waitForSelector("#sign-in:not([hidden])");
  assert.equal(await page.isVisible("#person"), false);
  assert.equal(await page.inputValue("#login"), "");
  assert.equal(await page.inputValue("#password"), "");
  assert.ok(!(await page.content()).includes("gongguan-demo"));
  await tabTo(page, "#login");
  await page.keyboard.type("zonghe.head");
  await page.keyboard.press("Tab");
  await page.keyboard.type("wrong");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => /密码|登录/.test(document.querySelector("#told").textContent.replace("正在登录", "")));
  assert.equal(await page.isVisible("#signed-in"), false);
  await page.fill("#password", "gongguan-demo");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#signed-in:not([hidden])");
  assert.equal(await page.textContent("#name"), "柏甲子");
  assert.deepEqual(await faults(page), []);
  assertQuiet();
  await close();
});
