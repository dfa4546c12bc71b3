/** Relay: compiled against the schema, a register in React read from either end, its rows asked for again, and news. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";

import { createClient } from "graphql-ws";
import WebSocket from "ws";

import { begun, done, known, sent, which } from "./letters.mjs";
import { ENDPOINT, SOCKET } from "./platform.mjs";

globalThis.IS_REACT_ACT_ENVIRONMENT = true;

const require = createRequire(import.meta.url);
const { createElement, Suspense } = require("react");
const { RelayEnvironmentProvider } = require("react-relay");
const { Environment, Network, Observable, RecordSource, Store } = require("relay-runtime");
const { act, create } = require("react-test-renderer");
const { transformFileSync } = require("@babel/core");

const SOURCE = require.resolve("./relay/register.js");
let screens;
const ends = [];

before(() => {
  mkdirSync("relay/generated", { recursive: true });
  execFileSync("../node_modules/.bin/relay-compiler", ["relay.config.json"], { cwd: "relay", stdio: "pipe" });
  screens = compiled(SOURCE);
});
after(() => ends.forEach((end) => end()));

/** A module of a front end, after Relay's plugin has put the compiler's artifacts in place of its documents. */
function compiled(file) {
  const plugin = [require.resolve("babel-plugin-relay"), { artifactDirectory: "relay/generated", eagerEsModules: false }];
  const { code } = transformFileSync(file, { configFile: false, plugins: [plugin] });
  const exported = {};
  new Function("require", "exports", code)(createRequire(file), exported);
  return exported;
}

/** An environment as Relay's documentation builds one. */
function environment({ headers, connectionParams }) {
  const socket = createClient({ url: SOCKET, connectionParams, webSocketImpl: WebSocket, lazy: true });
  ends.push(() => socket.dispose());
  const fetched = async ({ text }, variables) => {
    const response = await fetch(ENDPOINT, {
      method: "POST",
      headers: { ...headers, "Content-Type": "application/json" },
      body: JSON.stringify({ query: text, variables }),
    });
    return response.json();
  };
  const subscribed = ({ text, name }, variables) =>
    Observable.create((sink) => socket.subscribe({ query: text, operationName: name, variables }, sink));
  return new Environment({ network: Network.create(fetched, subscribed), store: new Store(new RecordSource()) });
}

/** A screen that is drawn, what it shows by name, and a way to wait until it shows something in particular. */
async function drawn(who, screen, props) {
  const shown = {};
  const show = (name, what) => { shown[name] = what; };
  const within = environment(await known(who));
  let root;
  await act(async () => {
    root = create(
      createElement(
        RelayEnvironmentProvider,
        { environment: within },
        createElement(Suspense, { fallback: "…" }, createElement(screen, { ...props, show })),
      ),
    );
  });
  ends.push(() => act(() => root.unmount()));
  return {
    shown,
    environment: within,
    async until(holds) {
      while (!holds(shown)) await act(() => new Promise((again) => setTimeout(again, 20)));
    },
    async does(what) {
      let answer;
      await act(async () => { answer = await what(shown); });
      return answer;
    },
  };
}

test("reads a register to its end, page by page, and from its end to the beginning", async () => {
  const { word, ids } = await begun(5);
  const forward = await drawn("zonghe.officer", screens.Register, { words: word, first: 2 });
  await forward.until(({ list }) => list);
  assert.deepEqual(forward.shown.list.ids, ids.slice(0, 2));
  assert.equal(forward.shown.list.data.referrals.totalCount, 5);
  while (forward.shown.list.hasNext) {
    const { length } = forward.shown.list.ids;
    await forward.does(({ list }) => void list.loadNext(2));
    await forward.until(({ list }) => list.ids.length > length);
  }
  assert.deepEqual(forward.shown.list.ids, ids);
  assert.equal(forward.shown.list.hasPrevious, false);

  const backward = await drawn("zonghe.officer", screens.Register, { words: word, last: 2 });
  await backward.until(({ list }) => list);
  assert.deepEqual(backward.shown.list.ids, ids.slice(3));
  while (backward.shown.list.hasPrevious) {
    const { length } = backward.shown.list.ids;
    await backward.does(({ list }) => void list.loadPrevious(2));
    await backward.until(({ list }) => list.ids.length > length);
  }
  assert.deepEqual(backward.shown.list.ids, ids);
  assert.equal(backward.shown.list.hasNext, false);
});

test("asks for the list again by other words, and for a row by its global id", async () => {
  const first = await begun(2);
  const other = await begun(1);
  const register = await drawn("zonghe.officer", screens.Register, { words: first.word, first: 5 });
  await register.until(({ list }) => list?.ids.length === 2);

  const [draft] = first.drafts;
  await done(await known("zonghe.officer"), "reviseReferral", "ReviseReferralInput", { ...which(draft), facts: "两车。" });
  assert.equal(register.shown[draft.id].version, draft.version);
  await register.does((shown) => void shown[draft.id].refetch({}, { fetchPolicy: "network-only" }));
  await register.until((shown) => shown[draft.id].version === draft.version + 1);

  await register.does(({ list }) => void list.refetch({ words: other.word }));
  await register.until(({ list }) => list.ids[0] === other.ids[0]);
  assert.deepEqual(register.shown.list.ids, other.ids);
});

test("shows at once what an act changed, takes a discarded row out of the list, and says why not", async () => {
  const { word, ids, drafts } = await begun(2);
  const register = await drawn("zonghe.officer", screens.Register, { words: word, first: 5 });
  await register.until(({ list }) => list?.ids.length === 2);

  await register.does((shown) => shown[ids[0]].revise("三车。"));
  await register.until((shown) => shown[ids[0]].version === drafts[0].version + 1);

  const refused = await register.does((shown) => shown[ids[1]].discard(9));
  assert.equal(refused.discardReferral.userErrors[0].code, "STALE_VERSION");
  assert.deepEqual(register.shown.list.ids, ids);

  const discarded = await register.does((shown) => shown[ids[1]].discard(drafts[1].version));
  assert.equal(discarded.discardReferral.discardedReferralId, ids[1]);
  await register.until(({ list }) => list.ids.length === 1);
  assert.deepEqual(register.shown.list.ids, [ids[0]]);
});

test("hears of a letter, which then stands in the store under its global id", async () => {
  const inbox = await drawn("kunyang.head", screens.Inbox, {});
  await inbox.until(({ news }) => news);
  assert.equal(inbox.shown.news.notification, null);
  const letter = await sent();
  await inbox.until(({ news }) => news.notification);
  assert.equal(inbox.shown.news.notification.subject.id, letter.id);
  const record = inbox.environment.getStore().getSource().get(letter.id);
  assert.equal(record.__typename, "Referral");
  assert.equal(record.version, letter.version);
});

test("finds a letter by its global id", async () => {
  const { ids: [id] } = await begun(1);
  const screen = await drawn("zonghe.officer", screens.Letter, { id });
  await screen.until((shown) => shown[id]);
  assert.equal(screen.shown[id].state, "DRAFT");
  assert.equal(screen.shown[id].sender.name, "平阳县综合行政执法局");
});
