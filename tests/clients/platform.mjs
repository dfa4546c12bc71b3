/**
 * The platform that `make clients` started: where it is, who signs in, and a second API process beside the first.
 *
 * A front end of the simplest kind, a `fetch` and nothing else, for what a test needs done by somebody else meanwhile.
 */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { resolve } from "node:path";

export const ADDRESS = process.env.GONGGUAN_URL;
export const ENDPOINT = `${ADDRESS}/graphql`;
export const SOCKET = ENDPOINT.replace("http", "ws");

const ROOT = resolve(import.meta.dirname, "../..");
const PASSWORD = "gongguan-demo";

/** Somebody of the demo county, signed in and acting for the body that the login begins with, or for another. */
export async function signedIn(login, { actingAs = login.split(".")[0], language = "en" } = {}) {
  const { signIn } = await asked(
    {},
    "mutation ($input: SignInInput!) { signIn(input: $input) { token userErrors { message } } }",
    { input: { login, password: PASSWORD } },
  );
  if (!signIn.token) throw new Error(`${login}: ${JSON.stringify(signIn.userErrors)}`);
  const authorization = `Bearer ${signIn.token}`;
  return {
    token: signIn.token,
    headers: { Authorization: authorization, "X-Acting-As": actingAs, "Accept-Language": language },
    connectionParams: { authorization, actingAs, acceptLanguage: language },
  };
}

/** The data of an operation that must go well. */
export async function asked({ headers = {} }, query, variables = {}, endpoint = ENDPOINT) {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: { ...headers, "Content-Type": "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

/** Another API process over the same servers, with these settings; `end` ends it. */
export async function anotherApi(settings = {}) {
  const port = await aFreePort();
  const address = `http://127.0.0.1:${port}`;
  const api = spawn(process.env.GONGGUAN_PYTHON, ["-m", "ops", "api"], {
    cwd: ROOT,
    env: { ...process.env, ...settings, PORT: String(port) },
    stdio: ["ignore", "inherit", "inherit"],
  });
  while (!(await answers(`${address}/healthz`))) {
    if (api.exitCode !== null) throw new Error(`the second API ended by itself (code ${api.exitCode})`);
    await new Promise((again) => setTimeout(again, 50));
  }
  return {
    endpoint: `${address}/graphql`,
    socket: `ws://127.0.0.1:${port}/graphql`,
    async end(signal = "SIGTERM") {
      if (api.exitCode === null && api.kill(signal)) await once(api, "exit");
    },
  };
}

async function answers(url) {
  return fetch(url).then((response) => response.ok, () => false);
}

async function aFreePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
