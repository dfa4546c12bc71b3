/* What the explorer shows under each address: the whole, a chapter, a call, a type, the refusals. */

import { beside, described, element, table, written } from "./elements.js";
import { calls, chapters, isOpen, KINDS, named, namesIn, refusals, types, usesOf, VERBS } from "./reference.js";

/** The view of an address: its title and what it holds; null when there is no such thing. */
export function viewOf(address) {
  const [name] = address.split(".");
  if (address === "") {
    return { title: "接口说明", content: whole() };
  }
  if (name === "errors") {
    return { title: "错误代码", chapter: "errors", content: allRefusals() };
  }
  const chapter = chapters.find(({ word }) => word === name);
  if (chapter) {
    return { title: chapter.zh, chapter: name, content: oneChapter(chapter) };
  }
  if (address in calls) {
    return { title: calls[address].zh, chapter: calls[address].chapter, content: oneCall(calls[address]) };
  }
  if (name in types) {
    return { title: types[name].zh || name, chapter: types[name].chapter, content: oneType(name, types[name]) };
  }
  return null;
}

function whole() {
  const count = (all) => String(Object.keys(all).length);
  return [
    heading("接口说明"),
    isOpen
      ? element(
          "p",
          { class: "lead" },
          `共 ${count(calls)} 个接口、${count(types)} 个类型、${refusals.length} 个错误代码。`,
          "可按章节阅读，也可在上方用中文或英文查找。",
        )
      : element(
          "p",
          { class: "lead", role: "note" },
          "本平台未开放接口模式查询（introspection），因此这里不显示接口和类型；错误代码仍可查阅。",
        ),
    element(
      "ul",
      { class: "cards" },
      chapters.map(({ word, zh, en }) =>
        element(
          "li",
          {},
          element("a", { href: `#${word}` }, zh),
          element("span", { lang: "en", class: "english" }, en),
          element(
            "small",
            {},
            `${namesIn(word, calls).length} 个接口 · ${namesIn(word, types).length} 个类型`,
          ),
        ),
      ),
      element(
        "li",
        {},
        element("a", { href: "#errors" }, "错误代码"),
        element("span", { lang: "en", class: "english" }, "Refusals"),
        element("small", {}, `${refusals.length} 个代码`),
      ),
    ),
    element("h3", {}, "如何调用"),
    element(
      "dl",
      { class: "how" },
      ...[
        ["查询与办理", "`POST /graphql`，请求体为 JSON：`{\"query\": …, \"variables\": …}`。"],
        ["登录", "用 `signIn` 取得令牌，放入请求头 `Authorization: Bearer …`。"],
        ["任职身份", "有多个任职身份的，用请求头 `X-Acting-As` 指明以哪个身份办理。"],
        ["语言", "答复文字按请求头 `Accept-Language`，默认中文。"],
        ["类型写法", "`!` 表示必有值，`[ ]` 表示多个。"],
        ["推送", "WebSocket 协议 `graphql-transport-ws`，或以 `Accept: text/event-stream` 发送 POST。"],
        ["附件", "先以 `POST /files` 上传，再用所得编号附上；以 `GET /files/…` 下载。"],
        ["未予办理", "办理类接口见 `userErrors`，查询见 `errors[].extensions.code`。"],
        ["限额", "`extensions.cost` 说明本次花费、单次上限和本单位剩余限额。"],
        ["请求编号", "应答头 `X-Request-Id`，反映问题时请一并告知管理员。"],
      ].map(([term, said]) => [element("dt", {}, term), element("dd", {}, written(said))]),
    ),
  ];
}

function oneChapter({ word, zh, en }) {
  const contained = namesIn(word, calls);
  const kinds = namesIn(word, types);
  return [
    heading(zh, en),
    ...Object.entries(VERBS).map(([verb, title]) =>
      listed(
        title,
        contained.filter((address) => calls[address].verb === verb),
        (address) => calls[address],
      ),
    ),
    ...Object.entries(KINDS).map(([kind, title]) =>
      listed(
        title,
        kinds.filter((name) => types[name].kind === kind),
        (name) => types[name],
      ),
    ),
  ];
}

function listed(title, addresses, find) {
  if (addresses.length === 0) {
    return null;
  }
  const rows = addresses.map((address) => ({
    cells: [element("a", { href: `#${address}` }, lastOf(address)), described(find(address))],
  }));
  return table(title, ["名称", "说明"], rows);
}

