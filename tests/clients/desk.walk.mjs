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
import { ADDRESS, anotherApi, asked, signedIn } from "./platform.mjs";

const { DESK } = process.env;
const VITE = "node_modules/vite/bin/vite.js";
const PDF = Buffer.from("%PDF-1.4\nA photograph would be here.\n");
const strangers = new Set();
const contexts = [];
const servers = [];
let browser, home;

before(async () => {
  home = await served(ADDRESS);
  browser = await opened();
});

after(async () => {
  await browser?.close();
  for (const server of servers) if (server.kill()) await once(server, "exit");
  assert.deepEqual([...strangers], [], "the page asked other hosts");
});

/** What was built, served in front of a platform: its address. */
async function served(platform, folder = "dist") {
  const server = vite(["preview", "--host", "127.0.0.1", "--port", "0", "--outDir", folder], { PLATFORM: platform });
  servers.push(server);
  return new Promise((found, failed) => {
    let printed = "";
    server.stdout.on("data", (data) => {
      printed += data;
      const address = /http:\/\/127\.0\.0\.1:\d+\//.exec(printed);
      if (address) found(address[0]);
    });
    server.on("exit", () => failed(new Error(`the desk is not served: ${printed}`)));
  });
}

function vite(command, settings) {
  const env = { ...process.env, ...settings, NO_COLOR: "1" };
  return spawn(process.execPath, [VITE, ...command], { cwd: DESK, env, stdio: ["ignore", "pipe", "inherit"] });
}

afterEach(async () => {
  while (contexts.length) await contexts.pop().close();
});

/** Somebody's own window, in front of the door. */
async function ownWindow() {
  const context = await browser.newContext({ viewport: { width: 1200, height: 800 }, locale: "zh-CN" });
  context.setDefaultTimeout(60_000);
  contexts.push(context);
  const page = await context.newPage();
  page.on("request", (request) => new URL(request.url()).hostname === "127.0.0.1" || strangers.add(request.url()));
  page.on("pageerror", (error) => assert.fail(error));
  return page;
}

/** Somebody signed in at the desk, whose news are coming. */
async function at(login, { actingAs, prepare, from = home, at: where = "" } = {}) {
  const page = await ownWindow();
  await prepare?.(page);
  await page.goto(from + where);
  await page.getByLabel("账号").fill(login);
  await page.getByLabel("密码").fill("gongguan-demo");
  await page.getByRole("button", { name: "登录" }).click();
  if (actingAs) await page.getByRole("button", { name: actingAs }).click();
  await page.getByText("实时").waitFor();
  return page;
}

// The links of the two lists, all of them or those to one letter.
const notices = (page, where) => links(page.getByRole("complementary"), where);
const letters = (page, where) => links(page.getByRole("list", { name: "移送件" }), where);
const links = (list, where) => list.getByRole("link").and(list.locator(where ? `[href="${where}"]` : "*"));
const addresses = (all) => all.evaluateAll((found) => found.map((link) => link.getAttribute("href")));
const addressOf = (id) => `#${encodeURIComponent(id)}`;

test("a letter is drafted by keyboard, with uploads; it is sent, seen without a reload, taken in and read", async () => {
  const officer = await ownWindow();
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
  const entries = ["某某运输有限公司", "昆阳镇通福路", "货车未覆盖，沿途撒落。", "330217125000", "浙江省城市市容和环境卫生管理条例"];
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
    await officer.getByRole("listitem").filter({ hasText: `${words}：现场 ${kind}.pdf` }).waitFor();
  }
  assert.deepEqual(await downloaded(officer, "现场 IDENTITY.pdf"), PDF);
  await officer.getByRole("button", { name: "报批" }).press("Enter");
  await officer.getByText("待审批").waitFor();

  const town = await at("kunyang.head");
  const where = new URL(officer.url()).hash;
  const head = await at("zonghe.head", { at: where });
  await head.getByRole("button", { name: "批准" }).press("Enter");
  await head.getByText("已批准").waitFor();
  const registrar = await at("zonghe.registrar", { at: where });
  await registrar.getByRole("button", { name: "移送", exact: true }).press("Enter");

  await notices(town, where).waitFor();
  await letters(town, where).press("Enter");
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
  const drafts = [];
  for (let number = 1; number <= 11; number++) {
    const input = await letter(writer, { party: `第${number}家运输公司` });
    drafts.push(await done(writer, "draftReferral", "DraftReferralInput", input));
  }
  const officer = await at("zonghe.officer", { actingAs: "平阳县综合行政执法局" });
  await officer.getByRole("radio", { name: "发出的" }).check();
  const [oldest, ...newest] = drafts.map(({ id }) => addressOf(id));
  await letters(officer, newest.at(-1)).waitFor();
  assert.deepEqual(await addresses(letters(officer)), newest.toReversed());
  await officer.getByRole("button", { name: "更多" }).press("Enter");
  await letters(officer, oldest).waitFor();
  assert.deepEqual((await addresses(letters(officer))).slice(0, 11), [oldest, ...newest].toReversed());
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
  const latest = [missed[1], missed[0]].map(({ id }) => addressOf(id));
  await letters(town, latest[0]).waitFor();
  await notices(town, latest[0]).waitFor();
  const shown = await addresses(notices(town));
  assert.deepEqual(shown.filter((address) => latest.includes(address)), latest);
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
  await town.getByLabel("密码").waitFor(); // the socket is told, and closed
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

test("built to send ids, it works with a platform that answers nothing else", async () => {
  const building = vite(["build", "--outDir", "trusted"], { VITE_TRUSTED: "yes" });
  building.stdout.resume();
  assert.deepEqual(await once(building, "exit"), [0, null]);
  const api = await anotherApi({ GONGGUAN_TRUSTED_DOCUMENTS: `${DESK}/src/gql/persisted-documents.json` });
  try {
    await assert.rejects(asked({}, "{ viewer { name } }", {}, api.endpoint), /DOCUMENT_NOT_TRUSTED/);
    const from = await served(api.endpoint.replace("/graphql", ""), "trusted");
    const town = await at("kunyang.head", { from });
    const { id } = await sent({ party: "凭编号查询" });
    await notices(town, addressOf(id)).waitFor();
    await letters(town, addressOf(id)).waitFor();
  } finally {
    await api.end();
  }
});
