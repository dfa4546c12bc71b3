/**
 * The example of the page for front-end developers, built and served, used by people of the demo county in a browser.
 *
 * DESK is the folder in which it was built. Nobody outside is asked for anything; where somebody is to act past the page, the
 * platform is asked directly.
 */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { after, afterEach, before, test } from "node:test";

import { opened } from "./browser.mjs";
import { done, letter, sent, which } from "./letters.mjs";
import { ADDRESS, asked, signedIn } from "./platform.mjs";

const PDF = Buffer.from("%PDF-1.4\nA photograph would be here.\n");
const NOTICE = "移送一件案件";
let browser, server, home;
const strangers = new Set();
const contexts = [];

before(async () => {
  server = spawn(process.execPath, ["node_modules/vite/bin/vite.js", "preview", "--host", "127.0.0.1", "--port", "0"], {
    cwd: process.env.DESK,
    env: { ...process.env, PLATFORM: ADDRESS, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  home = await new Promise((found, failed) => {
    let said = "";
    server.stdout.on("data", (data) => {
      said += data;
      const address = /http:\/\/127\.0\.0\.1:\d+\//.exec(said);
      if (address) found(address[0]);
    });
    server.on("exit", () => failed(new Error(`the desk is not served: ${said}`)));
  });
  browser = await opened();
});

after(async () => {
  await browser?.close();
  if (server?.kill()) await once(server, "exit");
  assert.deepEqual([...strangers], [], "the page asked other hosts");
});

afterEach(async () => {
  while (contexts.length) await contexts.pop().close();
});

/** Somebody's own window, in front of the door. */
async function window_(more = {}) {
  const context = await browser.newContext({ viewport: { width: 1200, height: 800 }, locale: "zh-CN", ...more });
  contexts.push(context);
  const page = await context.newPage();
  page.on("request", (request) => new URL(request.url()).host === new URL(home).host || strangers.add(request.url()));
  page.on("pageerror", (error) => assert.fail(error));
  return page;
}

/** Somebody signed in at the desk, whose news are coming. */
async function at(login, { actingAs, prepare, at: where = "" } = {}) {
  const page = await window_();
  await prepare?.(page);
  await page.goto(home + where);
  await page.getByLabel("账号").fill(login);
  await page.getByLabel("密码").fill("gongguan-demo");
  await page.getByRole("button", { name: "登录" }).click();
  if (actingAs) await page.getByRole("button", { name: actingAs }).click();
  await page.getByText("实时").waitFor();
  return page;
}

const notices = (page) => page.getByRole("complementary").getByRole("listitem").filter({ hasText: NOTICE });
const letters = (page) => page.getByRole("list", { name: "移送件" }).getByRole("listitem");
const addressOf = (id) => `#${encodeURIComponent(id)}`;

test("a letter is drafted by keyboard, with uploads; it is sent, seen without a reload, taken in and read", async () => {
  const officer = await window_();
  const type = async (text) => officer.keyboard.insertText(text);
  const tab = async (times = 1) => {
    for (let n = 0; n < times; n++) await officer.keyboard.press("Tab");
  };
  await officer.goto(home);
  await officer.getByLabel("账号").waitFor();
  await type("zonghe.officer"); // the field has the focus
  await tab();
  await type("gongguan-demo");
  await officer.keyboard.press("Enter");
  const post = officer.getByRole("button", { name: "平阳县综合行政执法局" });
  await post.waitFor();
  while (!(await post.evaluate((button) => button === document.activeElement))) await tab();
  await officer.keyboard.press("Enter");
  await officer.getByText("实时").waitFor();
  await officer.getByRole("link", { name: "起草" }).press("Enter");
  await officer.locator("main:focus").waitFor(); // the new page is where one goes on
  await tab();
  await officer.getByLabel("接收单位").and(officer.locator(":focus")).selectOption({ label: "昆阳镇人民政府" });
  const entries = ["某某运输有限公司", "昆阳镇通福路", "货车未覆盖,沿途撒落。", "330217125000", "浙江省城市市容和环境卫生管理条例"];
  await officer.getByLabel("当事人").focus();
  for (const text of entries) {
    await type(text);
    await tab();
  }
  await officer.getByRole("button", { name: "保存草稿" }).and(officer.locator(":focus")).press("Enter");

  for (const [kind, words] of [["SOURCE", "案件来源材料"], ["IDENTITY", "当事人证照材料"], ["EVIDENCE", "证据材料"]]) {
    await officer.getByLabel("种类").selectOption({ label: words });
    await officer.getByLabel("文件").setInputFiles({ name: `现场 ${kind}.pdf`, mimeType: "application/pdf", buffer: PDF });
    await officer.getByRole("button", { name: "上传并附上" }).press("Enter");
    await officer.getByRole("listitem").filter({ hasText: `${words}:现场 ${kind}.pdf` }).waitFor();
  }
  assert.deepEqual(await downloaded(officer, "现场 IDENTITY.pdf"), PDF);
  await officer.getByRole("button", { name: "报批" }).press("Enter");
  await officer.getByText("待审批").waitFor();

  const town = await at("kunyang.head");
  const before = await notices(town).count();
  const where = new URL(officer.url()).hash;
  const head = await at("zonghe.head", { at: where });
  await head.getByRole("button", { name: "批准" }).press("Enter");
  await head.getByText("已批准").waitFor();
  const registrar = await at("zonghe.registrar", { at: where });
  await registrar.getByRole("button", { name: "移送", exact: true }).press("Enter");

  await notices(town).nth(before).waitFor();
  await letters(town).filter({ hasText: "某某运输有限公司" }).getByRole("link").press("Enter");
  await town.getByText("收件登记后方可查看材料内容").waitFor();
  assert.equal(await town.getByRole("button", { name: "下载" }).count(), 0);
  await town.getByRole("button", { name: "收件登记" }).press("Enter");
  assert.deepEqual(await downloaded(town, "现场 SOURCE.pdf"), PDF);
});

async function downloaded(page, name) {
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: `下载 ${name}` }).press("Enter"),
  ]);
  assert.equal(file.suggestedFilename(), name);
  return readFile(await file.path());
}