function oneCall(call) {
  const variables = JSON.stringify(call.variables, null, 2);
  const opened = new URLSearchParams({ query: call.operation, variables });
  return [
    heading(call.zh, call.name, VERBS[call.verb]),
    beside(call),
    element("p", {}, "返回 ", typed(call.type)),
    call.arguments.length > 0 ? given("参数", call.arguments) : null,
    call.arguments
      .map(({ type }) => named(type))
      .filter((name) => types[name].kind === "input")
      .map((name) => given(`${name} 各项`, types[name].fields)),
    element("h3", {}, "调用示例"),
    element("pre", { tabindex: "0", "aria-label": "示例" }, call.operation),
    variables === "{}" ? null : element("h4", {}, "变量"),
    variables === "{}" ? null : element("pre", { tabindex: "0", "aria-label": "变量" }, variables),
    element(
      "p",
      {},
      element("a", { class: "button", href: `/graphiql#${opened}` }, "在 GraphiQL 中打开"),
    ),
  ];
}

function oneType(name, type) {
  const uses = usesOf(name);
  return [
    heading(type.zh || name, name, KINDS[type.kind]),
    beside(type),
    type.oneOf ? element("p", {}, "以下各项只能且必须给出一项。") : null,
    type.is?.length > 0 ? element("p", {}, "属于 ", links(type.is)) : null,
    type.canBe ? element("p", {}, "可为 ", links(type.canBe)) : null,
    type.kind === "input" ? given("输入项", type.fields, name) : fields(name, type.fields),
    type.values
      ? table(
          "取值",
          ["值", "说明"],
          type.values.map((value) => ({
            id: `${name}.${value.name}`,
            cells: [element("code", {}, value.name), described(value)],
          })),
        )
      : null,
    uses.length > 0 ? element("h3", {}, "用于") : null,
    uses.length > 0 ? element("ul", { class: "uses" }, uses.map((use) => element("li", {}, links([use])))) : null,
  ];
}

function fields(owner, all) {
  return all
    ? table(
        "字段",
        ["字段", "类型", "说明"],
        all.map((field) => ({
          id: `${owner}.${field.name}`,
          cells: [
            element("code", {}, field.name),
            typed(field.type),
            [
              described(field),
              field.arguments.length > 0
                ? element(
                    "dl",
                    { class: "arguments" },
                    field.arguments.map((each) => [
                      element("dt", {}, element("code", {}, each.name), " ", typed(each.type), preset(each)),
                      element("dd", {}, described(each)),
                    ]),
                  )
                : null,
            ],
          ],
        })),
      )
    : null;
}

function given(caption, all, owner) {
  return table(
    caption,
    ["名称", "类型", "说明"],
    all.map((each) => ({
      id: owner ? `${owner}.${each.name}` : undefined,
      cells: [
        [element("code", {}, each.name), each.type.endsWith("!") && !each.default ? mark("必填") : null],
        [typed(each.type), preset(each)],
        described(each),
      ],
    })),
  );
}

function allRefusals() {
  return [
    heading("错误代码", "Refusals"),
    element(
      "p",
      { class: "lead" },
      "平台未予办理时的答复：代码供程序判断，文字供人阅读。花括号内为代入的内容。",
    ),
    table(
      "全部错误代码",
      ["代码", "说明"],
      refusals.map((refusal) => ({
        id: `errors.${refusal.code}`,
        cells: [element("code", {}, refusal.code), described(refusal)],
      })),
    ),
  ];
}

function heading(title, name, kind) {
  return element(
    "h2",
    { tabindex: "-1" },
    title,
    name && name !== title ? [" ", element("code", { lang: "en" }, name)] : null,
    kind ? [" ", mark(kind)] : null,
  );
}

/** A type as it is written, its name a link. */
function typed(type) {
  const name = named(type);
  const [before, after] = type.split(name);
  return element("code", {}, before, element("a", { href: `#${name}` }, name), after);
}

function links(addresses) {
  return addresses.map((address, place) => [
    place > 0 ? "、" : "",
    element("a", { href: `#${address}` }, element("code", {}, address)),
  ]);
}

function preset({ default: value }) {
  return value === undefined || value === "null" ? null : element("small", {}, ` 默认 ${value}`);
}

function mark(text) {
  return element("span", { class: "mark" }, text);
}

function lastOf(address) {
  return address.split(".").at(-1);
}
