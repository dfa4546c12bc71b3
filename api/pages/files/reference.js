/* The schema and the refusals as the server tells them, and where each thing stands: `Referral`, `Query.referrals`. */

export const VERBS = { query: "查询", mutation: "办理", subscription: "推送" };

export const KINDS = {
  object: "对象",
  interface: "接口类型",
  union: "联合类型",
  input: "输入",
  enum: "枚举",
  scalar: "标量",
};

const { schema, refusals } = await (await fetch("/explorer/reference")).json();

/** Whether the schema may be shown here. */
export const isOpen = schema !== null;
export { refusals };
export const { chapters, types, calls } = schema ?? { chapters: [], types: {}, calls: {} };

/** The type that `[Referral!]!` names. */
export function named(type) {
  return type.replace(/[[\]!]/g, "");
}

/** The names of what a chapter holds, of `calls` or `types`. */
export function namesIn(chapter, all) {
  return Object.keys(all).filter((name) => all[name].chapter === chapter);
}

/** Where a type is used: calls and fields that give it or take it. */
export function usesOf(type) {
  const uses = [];
  const look = (address, { type: given, arguments: taken = [] }) => {
    if (named(given) === type || taken.some((each) => named(each.type) === type)) {
      uses.push(address);
    }
  };
  for (const [address, call] of Object.entries(calls)) {
    look(address, call);
  }
  for (const [name, { fields = [] }] of Object.entries(types)) {
    for (const field of fields) {
      look(`${name}.${field.name}`, field);
    }
  }
  return uses;
}
