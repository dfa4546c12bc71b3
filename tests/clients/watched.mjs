/** A page in Chromium that is watched: whom it asks, what it complains of, and what axe finds in it. */

import assert from "node:assert/strict";

import axe from "../../api/pages/node_modules/axe-core/axe.js";

import { opened } from "./browser.mjs";
import { ADDRESS } from "./platform.mjs";

const browser = await opened();

/** What axe cannot know. */
const EXCEPTED = [
  // CodeMirror: the keys that scroll it go to the field beside the region, which has the focus.
  { rule: "scrollable-region-focusable", target: /CodeMirror-scroll/ },
];

/** A fresh browser before one of the pages. */
export async function before(path, { address = ADDRESS, scheme = "light", width = 1280, height = 900 } = {}) {
  const context = await browser.newContext({
    colorScheme: scheme,
    locale: "zh-CN",
    viewport: { width, height },
  });
  const page = await context.newPage();
  const asked = [];
  const complaints = [];
  page.on("request", (request) => asked.push(request.url()));
  page.on("websocket", (socket) => asked.push(socket.url()));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(address + path);
  const host = new URL(address).host;
  return {
    page,
    asked,
    /** Nobody but this server was asked, and nothing went wrong on the page. */
    assertQuiet() {
      assert.deepEqual(asked.filter((url) => !url.startsWith("data:") && new URL(url).host !== host), []);
      assert.deepEqual(complaints, []);
    },
    close: () => context.close(),
  };
}

/** What axe finds against WCAG 2.1 at level AA, but for what it cannot know. */
export async function faults(page) {
  // What is still moving, or about to go, is not yet what somebody reads.
  await page.mouse.move(0, 0);
  await page.waitForFunction(
    () =>
      document.querySelector(".graphiql-tooltip, .CodeMirror-hints") === null &&
      document.getAnimations().every(({ playState }) => playState !== "running"),
  );
  await page.evaluate(axe.source);
  const { violations } = await judged(page);
  return violations.flatMap(({ id, nodes }) =>
    nodes
      .map(({ target, failureSummary }) => ({ rule: id, target: target.join(" "), failureSummary }))
      .filter((fault) => !EXCEPTED.some(({ rule, target }) => rule === fault.rule && target.test(fault.target))),
  );
}

/** axe stumbles over what leaves the page while it looks, such as a tooltip; then it looks again. */
async function judged(page, again = 5) {
  const judge = () => window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] });
  try {
    return await page.evaluate(judge);
  } catch (problem) {
    if (again > 0 && problem.message.includes("nthChild")) {
      return judged(page, again - 1);
    }
    throw problem;
  }
}

/** Press Tab until what `selector` names has the focus; says how often. */
export async function tabTo(page, selector, { most = 60 } = {}) {
  for (let pressed = 1; pressed <= most; pressed += 1) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) {
      return pressed;
    }
  }
  throw new Error(`${selector} is not reached by ${most} times Tab`);
}

export const done = () => browser.close();
