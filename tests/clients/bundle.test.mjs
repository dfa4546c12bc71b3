/** What is committed of other people's work is what the lock gives, to the byte. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";

const PAGES = new URL("../../api/pages/", import.meta.url);

test("the bundle of GraphiQL is what api/pages/package-lock.json gives", async () => {
  const { stderr } = await promisify(execFile)("node", ["bundle.mjs", "--check"], { cwd: PAGES });
  assert.equal(stderr, "");
});
