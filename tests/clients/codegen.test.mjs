/**
 * @graphql-codegen: types of the schema that TypeScript holds a front end to, and the manifest of its documents, with
 * which an API process is started that answers those and no others.
 */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { promisify } from "node:util";

import { createClient } from "graphql-ws";
import WebSocket from "ws";

import { begun, sent } from "./letters.mjs";
import { anotherApi } from "./platform.mjs";

const MANIFEST = new URL("codegen/generated/persisted-documents.json", import.meta.url).pathname;
const run = promisify(execFile);
const program = (name, ...given) => run(`node_modules/.bin/${name}`, given, { cwd: import.meta.dirname });

let api;
let desk;

before(async () => {
  await program("graphql-codegen", "--config", "codegen/codegen.config.mjs");
  await program("tsc", "--project", "codegen/tsconfig.json").catch(({ stdout }) => assert.fail(stdout));
  desk = createRequire(import.meta.url)("./codegen/generated/compiled/desk.js");
  api = await anotherApi({ GONGGUAN_TRUSTED_DOCUMENTS: MANIFEST });
});
after(() => api?.end());

/** Ways to name a document without its text. */
const WAYS = {
  documentId: (hash) => ({ documentId: hash }),
  persistedQuery: (hash) => ({ extensions: { persistedQuery: { version: 1, sha256Hash: hash } } }),
};

async function posted(body, headers) {
  const response = await fetch(api.endpoint, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Acting-As": "zonghe", "Accept-Language": "en", ...headers },
    body: JSON.stringify(body),
  });
  return response.json();
}

const sending = (way, headers = {}) => (document, variables) =>
  posted({ ...WAYS[way](document.__meta__.hash), variables }, headers);

for (const way of Object.keys(WAYS)) {
  test(`does a desk's work by ids alone: ${way}`, async () => {
    const { word, drafts: [draft] } = await begun(1);
    const token = await desk.signedIn(sending(way), "zonghe.officer", "gongguan-demo");
    const send = sending(way, { Authorization: `Bearer ${token}` });
    assert.deepEqual(await desk.begun(send, word), [`平阳县综合行政执法局 DRAFT not yet ${draft.id}`]);
    assert.deepEqual(await desk.discarded(send, draft.id, 7), ["STALE_VERSION"]);
    assert.deepEqual(await desk.discarded(send, draft.id, draft.version), []);
    assert.deepEqual(await desk.begun(send, word), []);
  });
}

test("asks by GET with an id in the address", async () => {
  const token = await desk.signedIn(sending("documentId"), "zonghe.officer", "gongguan-demo");
  const asked = new URLSearchParams({ documentId: idOf("query Begun"), variables: '{"words": "没有", "first": 1}' });
  const response = await fetch(`${api.endpoint}?${asked}`, { headers: { Authorization: `Bearer ${token}`, "X-Acting-As": "zonghe" } });
  assert.equal((await response.json()).data.referrals.totalCount, 0);
});

test("hears of a letter over a socket that was told only an id", async () => {
  const token = await desk.signedIn(sending("documentId"), "kunyang.head", "gongguan-demo");
  const client = createClient({
    url: api.socket,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}`, actingAs: "kunyang" },
    retryAttempts: 0,
  });
  const news = client.iterate({ query: "", ...WAYS.persistedQuery(desk.News.__meta__.hash) });
  assert.equal((await news.next()).value.data.notifications.notification, null);
  const letter = await sent();
  const { subject } = (await news.next()).value.data.notifications.notification;
  assert.deepEqual({ ...subject }, { __typename: "Referral", id: letter.id });
  await client.dispose();
});

test("is refused everything that its front end was not built with", async () => {
  const text = readManifest()[idOf("query Begun")];
  for (const body of [
    { query: "{ viewer { name } }" },
    { query: `${text} ` },
    { documentId: "0".repeat(64) },
    { extensions: { persistedQuery: { version: 1, sha256Hash: "0".repeat(64) } } },
  ]) {
    const { data, errors } = await posted(body);
    assert.equal(data, undefined);
    assert.deepEqual(errors.map(({ extensions }) => extensions.code), ["DOCUMENT_NOT_TRUSTED"], JSON.stringify(body));
  }
});

function readManifest() {
  return JSON.parse(readFileSync(MANIFEST, "utf8"));
}

function idOf(operation) {
  return Object.entries(readManifest()).find(([, text]) => text.includes(`${operation}(`))[0];
}
