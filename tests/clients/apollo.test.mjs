/** Apollo Client: a cache by global id, Relay's pages, errors by code, and news over graphql-ws. */

import assert from "node:assert/strict";
import { after, test } from "node:test";

import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { OperationTypeNode } from "graphql";
import { relayStylePagination } from "@apollo/client/utilities";
import { createClient } from "graphql-ws";
import { ReplaySubject, filter, firstValueFrom, map } from "rxjs";
import WebSocket from "ws";

import { begun, known, sent } from "./letters.mjs";
import { ENDPOINT, SOCKET } from "./platform.mjs";

const PAGE = gql`
  query ($word: String!, $first: Int, $after: String) {
    referrals(box: SENT, filter: { text: $word }, sort: NEWEST, first: $first, after: $after) {
      totalCount
      edges { cursor node { id state version acts sender { id name } } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
`;
const DISCARD = gql`
  mutation ($input: ReferralInput!) {
    discardReferral(input: $input) { userErrors { code message field } clientMutationId }
  }
`;
const SUBMIT = gql`
  mutation ($input: SubmitReferralInput!) {
    submitReferral(input: $input) { referral { id state version } userErrors { code message field } }
  }
`;
const NEWS = gql`
  subscription ($after: String) {
    notifications(after: $after) { cursor notification { id message subject { id ... on Referral { letterNumber } } } }
  }
`;

const opened = [];
after(() => Promise.all(opened.map((client) => client.stop())));

/** A front end as Apollo's documentation builds one. */
function frontEnd({ headers, connectionParams }, options = {}) {
  const sockets = [];
  class Kept extends WebSocket {
    constructor(...given) {
      super(...given);
      sockets.push(this);
    }
  }
  const socket = createClient({ url: SOCKET, connectionParams, webSocketImpl: Kept, retryAttempts: 0, ...options });
  const client = new ApolloClient({
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(socket),
      new HttpLink({ uri: ENDPOINT, headers }),
    ),
    cache: new InMemoryCache({
      typePolicies: { Query: { fields: { referrals: relayStylePagination(["box", "filter", "sort"]) } } },
    }),
  });
  opened.push({ stop: async () => (client.stop(), socket.dispose()) });
  return Object.assign(client, { sockets });
}

/** What a screen shows of a list, and a way to wait until it shows something in particular. */
function screen(list) {
  const seen = new ReplaySubject();
  const watching = list.subscribe(seen);
  return {
    shows: (wanted) => firstValueFrom(seen.pipe(map(({ data }) => data?.referrals), filter((page) => page && wanted(page)))),
    close: () => watching.unsubscribe(),
  };
}

test("goes through a list page by page into one list, and back in it without asking", async () => {
  const { word, ids } = await begun(5);
  const client = frontEnd(await known("zonghe.officer"));
  const list = client.watchQuery({ query: PAGE, variables: { word, first: 2 } });
  const shown = screen(list);
  let page = await shown.shows(() => true);
  while (page.pageInfo.hasNextPage) {
    const { length } = page.edges;
    await list.fetchMore({ variables: { after: page.pageInfo.endCursor } });
    page = await shown.shows(({ edges }) => edges.length > length);
  }
  assert.deepEqual(page.edges.map(({ node }) => node.id), ids);
  assert.equal(page.totalCount, 5);
  assert.equal(page.pageInfo.hasPreviousPage, false);
  shown.close();

  const again = await client.query({ query: PAGE, variables: { word, first: 2 }, fetchPolicy: "cache-only" });
  assert.deepEqual(again.data.referrals.edges.map(({ node }) => node.id), ids);
});

