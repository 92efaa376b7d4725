import { mkdirSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { openTuesday } from "./story.ts";

test.use({ viewport: { width: 1600, height: 1000 }, colorScheme: "light" });

test("the picture of the README is the first story as it is", async ({ page }) => {
  await openTuesday(page);
  await expect(page.getByText("React Flow")).toBeVisible();
  await page.evaluate(() => document.fonts.ready);
  mkdirSync("test-results", { recursive: true });
  const path = process.env["FAULTLINE_PICTURE"] ?? "test-results/blast-radius.png";
  const picture = await page.screenshot({ path });
  expect(picture.byteLength).toBeGreaterThan(50_000);
});
