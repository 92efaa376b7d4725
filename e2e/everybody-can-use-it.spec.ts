import { expect, test } from "@playwright/test";
import { axeOf } from "./blast-page.ts";
import { openTuesday } from "./story.ts";

const SCREENS = [
  ["home", "/"],
  ["blast radius without a change", "/blast"],
  ["an asset", `/assets/${encodeURIComponent("duckdb/harbour.finance.fct_revenue_daily")}`],
  ["sources", "/sources"],
  ["owners", "/owners"],
  ["domains", "/domains"],
  ["changes", "/changes"],
  ["a meeting", "/changes/meeting"],
  ["triage", "/incidents/new"],
] as const;

for (const theme of ["light", "dark"] as const) {
  for (const [name, path] of SCREENS) {
    test(`${name} has nothing that keeps somebody out, ${theme}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme: theme });
      await page.goto(path);
      await expect(page.locator("html")).toHaveAttribute("data-theme", theme);
      const axe = axeOf(page);
      // Between the themes only colours differ.
      if (theme === "dark") axe.withRules(["color-contrast"]);
      const { violations } = await axe.analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
    });
  }
}

test("the theme that was chosen stays", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto("/sources");
  await page.waitForLoadState("networkidle");
  await page
    .getByRole("banner")
    .getByRole("button", { name: /dark|theme/i })
    .click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
});

test("the keyboard alone leads from the list into the graph and along its lines", async ({
  page,
}) => {
  await openTuesday(page);
  const list = page.getByRole("region", { name: "Who breaks" });
  await list.getByRole("button", { name: /Campaign ROI/ }).focus();
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("complementary", { name: "Quarterly board report" })).toBeVisible();
  const orders = page.locator('.react-flow__node[aria-label^="checkout.orders,"]');
  await orders.focus();
  await page.keyboard.press("ArrowRight");
  const focused = page.locator(".react-flow__node:focus");
  await expect(focused).toHaveCount(1);
  await expect(focused).not.toHaveAttribute("aria-label", /^checkout\.orders,/);
});
