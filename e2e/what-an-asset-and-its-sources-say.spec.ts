import { expect, test } from "@playwright/test";

test("an asset shows its columns, what they are made from, and who they reach", async ({
  page,
}) => {
  await page.goto(`/assets/${encodeURIComponent("duckdb/harbour.finance.fct_revenue_daily")}`);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("fct_revenue_daily");
  const row = page.getByRole("row", { name: /revenue_eur/ });
  await expect(row).toContainText("summed");
  await expect(row).toContainText("1 dashboard");
});

test("a dashboard is one click from what changed upstream of it, and what that does to it", async ({
  page,
}) => {
  await page.goto("/assets/Refund reasons");
  await page.getByRole("link", { name: /^Changed upstream: \d+/ }).click();
  const changed = page.getByRole("region", { name: "Changed upstream lately" });
  await expect(changed).toBeInViewport();
  await changed.getByRole("link", { name: "What it does here" }).first().click();
  await expect(page).toHaveURL(/\/blast\?change=.*sel=/);
});

test("a column of an asset leads to what breaks without it", async ({ page }) => {
  await page.goto(`/assets/${encodeURIComponent("duckdb/harbour.finance.fct_revenue_daily")}`);
  await page.getByRole("link", { name: "revenue_eur", exact: true }).click();
  await expect(page).toHaveURL(/\/blast\?change=/);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("1 dashboard breaks.");
  await expect(page.getByRole("region", { name: "Who breaks" })).toContainText("Revenue today");
});

test("an asset that is not known says so and goes on", async ({ page }) => {
  const response = await page.goto(`/assets/${encodeURIComponent("duckdb/no.such.table")}`);
  expect(response?.status()).toBeLessThan(500);
  await expect(page.getByRole("main")).toContainText(/no asset|not known|there is no/i);
});

test("the sources say how much is known to the column, and which names did not resolve", async ({
  page,
}) => {
  await page.goto("/sources");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(
    /\d+% of all reads are known to the column/,
  );
  await expect(page.getByRole("region", { name: "Names that did not resolve" })).toBeVisible();
  await expect(page.getByRole("main")).toContainText("dbt project finance");
});
