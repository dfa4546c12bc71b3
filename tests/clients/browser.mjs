/** Chromium on this machine, with a profile of its own that goes with it; for tests that need a page. */

import { chromium } from "playwright-core";

/** A browser that asks nobody outside for anything. Playwright gives it a fresh profile. Close it when done. */
export async function opened() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    headless: true,
    args: [
      "--no-sandbox", // it may be run as root, whom Chromium's sandbox refuses
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
