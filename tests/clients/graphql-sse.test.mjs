/** graphql-sse: news as an event stream, one POST for each subscription; through a server that ended. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { createClient } from "graphql-sse";

import { sent } from "./letters.mjs";
import { ENDPOINT, anotherApi, asked, signedIn } from "./platform.mjs";

const NEWS = "subscription ($after: String) { notifications(after: $after) { cursor notification { message subject { id } } } }";

test("hears of a letter that was sent", async () => {
  const { headers } = await signedIn("kunyang.head");
  const town = createClient({ url: ENDPOINT, headers });
  const news = town.iterate({ query: NEWS });
  assert.equal((await news.next()).value.data.notifications.notification, null);
  const letter = await sent();
  assert.equal((await news.next()).value.data.notifications.notification.subject.id, letter.id);
  await news.return();
  town.dispose();
});

test("comes back to another process when its own was killed, to everything since", async () => {
  const { headers } = await signedIn("kunyang.head");
  const first = await anotherApi();
  const endpoints = [first.endpoint, ENDPOINT];
  const variables = {};
  const town = createClient({ url: () => endpoints[0], headers, retryAttempts: 5 });
  const news = town.iterate({ query: NEWS, variables });
  async function next() {
    const { cursor, notification } = (await news.next()).value.data.notifications;
    variables.after = cursor;
    return notification;
  }
  assert.equal(await next(), null);
  const before = await sent();
  assert.equal((await next()).subject.id, before.id);
  endpoints.shift();
  await first.end("SIGKILL");
  const meanwhile = await sent();
  assert.equal((await next()).subject.id, meanwhile.id);
  await news.return();
  town.dispose();
});

test("is told the refusal in the stream, by its code and in its language", async () => {
  const { headers } = await signedIn("kunyang.head", { language: "zh" });
  const town = createClient({ url: ENDPOINT, headers });
  const stranger = createClient({ url: ENDPOINT, headers: { ...headers, Authorization: "Bearer nobody" } });
  const refused = (await stranger.iterate({ query: NEWS }).next()).value.errors[0];
  assert.equal(refused.extensions.code, "UNAUTHENTICATED");
  assert.match(refused.message, /登录/);
  const nowhere = "subscription { changes(subject: \"UmVmZXJyYWw6MDE5YTAwMDAtMDAwMC03MDAwLTgwMDAtMDAwMDAwMDAwMDAw\") { cursor } }";
  assert.equal((await town.iterate({ query: nowhere }).next()).value.errors[0].extensions.code, "NOT_FOUND");
});

test("is complete with the refusal when it signs out meanwhile", async () => {
  const head = await signedIn("kunyang.head");
  const town = createClient({ url: ENDPOINT, headers: head.headers });
  const news = town.iterate({ query: NEWS });
  await news.next();
  await asked(head, "mutation { signOut(input: {}) { userErrors { code } } }");
  await sent();
  assert.equal((await news.next()).value.errors[0].extensions.code, "UNAUTHENTICATED");
  assert.equal((await news.next()).done, true);
});
