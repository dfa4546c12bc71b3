/* The explorer of the schema: what the address names is shown; chapters beside it, a field for finding above it. */

import { element } from "./elements.js";
import { calls, chapters, namesIn, types } from "./reference.js";
import { searchField } from "./search.js";
import { viewOf } from "./views.js";

const part = (id) => document.getElementById(id);
const ENGLISH = "gongguan.english";

function show({ first = false } = {}) {
  const address = decodeURIComponent(location.hash.slice(1));
  if (address === "content") {
    return; // the link that skips to it
  }
  const view = viewOf(address) ?? {
    title: "没有找到",
    content: [element("h2", { tabindex: "-1" }, "没有找到"), element("p", {}, `接口中没有“${address}”。`)],
  };
  document.title = `${view.title} · 共管平台接口说明`;
  part("content").replaceChildren(...view.content.flat(Infinity).filter(Boolean));
  part("chapters").replaceChildren(chaptersBeside(address, view.chapter));
  part("chapters").querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  const meant = document.getElementById(address);
  meant?.classList.add("meant");
  if (meant) {
    meant.scrollIntoView({ block: "center" });
  } else if (!first) {
    scrollTo(0, 0);
  }
  if (!first) {
    (meant?.querySelector("a") ?? part("content").querySelector("h2")).focus({ preventScroll: true });
  }
}

function chaptersBeside(address, chapter) {
  // A part of a type, or one of the refusals, stands on the page of the whole.
  const shown = address in calls ? address : address.split(".")[0];
  const entry = (href, said, ...below) =>
    element("li", {}, element("a", { href: `#${href}`, "aria-current": href === shown && "page" }, said), ...below);
  return element(
    "ul",
    {},
    entry("", "总览"),
    chapters.map(({ word, zh }) => entry(word, zh, word === chapter ? within(word, entry) : null)),
    entry("errors", "错误代码"),
  );
}

function within(word, entry) {
  return element(
    "ul",
    {},
    namesIn(word, calls).map((address) => entry(address, calls[address].zh)),
    namesIn(word, types)
      .filter((name) => !/(Connection|Edge|Input|Payload)$/.test(name))
      .map((name) => entry(name, types[name].zh || name)),
  );
}

/* The arrow keys walk the chapters, as in every other list. */
part("chapters").addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    const links = [...part("chapters").querySelectorAll("a")];
    links[links.indexOf(document.activeElement) + step]?.focus();
    event.preventDefault();
  }
});

part("english").checked = localStorage.getItem(ENGLISH) === "shown";
part("english").addEventListener("change", ({ target }) => {
  localStorage.setItem(ENGLISH, target.checked ? "shown" : "hidden");
  document.body.classList.toggle("with-english", target.checked);
});
document.body.classList.toggle("with-english", part("english").checked);

searchField(part("wanted"), part("found"), part("count"), (address) => {
  location.hash = address;
});
addEventListener("hashchange", () => show());
show({ first: true });
