import { existsSync } from "node:fs";
import { chromium, defineConfig } from "@playwright/test";

/** A browser that is named, else Playwright's own, else Debian's, where the download cannot be had. */
const SYSTEM_BROWSERS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];

const named = process.env["FAULTLINE_CHROMIUM"];
const systemBrowser =
  named ??
  (existsSync(chromium.executablePath())
    ? undefined
    : SYSTEM_BROWSERS.find((path) => existsSync(path)));

/** An own server with an own store, so that no test meets what somebody else wrote. */
const PORT = process.env["FAULTLINE_E2E_PORT"] ?? "43817";
const running = process.env["FAULTLINE_E2E_URL"];
const baseURL = running ?? `http://127.0.0.1:${PORT}`;

export default defineConfig({
  testDir: "e2e",
  // Long, since a busy machine is no fault of the page: tests assert behaviour, never times.
  timeout: 180_000,
  expect: { timeout: 30_000 },
  fullyParallel: false,
  workers: 2,
  retries: 0,
  reporter: [["line"]],
  outputDir: "test-results/browser",
  use: {
    baseURL,
    viewport: { width: 1440, height: 900 },
    permissions: ["clipboard-read", "clipboard-write"],
    launchOptions: {
      args: ["--no-sandbox", "--disable-gpu"],
      ...(systemBrowser === undefined ? {} : { executablePath: systemBrowser }),
    },
  },
  // The store is made anew for each run of the tests.
  ...(running === undefined
    ? {
        webServer: {
          command: `node dist/faultline.mjs serve --demo --port ${PORT}`,
          url: `${baseURL}/owners`,
          env: { FAULTLINE_STORE: `file:test-results/e2e-store-${process.pid}` },
          reuseExistingServer: false,
          timeout: 180_000,
        },
      }
    : {}),
});
