/*
 * Who is signed in on this page, and in which post they act. Kept for this tab of the browser alone and gone with it;
 * nothing of it is in an address, a cookie or a storage that outlives the tab.
 */

const KEPT = "gongguan.session";

const SIGN_IN = `mutation SignIn($input: SignInInput!) {
  signIn(input: $input) { token userErrors { message } }
}`;
const SIGN_OUT = `mutation SignOut { signOut(input: {}) { userErrors { message } } }`;
const VIEWER = `query Viewer { viewer { name capacities { id organisationName post } } }`;

let session = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");

/** Who is signed in: `{token, name, capacities, actingAs}`, or null. */
export function current() {
  return session;
}

/** What a request has to say of it. */
export function headers() {
  return session ? { Authorization: `Bearer ${session.token}`, ...acting("X-Acting-As") } : {};
}

/** What a socket has to say of it. */
export function connectionParams() {
  const said = { acceptLanguage: navigator.languages.join(",") };
  return session ? { ...said, authorization: `Bearer ${session.token}`, ...acting("actingAs") } : said;
}

/** Sign in; the sentence that says why not, or null. The first post acts until another is chosen, or the `preferred`. */
export async function signIn(login, password, preferred) {
  const { data, errors } = await ask(SIGN_IN, { input: { login, password } });
  const token = data?.signIn?.token;
  if (!token) {
    return (data?.signIn?.userErrors ?? errors)[0].message;
  }
  keep({ token, name: login, capacities: [], actingAs: null });
  const { viewer } = (await ask(VIEWER)).data;
  const [first] = viewer.capacities;
  const acting = viewer.capacities.find((capacity) => titleOf(capacity) === preferred) ?? first;
  keep({ token, ...viewer, actingAs: acting?.id ?? null });
  return null;
}

/** How a post is called: the body and what one is in it. */
export function titleOf({ organisationName, post }) {
  return `${organisationName} ${post}`;
}

/** End the token, on the server as well. */
export async function signOut() {
  try {
    await ask(SIGN_OUT);
  } finally {
    forget();
  }
}

/** The token is none any more. */
export function forget() {
  session = null;
  sessionStorage.removeItem(KEPT);
}

/** Act in another of the posts from now on. */
export function actAs(capacity) {
  keep({ ...session, actingAs: capacity });
}

function keep(wanted) {
  session = wanted;
  sessionStorage.setItem(KEPT, JSON.stringify(session));
}

function acting(name) {
  return session.actingAs ? { [name]: session.actingAs } : {};
}

async function ask(query, variables) {
  const answer = await fetch("/graphql", {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers() },
    body: JSON.stringify({ query, variables }),
  });
  return answer.json();
}