test("what is refused is said, and nothing of the form is lost", async () => {
  const officer = await at("zonghe.officer", { actingAs: "平阳县综合行政执法局", at: "#draft" });
  await officer.getByLabel("接收单位").selectOption({ label: "平阳县综合行政执法局" });
  for (const name of ["当事人", "违法行为发生地", "初步事实", "权力事项代码", "法律法规依据"]) {
    await officer.getByLabel(name).fill("330217125000");
  }
  await officer.getByRole("button", { name: "保存草稿" }).click();
  await officer.getByRole("alert").filter({ hasText: "不能向本单位移送案件" }).waitFor();
  assert.equal(await officer.getByLabel("当事人").inputValue(), "330217125000");

  await officer.getByLabel("接收单位").selectOption({ label: "昆阳镇人民政府" });
  await officer.getByRole("button", { name: "保存草稿" }).click();
  await officer.getByLabel("文件").setInputFiles({ name: "程序.exe", mimeType: "application/x-msdownload", buffer: PDF });
  await officer.getByRole("button", { name: "上传并附上" }).click();
  await officer.getByRole("alert").filter({ hasText: "不接受" }).waitFor();
});

test("the list goes on page by page, each letter once", async () => {
  const writer = await signedIn("zonghe.officer");
  for (let number = 1; number <= 11; number++) {
    const input = await letter(writer, { party: `第${number}家运输公司` });
    await done(writer, "draftReferral", "DraftReferralInput", input);
  }
  const officer = await at("zonghe.officer", { actingAs: "平阳县综合行政执法局" });
  await officer.getByRole("radio", { name: "发出的" }).check();
  await letters(officer).nth(9).waitFor();
  assert.equal(await letters(officer).count(), 10);
  await officer.getByRole("button", { name: "更多" }).press("Enter");
  await letters(officer).nth(10).waitFor();
  const shown = await letters(officer).getByRole("link").allInnerTexts();
  for (let number = 1; number <= 11; number++) {
    assert.equal(shown.filter((text) => text.endsWith(` 第${number}家运输公司`)).length, 1);
  }
});

/** The line between a page and its news: it can be cut, and stays down until it is mended. */
async function line(page) {
  const open = new Set();
  let down = false;
  await page.routeWebSocket("**/graphql", (socket) => {
    if (down) return void socket.close({ code: 1012 });
    socket.connectToServer();
    open.add(socket);
  });
  return {
    async cut() {
      down = true;
      for (const socket of open) await socket.close({ code: 1012 });
      open.clear();
      await page.getByText("正在连接").waitFor();
    },
    async mend() {
      down = false;
      await page.getByText("实时").waitFor();
    },
  };
}

test("what came while the line was down comes when it is up again, each notice once", async () => {
  let news;
  const town = await at("kunyang.head", { prepare: async (page) => (news = await line(page)) });
  await news.cut();
  const missed = [await sent({ party: "断线甲" }), await sent({ party: "断线乙" })];
  await news.mend();
  await letters(town).filter({ hasText: "断线乙" }).waitFor();
  const latest = [missed[1], missed[0]].map(({ id }) => addressOf(id));
  await town.locator(`aside a[href="${latest[0]}"]`).waitFor();
  const shown = await notices(town).getByRole("link").evaluateAll((links) => links.map((link) => link.getAttribute("href")));
  assert.deepEqual(shown.slice(0, 2), latest);
  assert.equal(new Set(shown).size, shown.length);
});

test("who comes second is told so, and sees what the first one did", async () => {
  const referral = await sent({ party: "两人同办" });
  let news; // down: otherwise the page might have heard of it before anybody presses the button
  const prepare = async (page) => (news = await line(page));
  const town = await at("kunyang.head", { prepare, at: addressOf(referral.id) });
  await town.getByRole("button", { name: "收件登记" }).waitFor();
  await news.cut();
  await done(await signedIn("kunyang.registrar"), "takeInReferral", "ReferralInput", which(referral));
  await town.getByRole("button", { name: "收件登记" }).click();
  await town.getByRole("alert").filter({ hasText: "已被他人更新" }).waitFor();
  await town.getByText("已收件").waitFor();
});

test("whoever is signed out elsewhere is led back to the door", async () => {
  const town = await at("kunyang.head");
  const { token } = await town.evaluate(() => JSON.parse(sessionStorage.getItem("session")));
  await asked({ headers: { Authorization: `Bearer ${token}` } }, "mutation { signOut(input: {}) { userErrors { code } } }");
  await town.getByRole("radio", { name: "发出的" }).check();
  await town.getByLabel("密码").waitFor();
  assert.equal(await town.evaluate(() => sessionStorage.getItem("session")), "null");
});

test("on a narrow screen nothing sticks out, by day and by night", async () => {
  const town = await at("kunyang.head");
  await letters(town).first().waitFor();
  for (const colorScheme of ["light", "dark"]) {
    await town.emulateMedia({ colorScheme });
    for (const width of [1200, 360]) {
      await town.setViewportSize({ width, height: 800 });
      if (process.env.SCREENSHOTS) await town.screenshot({ path: `${process.env.SCREENSHOTS}/${colorScheme}-${width}.png`, fullPage: true });
      assert.ok(await town.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    }
  }
});
