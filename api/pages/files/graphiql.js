/* The page of GraphiQL: its editor with the examples, and the strip above it in which one signs in. */

import * as session from "./session.js";
import {
  CodeMirror,
  createClient,
  createElement,
  createGraphiQLFetcher,
  createRoot,
  GraphiQL,
  parse,
} from "./vendor/graphiql.js";

const part = (id) => document.getElementById(id);

const LABELS = {
  "graphiql-query-editor": "GraphQL 编辑器",
  "graphiql-response": "返回结果",
  "graphiql-editor-tool": "变量或请求头",
};

/* Tab leaves an editor, as it leaves every other field; indenting has Ctrl-] and Ctrl-[. */
for (const name of ["basic", "pcDefault", "macDefault", "sublime", "pcSublime", "macSublime"]) {
  Object.assign(CodeMirror.keyMap[name] ?? {}, { Tab: false, "Shift-Tab": false });
}
/* The field that a screen reader finds has no name of its own. */
CodeMirror.defineInitHook((editor) => {
  const around = Object.keys(LABELS).find((name) => editor.getWrapperElement().closest(`.${name}`));
  editor.setOption("screenReaderLabel", LABELS[around] ?? "编辑器");
});

const sockets = createClient({
  url: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/graphql`,
  connectionParams: session.connectionParams,
});
const sends = createGraphiQLFetcher({
  url: "/graphql",
  enableIncrementalDelivery: false,
  fetch: (address, request) =>
    fetch(address, { ...request, headers: { ...request.headers, ...session.headers() } }),
  wsClient: sockets,
});

async function fetcher(operation, options) {
  const answer = await sends(...asItStands(operation, options));
  const codes = (answer?.errors ?? []).map(({ extensions }) => extensions?.code);
  if (codes.includes("UNAUTHENTICATED")) {
    session.forget();
    show();
    tell("请先登录。");
  }
  return answer;
}

/* GraphiQL learns a moment late that another tab is shown; who is quick would send the other's name with this text. */
function asItStands(operation, options) {
  const documentAST = parse(operation.query);
  const names = documentAST.definitions.map(({ name }) => name?.value);
  const operationName = names.includes(operation.operationName) ? operation.operationName : names[0];
  return [{ ...operation, operationName }, { ...options, documentAST }];
}

function tell(sentence) {
  part("told").textContent = sentence;
}

/** Show who is signed in, or the form. */
function show() {
  const somebody = session.current();
  part("sign-in").hidden = somebody !== null;
  part("signed-in").hidden = somebody === null;
  if (somebody) {
    part("name").textContent = somebody.name;
    part("capacity").replaceChildren(
      ...somebody.capacities.map(
        (each) => new Option(session.titleOf(each), each.id, false, each.id === somebody.actingAs),
      ),
    );
  }
}

function offer({ password, people }) {
  part("person").append(
    ...people.map(({ login, name, posts }) => {
      const option = new Option(`${name} · ${posts.join("; ")}`, login);
      option.dataset.post = posts[0];
      return option;
    }),
  );
  part("person-label").hidden = false;
  part("login-label").hidden = true;
  part("login").disabled = true;
  part("password").value = password;
}

part("sign-in").addEventListener("submit", async (event) => {
  event.preventDefault();
  const [person] = part("person").selectedOptions;
  tell("正在登录……");
  const problem = await session
    .signIn(person?.value ?? part("login").value, part("password").value, person?.dataset.post)
    .catch(() => "服务未响应，请稍后再试。");
  tell(problem ?? "已登录。");
  show();
  if (!problem) {
    part("capacity").focus();
  }
});
part("sign-out").addEventListener("click", async () => {
  await session.signOut().catch(() => {});
  tell("已退出。");
  show();
  part(part("login").disabled ? "person" : "login").focus();
});
part("capacity").addEventListener("change", ({ target }) => session.actAs(target.value));

/** The operation that the address brings along (from the explorer), once. */
function brought() {
  const given = new URLSearchParams(location.hash.slice(1));
  if (!given.has("query")) {
    return null;
  }
  history.replaceState(null, "", location.pathname);
  return { query: given.get("query"), variables: given.get("variables") ?? "" };
}

const { examples, introspection, signIn } = await (await fetch("/graphiql/opening")).json();
if (signIn) {
  offer(signIn);
}
show();

const wanted = brought();
createRoot(part("editor")).render(
  createElement(GraphiQL, {
    fetcher,
    // Where the schema may not be asked for, GraphiQL does without it.
    schema: introspection ? undefined : null,
    // Operations hold names of people: they go with the tab, as the token does.
    storage: sessionStorage,
    defaultTabs: [
      ...(wanted ? [wanted] : []),
      ...examples.map(({ query, variables }) => ({
        query,
        variables: variables ? JSON.stringify(variables, null, 2) : "",
      })),
    ],
    ...(wanted ?? {}),
    forcedTheme: "system",
    isHeadersEditorEnabled: false,
  }),
);
