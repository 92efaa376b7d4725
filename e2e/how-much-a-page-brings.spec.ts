import { gzipSync } from "node:zlib";
import { expect, test } from "@playwright/test";
import { findTuesday } from "./blast-page.ts";

/** Bytes as they travel: over a slow line every further 100,000 cost about a second. */
const MOST_SCRIPTS = 250_000;

test("the blast radius names at most 250 KB of scripts, compressed, that are fetched before it can be used", async ({
  page,
}) => {
  const address = await findTuesday(page);
  const html = await (await page.request.get(address)).text();
  const named = new Set(html.match(/\/_next\/static\/[^"'\\]+\.js/g));
  expect(named.size).toBeGreaterThan(3);
  let bytes = 0;
  for (const script of named) {
    const answer = await page.request.get(script);
    expect(answer.ok(), script).toBe(true);
    bytes += gzipSync(await answer.body()).byteLength;
  }
  expect(bytes).toBeGreaterThan(50_000);
  expect(bytes).toBeLessThanOrEqual(MOST_SCRIPTS);
});

test("scripts ask to be compiled while they arrive, so that the page does not wait for it", async ({
  page,
}) => {
  const html = await (await page.request.get(await findTuesday(page))).text();
  for (const script of new Set(html.match(/\/_next\/static\/[^"'\\]+\.js/g)))
    expect(await (await page.request.get(script)).text(), script).toMatch(
      /^\/\/# allFunctionsCalledOnLoad\n/,
    );
});

test("a page behind a link is fetched ahead when somebody reaches for the link, not before", async ({
  page,
}) => {
  const ahead: string[] = [];
  page.on("request", (request) => {
    if (request.headers()["next-router-prefetch"] !== undefined)
      ahead.push(new URL(request.url()).pathname);
  });
  await page.goto(await findTuesday(page));
  await page.getByTestId("card").first().waitFor();
  await page.waitForLoadState("networkidle");
  expect(ahead).toEqual([]);
  await page.getByRole("link", { name: "Domains" }).hover();
  await expect.poll(() => ahead).toContain("/domains");
});
