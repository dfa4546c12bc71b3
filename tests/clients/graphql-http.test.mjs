/** `graphql-http`'s audits: what GraphQL over HTTP asks of a server, MUST, SHOULD and MAY alike. */

import assert from "node:assert/strict";
import { after, test } from "node:test";

import { serverAudits } from "graphql-http";

import { ENDPOINT, signedIn } from "./platform.mjs";

const { headers } = await signedIn("zonghe.head");
const audits = serverAudits({
  url: ENDPOINT,
  fetchFn: (url, options = {}) => fetch(url, { ...options, headers: { ...headers, ...options.headers } }),
});
let ok = 0;

for (const audit of audits) {
  test(`${audit.id} ${audit.name}`, async () => {
    const { status, reason } = await audit.fn();
    assert.equal(status, "ok", reason); // also a "warn": what SHOULD be, is
    ok += 1;
  });
}

test("there are 61, and all of them were asked", () => assert.equal(audits.length, 61));

after(() => console.log(`graphql-http: ${ok} of ${audits.length} audits ok`));
