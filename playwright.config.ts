import { existsSync } from "node:fs";
import { chromium, defineConfig } from "@playwright/test";

/** Debian's own Chromium, where Playwright's download cannot be had. */
const SYSTEM_BROWSERS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];

const systemBrowser = existsSync(chromium.executablePath())
  ? undefined
  : SYSTEM_BROWSERS.find((path) => existsSync(path));

export default defineConfig({
  testDir: "e2e",
  timeout: 45_000,
  expect: { timeout: 10_000 },
  fullyParallel: false,
  workers: 1,
  retries: 0,
  reporter: [["line"]],
  outputDir: "test-results",
  use: {
    baseURL: process.env["FAULTLINE_E2E_URL"] ?? "http://127.0.0.1:3000",
    viewport: { width: 1440, height: 900 },
    permissions: ["clipboard-read", "clipboard-write"],
    launchOptions: {
      args: ["--no-sandbox", "--disable-gpu"],
      ...(systemBrowser === undefined ? {} : { executablePath: systemBrowser }),
    },
  },
});
