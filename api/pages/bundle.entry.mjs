/* What the page of GraphiQL takes from other people's packages: all in one file, so that each of them is there once. */

import "graphiql/graphiql.css";
import "codemirror/keymap/sublime.js";

export { default as CodeMirror } from "codemirror";
export { createGraphiQLFetcher } from "@graphiql/toolkit";
export { GraphiQL } from "graphiql";
export { parse } from "graphql";
export { createClient } from "graphql-ws";
export { createElement } from "react";
export { createRoot } from "react-dom/client";
