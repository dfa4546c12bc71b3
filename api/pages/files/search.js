/* Finding: whatever has all the words in its name or in its sentences, Chinese or English, the likeliest first. */

import { element } from "./elements.js";
import { calls, KINDS, refusals, types, VERBS } from "./reference.js";

const SHOWN = 30;

const things = [
  ...Object.entries(calls).map(([address, call]) => thing(address, call.name, VERBS[call.verb], call, 0)),
  ...Object.entries(types).flatMap(([name, type]) => [
    thing(name, name, KINDS[type.kind], type, 1),
    ...[...(type.fields ?? []), ...(type.values ?? [])].map((part) =>
      thing(`${name}.${part.name}`, `${name}.${part.name}`, type.values ? "取值" : "字段", part, 3),
    ),
  ]),
  ...refusals.map((refusal) => thing(`errors.${refusal.code}`, refusal.code, "错误", refusal, 2)),
];

function thing(address, name, kind, { zh, en }, rank) {
  return { address, name, kind, zh, rank, last: name.split(".").at(-1).toLowerCase(), text: `${name} ${zh} ${en}`.toLowerCase() };
}

/** What has every word of `wanted`, the likeliest first. */
export function find(wanted) {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) {
    return [];
  }
  return things
    .filter(({ text }) => words.every((word) => text.includes(word)))
    .map((each) => ({ each, place: unlikeliness(each, words[0]) }))
    .sort((one, other) => one.place - other.place)
    .map(({ each }) => each);
}

function unlikeliness({ last, zh, rank }, word) {
  const distance = last === word || zh === word ? 0 : last.startsWith(word) || zh.startsWith(word) ? 1 : 2;
  const named = last.includes(word) || zh.includes(word) ? 0 : 3;
  return (distance + named) * 10 + rank * 3 + Math.min(zh.length, 20) / 10;
}

/** The field for it: a combobox whose list follows the arrow keys; Enter opens, Escape closes. */
export function searchField(field, list, count, open) {
  let active = -1;

  function show() {
    const found = find(field.value);
    list.replaceChildren(...found.slice(0, SHOWN).map(option));
    list.hidden = found.length === 0;
    field.setAttribute("aria-expanded", String(!list.hidden));
    const wanted = field.value.trim();
    count.textContent = !wanted ? "" : found.length ? `找到 ${found.length} 项` : "没有找到，请换个词";
    // Whoever sees the list needs no number; whoever sees none is told.
    count.classList.toggle("unseen", !wanted || found.length > 0);
    activate(found.length > 0 ? 0 : -1);
  }

  function option({ address, name, kind, zh }, place) {
    return element(
      "li",
      { role: "option", id: `found-${place}`, "data-address": address, "aria-selected": "false" },
      element("span", { class: "mark" }, kind),
      element("code", {}, name),
      element("span", {}, zh),
    );
  }

  function activate(place) {
    list.children[active]?.setAttribute("aria-selected", "false");
    active = place;
    const chosen = list.children[active];
    chosen?.setAttribute("aria-selected", "true");
    chosen?.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", chosen?.id ?? "");
  }

  function close() {
    list.hidden = true;
    count.classList.add("unseen");
    field.setAttribute("aria-expanded", "false");
    field.setAttribute("aria-activedescendant", "");
  }

  function choose(chosen) {
    if (chosen) {
      close();
      open(chosen.dataset.address);
    }
  }

  const keys = {
    ArrowDown: () => activate(Math.min(active + 1, list.children.length - 1)),
    ArrowUp: () => activate(Math.max(active - 1, 0)),
    Enter: () => choose(list.children[active]),
    Escape: close,
  };
  field.addEventListener("input", show);
  field.addEventListener("focus", () => field.value && show());
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (!event.isComposing && keys[event.key] && !list.hidden) {
      event.preventDefault();
      keys[event.key]();
    }
  });
  // Before the field loses the focus, which closes the list.
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    choose(event.target.closest("li"));
  });
}