test("sees in its list what an act changed, by the global id and without asking again", async () => {
  const { word, drafts: [draft] } = await begun(1);
  const client = frontEnd(await known("zonghe.officer"));
  const list = client.watchQuery({ query: PAGE, variables: { word, first: 2 } });
  const shown = screen(list);
  await shown.shows(() => true);

  const refused = await client.mutate({
    mutation: SUBMIT,
    variables: { input: { referralId: draft.id, expectedVersion: draft.version } },
  });
  const [{ code, message, field }] = refused.data.submitReferral.userErrors;
  assert.equal(code, "REFERRAL_MATERIALS_MISSING");
  assert.match(message, /[a-z]{3}/);
  assert.equal(field, "materials");
  assert.equal(refused.data.submitReferral.referral, null);

  const revised = await client.mutate({
    mutation: gql`
      mutation ($input: ReviseReferralInput!) {
        reviseReferral(input: $input) { referral { id version state } userErrors { code } }
      }
    `,
    variables: { input: { referralId: draft.id, expectedVersion: draft.version, facts: "两车散落渣土。" } },
  });
  assert.deepEqual(revised.data.reviseReferral.userErrors, []);
  await shown.shows(({ edges }) => edges[0].node.version === draft.version + 1);
  const entry = client.cache.extract()[`Referral:${draft.id}`];
  assert.equal(entry.version, draft.version + 1);
  assert.match(entry.sender.__ref, /^Organisation:/);
  shown.close();
});

test("tells errors by their code, whichever way they come", async () => {
  const client = frontEnd(await known("zonghe.officer"));
  const codeOf = (query, asking = client) =>
    asking.query({ query, fetchPolicy: "network-only" }).then(
      () => assert.fail("it went well"),
      (error) => {
        assert.ok(CombinedGraphQLErrors.is(error), String(error));
        return error.errors[0].extensions.code;
      },
    );
  assert.equal(await codeOf(gql`{ referrals(box: SENT, first: 101) { edges { cursor } } }`), "FIRST_TOO_LARGE");
  assert.equal(await codeOf(gql`{ referrals(box: SENT, after: "nowhere") { edges { cursor } } }`), "BAD_CURSOR");
  assert.equal(await codeOf(gql`{ weddings { bride } }`), "BAD_REQUEST");
  const stranger = frontEnd({ headers: { Authorization: "Bearer nobody" } });
  assert.equal(await codeOf(gql`{ unreadCount }`, stranger), "UNAUTHENTICATED");
});

test("reads Chinese when it asks for Chinese", async () => {
  const { headers } = await known("zonghe.officer");
  const client = frontEnd({ headers: { ...headers, "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.1" } });
  const { drafts: [draft] } = await begun(1);
  const { data } = await client.mutate({ mutation: DISCARD, variables: { input: { referralId: draft.id, expectedVersion: 7, clientMutationId: "一" } } });
  assert.equal(data.discardReferral.userErrors[0].code, "STALE_VERSION");
  assert.match(data.discardReferral.userErrors[0].message, /^[^a-z]+$/);
});

test("hears of a letter, and after a cut of the next one, with the list's own cursor", async () => {
  const client = frontEnd(await known("kunyang.head"));
  const { data } = await client.query({ query: gql`{ notifications(first: 1) { pageInfo { startCursor } } }` });
  let place = data.notifications.pageInfo.startCursor;

  const heard = [];
  let told = () => {};
  function listen() {
    client.subscribe({ query: NEWS, variables: { after: place } }).subscribe({
      next: ({ data: news, error }) => {
        if (error) return listen(); // as the README says: come back with the cursor of the last message
        place = news.notifications.cursor;
        if (news.notifications.notification) heard.push(news.notifications.notification);
        told();
      },
      error: listen,
    });
  }
  async function until(howMany) {
    while (heard.length < howMany) await new Promise((resolve) => { told = resolve; });
  }
  listen();
  const first = await sent();
  await until(1);
  client.sockets.at(-1).terminate();
  const second = await sent();
  await until(2);
  assert.deepEqual(heard.map(({ subject }) => subject.id), [first.id, second.id]);
  assert.equal(client.cache.extract()[`Referral:${second.id}`].letterNumber, second.letterNumber);
  assert.equal(client.sockets.length, 2);
});
