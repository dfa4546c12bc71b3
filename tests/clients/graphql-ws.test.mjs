/** graphql-ws: news over a WebSocket, through a cut connection, and why the server closes one. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";

import { createClient } from "graphql-ws";
import WebSocket from "ws";

import { sent } from "./letters.mjs";
import { SOCKET, asked, signedIn } from "./platform.mjs";

const NEWS = "subscription ($after: String) { notifications(after: $after) { cursor notification { id message subject { id } } } }";

/** A client of graphql-ws, with everything that it says of its sockets. */
function client(connectionParams, options = {}) {
  const sockets = [];
  const closings = [];
  class Kept extends WebSocket {
    constructor(...given) {
      super(...given);
      sockets.push(this);
    }
  }
  const opened = createClient({
    url: SOCKET,
    webSocketImpl: Kept,
    connectionParams,
    retryAttempts: 0,
    on: { closed: ({ code, reason }) => closings.push({ code, reason }) },
    ...options,
  });
  return { ...opened, sockets, closings };
}

test("hears of a letter that was sent", async () => {
  const town = client((await signedIn("kunyang.head")).connectionParams);
  const news = town.iterate({ query: NEWS });
  const first = await news.next();
  assert.equal(first.value.data.notifications.notification, null);
  assert.ok(first.value.data.notifications.cursor);

  const letter = await sent();
  const { value } = await news.next();
  assert.equal(value.data.notifications.notification.subject.id, letter.id);

  await news.return();
  await town.dispose();
  assert.equal(town.sockets.length, 1);
});

test("comes back after the connection was cut, to everything since and nothing twice", async () => {
  const town = client((await signedIn("kunyang.head")).connectionParams, { retryAttempts: 5 });
  const variables = {}; // told anew with each connection: where one stopped
  const news = town.iterate({ query: NEWS, variables });
  async function next() {
    const { cursor, notification } = (await news.next()).value.data.notifications;
    variables.after = cursor;
    return notification;
  }
  assert.equal(await next(), null);
  const before = await sent();
  assert.equal((await next()).subject.id, before.id);

  const [socket] = town.sockets;
  socket.pause(); // as if the line were dead: nothing that comes is heard any more
  const meanwhile = await sent();
  socket.terminate();
  assert.equal((await next()).subject.id, meanwhile.id);
  const later = await sent();
  assert.equal((await next()).subject.id, later.id);

  await news.return();
  await town.dispose();
  assert.equal(town.sockets.length, 2);
});

test("carries many subscriptions on one socket, in the language that was asked for", async () => {
  const english = client((await signedIn("kunyang.head")).connectionParams);
  const chinese = client((await signedIn("kunyang.head", { language: "zh" })).connectionParams);
  const listening = [english.iterate({ query: NEWS }), english.iterate({ query: NEWS }), chinese.iterate({ query: NEWS })];
  for (const news of listening) await news.next();
  await sent();
  const [one, other, zh] = await Promise.all(listening.map(async (news) => (await news.next()).value.data.notifications.notification));
  assert.deepEqual(one, other);
  assert.equal(zh.id, one.id);
  assert.match(one.message, /[a-z]{3}/);
  assert.match(zh.message, /移送/);
  await english.dispose();
  await chinese.dispose();
  assert.equal(english.sockets.length, 1);
});

test("is told of an unknown field by an error, and goes on listening on the same socket", async () => {
  const town = client((await signedIn("kunyang.head")).connectionParams);
  const news = town.iterate({ query: NEWS });
  await news.next();
  const refused = await new Promise((error, complete) => town.subscribe({ query: "subscription { weddings }" }, { next: complete, complete, error }));
  assert.equal(refused[0].extensions.code, "BAD_REQUEST");
  const letter = await sent();
  assert.equal((await news.next()).value.data.notifications.notification.subject.id, letter.id);
  await town.dispose();
});

test("is closed with 4401 when nobody is signed in", async () => {
  const stranger = client({ authorization: "Bearer nobody" });
  await assert.rejects(stranger.iterate({ query: NEWS }).next(), { code: 4401, reason: "UNAUTHENTICATED" });
});

test("is closed with 4403 when the post is not one's own", async () => {
  const { connectionParams } = await signedIn("kunyang.head", { actingAs: "zonghe" });
  await assert.rejects(client(connectionParams).iterate({ query: NEWS }).next(), { code: 4403, reason: "CAPACITY_REFUSED" });
});

test("is closed with 4401 once it has signed out, and does not come back by itself", async () => {
  const head = await signedIn("kunyang.head");
  const town = client(head.connectionParams, { retryAttempts: 5 });
  const news = town.iterate({ query: NEWS });
  await news.next();
  const [socket] = town.sockets;
  const closed = once(socket, "close");
  await asked(head, "mutation { signOut(input: {}) { userErrors { code } } }");
  await sent(); // an event, so that the right is asked for again
  await assert.rejects(news.next(), { code: 4401 });
  assert.equal((await closed)[0], 4401);
  assert.deepEqual(town.closings, [{ code: 4401, reason: "UNAUTHENTICATED" }]);
  assert.equal(town.sockets.length, 1);
});
