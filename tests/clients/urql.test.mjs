/** urql: graphcache by global id with Relay's pages, errors by code, and news by event streams. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { Client, fetchExchange, gql, subscriptionExchange } from "@urql/core";
import { cacheExchange } from "@urql/exchange-graphcache";
import { relayPagination } from "@urql/exchange-graphcache/extras";
import { getIntrospectionQuery } from "graphql";
import { createClient } from "graphql-sse";

import { begun, known, sent } from "./letters.mjs";
import { ENDPOINT, asked } from "./platform.mjs";

const PAGE = gql`
  query ($word: String!, $first: Int, $after: String) {
    referrals(box: SENT, filter: { text: $word }, sort: NEWEST, first: $first, after: $after) {
      totalCount
      edges { cursor node { id state version sender { id name } } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
`;
const REVISE = gql`
  mutation ($input: ReviseReferralInput!) {
    reviseReferral(input: $input) { referral { id version } userErrors { code message field } }
  }
`;
const NEWS = gql`
  subscription ($after: String) {
    notifications(after: $after) { cursor notification { id message subject { id } } }
  }
`;

/** A front end as urql's documentation builds one, whose cache knows the schema. */
async function frontEnd(who) {
  const { __schema } = await asked(who, getIntrospectionQuery({ inputValueDeprecation: true }));
  return new Client({
    url: ENDPOINT,
    preferGetMethod: false,
    fetchOptions: { headers: who.headers },
    exchanges: [
      cacheExchange({
        schema: { __schema },
        // They have no id, and belong to whatever shows them.
        keys: Object.fromEntries(["PageInfo", "NotificationNews", "UserError"].map((type) => [type, () => null])),
        resolvers: { Query: { referrals: relayPagination() } },
      }),
      fetchExchange,
    ],
  });
}

test("goes through a list page by page into one list", async () => {
  const { word, ids } = await begun(5);
  const client = await frontEnd(await known("zonghe.officer"));
  let after = null;
  let page;
  do {
    const { data, error } = await client.query(PAGE, { word, first: 2, after });
    assert.equal(error, undefined);
    page = data.referrals;
    after = page.pageInfo.endCursor;
  } while (page.pageInfo.hasNextPage);
  assert.deepEqual(page.edges.map(({ node }) => node.id), ids);
  assert.equal(page.totalCount, 5);
});

test("sees in its list what an act changed, by the global id and without asking again", async () => {
  const { word, drafts: [draft] } = await begun(1);
  const client = await frontEnd(await known("zonghe.officer"));
  const versions = [];
  const screen = client.query(PAGE, { word, first: 2 });
  const { unsubscribe } = screen.subscribe(({ data, stale }) => stale || versions.push(data.referrals.edges[0].node.version));
  await screen;

  const stale = { referralId: draft.id, expectedVersion: draft.version + 5, facts: "两车。" };
  const refused = await client.mutation(REVISE, { input: stale });
  assert.equal(refused.error, undefined);
  assert.equal(refused.data.reviseReferral.userErrors[0].code, "STALE_VERSION");

  const revised = await client.mutation(REVISE, { input: { ...stale, expectedVersion: draft.version } });
  assert.deepEqual(revised.data.reviseReferral.userErrors, []);
  assert.deepEqual(versions, [draft.version, draft.version + 1]);
  const { data } = await client.query(PAGE, { word, first: 2 }, { requestPolicy: "cache-only" });
  assert.equal(data.referrals.edges[0].node.version, draft.version + 1);
  unsubscribe();
});

test("tells errors by their code, and in the language it asks for", async () => {
  const officer = await known("zonghe.officer");
  const client = new Client({
    url: ENDPOINT,
    preferGetMethod: false,
    fetchOptions: { headers: { ...officer.headers, "Accept-Language": "zh-CN" } },
    exchanges: [fetchExchange],
  });
  const tooMany = await client.query(gql`{ referrals(box: SENT, first: 101) { edges { cursor } } }`, {});
  assert.equal(tooMany.error.graphQLErrors[0].extensions.code, "FIRST_TOO_LARGE");
  assert.match(tooMany.error.graphQLErrors[0].message, /每页最多/);
  const unknown = await client.query(gql`{ weddings { bride } }`, {});
  assert.equal(unknown.error.graphQLErrors[0].extensions.code, "BAD_REQUEST");
});

test("asks by GET where a query fits into an address", async () => {
  const officer = await known("zonghe.officer");
  const methods = [];
  const client = new Client({
    url: ENDPOINT,
    preferGetMethod: true,
    fetchOptions: { headers: officer.headers },
    fetch: (url, options) => (methods.push(options.method), fetch(url, options)),
    exchanges: [fetchExchange],
  });
  const { data } = await client.query(gql`{ viewer { name } }`, {});
  assert.equal(data.viewer.name, "柏小雪");
  assert.deepEqual(methods, ["GET"]);
});

test("hears of a letter by its own fetch, whose POST accepts event streams", async () => {
  const town = await known("kunyang.head");
  const client = new Client({
    url: ENDPOINT,
    preferGetMethod: false,
    fetchOptions: { headers: town.headers },
    fetchSubscriptions: true,
    exchanges: [fetchExchange],
  });
  await hearsOfALetter(client);
});

test("hears of a letter through graphql-sse", async () => {
  const town = await known("kunyang.head");
  const streams = createClient({ url: ENDPOINT, headers: town.headers });
  const client = new Client({
    url: ENDPOINT,
    preferGetMethod: false,
    exchanges: [
      subscriptionExchange({
        forwardSubscription: ({ query, variables }) => ({
          subscribe: (sink) => ({ unsubscribe: streams.subscribe({ query, variables }, sink) }),
        }),
      }),
    ],
  });
  await hearsOfALetter(client);
});

async function hearsOfALetter(client) {
  const heard = [];
  let told = () => {};
  const { unsubscribe } = client.subscription(NEWS, {}).subscribe((result) => {
    heard.push(result);
    told();
  });
  const until = async (howMany) => {
    while (heard.length < howMany) await new Promise((resolve) => { told = resolve; });
  };
  await until(1);
  const letter = await sent();
  await until(2);
  unsubscribe();
  assert.equal(heard[1].error, undefined);
  assert.equal(heard[1].data.notifications.notification.subject.id, letter.id);
}
