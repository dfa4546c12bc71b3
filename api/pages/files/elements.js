/* Making elements: everything the explorer shows is made of these, and nothing of it is ever read as HTML. */

/** An element: `element("a", { href: "#x" }, "text", another)`. An attribute that is false is left out. */
export function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value !== false && value !== undefined) {
      made.setAttribute(name, value === true ? "" : value);
    }
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return made;
}

/** A text in which `names` stand between backticks. */
export function written(text) {
  return text.split("`").map((part, place) => (place % 2 ? element("code", {}, part) : part));
}

/** A description: the Chinese sentence, the English one for whoever wants it, and that it is not to be used any more. */
export function described(thing) {
  return [thing.zh ? element("p", {}, written(thing.zh)) : null, beside(thing)];
}

/** What is to be said beside the Chinese sentence, where that stands in the heading. */
export function beside({ zh, en, outdated }) {
  return [
    en ? element("p", { lang: "en", class: zh ? "english" : "" }, written(en)) : null,
    outdated ? element("p", { class: "outdated" }, `不再使用：${outdated}`) : null,
  ];
}

/**
 * A table: its caption, the heads of its columns, and rows of cells. The first cell of a row is its head. The roles are
 * said because a narrow screen shows its parts as blocks, which would make it none.
 */
export function table(caption, heads, rows) {
  return element(
    "table",
    { role: "table" },
    element("caption", {}, caption),
    element(
      "thead",
      { role: "rowgroup" },
      element(
        "tr",
        { role: "row" },
        heads.map((head) => element("th", { role: "columnheader", scope: "col" }, head)),
      ),
    ),
    element(
      "tbody",
      { role: "rowgroup" },
      rows.map(({ id, cells: [head, ...cells] }) =>
        element(
          "tr",
          { id, role: "row" },
          element("th", { role: "rowheader", scope: "row" }, head),
          cells.map((cell) => element("td", { role: "cell" }, cell)),
        ),
      ),
    ),
  );
}
