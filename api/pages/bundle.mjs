/*
 * Makes files/vendor/ from the packages that package-lock.json names: GraphiQL, React and what they stand on as one
 * script and one style sheet, with the licences of everything in them. The same lock gives the same bytes.
 *
 *   npm ci --ignore-scripts && node bundle.mjs            writes them
 *   npm ci --ignore-scripts && node bundle.mjs --check    says whether what is committed is what the lock gives
 *
 * The pages' own scripts and styles are not bundled: browsers get them as they are written.
 */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const VENDOR = join(HERE, "files", "vendor");

/* GraphiQL's style sheet carries Roboto and Fira Code, 390 kB, without one Chinese letter. Readers have fonts. */
const withoutFonts = {
  name: "without fonts",
  setup(build) {
    build.onLoad({ filter: /graphiql\/dist\/style\.css$/ }, ({ path }) => ({
      contents: mended(withoutFonts.name, readFileSync(path, "utf8").replace(/@font-face\s*\{[^}]*\}/g, "")),
      loader: "css",
    }));
  },
};

/* A tab that holds two buttons is none for a screen reader: it is an entry of a list, and the one that is shown says so. */
const tabsAsLists = {
  name: "tabs as lists",
  setup(build) {
    build.onLoad({ filter: /@graphiql\/react\/dist\/ui\/tabs\.js$/ }, ({ path }) => ({
      contents: mended(
        tabsAsLists.name,
        replaced(readFileSync(path, "utf8"), {
          '"aria-selected": isActive, role: "tab",': '"aria-current": isActive || undefined,',
          'role: "tablist",': "",
        }),
      ),
    }));
  },
};

/* A dialog keeps the page behind it still by a style of its own, as a text in an element, which the policy forbids. */
const stylesWithoutElements = {
  name: "styles without elements",
  setup(build) {
    build.onLoad({ filter: /react-style-singleton\/dist\/es2015\/singleton\.js$/ }, () => ({
      contents: mended(stylesWithoutElements.name, `
        export function stylesheetSingleton() {
          const sheet = new CSSStyleSheet();
          let users = 0;
          return {
            add(style) {
              if (users++ === 0) {
                sheet.replaceSync(style);
                document.adoptedStyleSheets.push(sheet);
              }
            },
            remove() {
              if (--users === 0) {
                document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== sheet);
              }
            },
          };
        }`),
    }));
  },
};

const MENDS = [withoutFonts, tabsAsLists, stylesWithoutElements];
const done = new Set();

function mended(name, contents) {
  done.add(name);
  return contents;
}

function replaced(text, replacements) {
  return Object.entries(replacements).reduce((changed, [from, to]) => {
    if (changed.split(from).length !== 2) {
      throw new Error(`GraphiQL has changed: ${from} is not where it was`);
    }
    return changed.replace(from, to);
  }, text);
}

async function bundled() {
  const { outputFiles, metafile } = await build({
    absWorkingDir: HERE,
    entryPoints: { graphiql: "bundle.entry.mjs" },
    outdir: VENDOR,
    bundle: true,
    charset: "utf8",
    define: { "process.env.NODE_ENV": '"production"' },
    format: "esm",
    legalComments: "none",
    metafile: true,
    minify: true,
    plugins: MENDS,
    target: "es2022",
    write: false,
  });
  const idle = MENDS.filter(({ name }) => !done.has(name)).map(({ name }) => name);
  if (idle.length > 0) {
    throw new Error(`GraphiQL has changed: nothing was left to mend for ${idle.join(", ")}`);
  }
  const files = new Map(outputFiles.map(({ path, contents }) => [path, Buffer.from(contents)]));
  files.set(join(VENDOR, "licences.txt"), Buffer.from(licencesOf(Object.keys(metafile.inputs))));
  return files;
}

/** What everybody whose work is in the bundle asks to be said of it. */
function licencesOf(inputs) {
  const packages = new Set(inputs.map((path) => path.match(/^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//)?.[1]));
  packages.delete(undefined);
  const named = new Map();
  for (const folder of [...packages].sort()) {
    const { name, version, license } = JSON.parse(readFileSync(join(HERE, folder, "package.json"), "utf8"));
    const file = readdirSync(join(HERE, folder)).find((each) => /^licen[cs]e/i.test(each));
    const text = file ? readFileSync(join(HERE, folder, file), "utf8").replaceAll("\r", "").trim() : license;
    named.set(text, [...(named.get(text) ?? []), `${name} ${version} (${license})`]);
  }
  return [...named].map(([text, names]) => `${names.join("\n")}\n\n${text}\n`).join(`\n${"-".repeat(80)}\n\n`);
}

const files = await bundled();
if (process.argv.includes("--check")) {
  const amiss = [...files].filter(([path, contents]) => !contents.equals(readFileSync(path))).map(([path]) => path);
  if (amiss.length > 0) {
    console.error(`Not what package-lock.json gives; run node bundle.mjs:\n${amiss.join("\n")}`);
    process.exit(1);
  }
} else {
  for (const [path, contents] of files) {
    writeFileSync(path, contents);
  }
}
