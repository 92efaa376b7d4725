import { expect, type Page, test } from "@playwright/test";

async function search(page: Page, text: string) {
  await page.goto("/");
  const box = page.getByRole("main").getByRole("combobox");
  await box.fill(text);
  return page.getByRole("listbox", { name: "Hits" }).getByRole("option");
}

test("a slip of the keyboard still finds the column, and says so", async ({ page }) => {
  const hits = await search(page, "ordres amuont");
  await expect(hits.first()).toContainText("checkout.orders.amount_cents");
  await expect(page.getByText("Nothing is called “ordres amuont”. This is like it:")).toBeVisible();
});

test("a team finds what it owns", async ({ page }) => {
  const hits = await search(page, "Growth-Analytics");
  await expect(hits.filter({ hasText: "Campaign ROI" })).toBeVisible();
});

test("the address of a dashboard that somebody pasted leads to the dashboard, not to what would break without it", async ({
  page,
}) => {
  const answer = await page.request.get("/api/v1/export?kind=graph");
  const url = /"url":\s*"(https?:\/\/[^"]+)"/.exec(await answer.text())?.[1];
  test.skip(url === undefined, "no dashboard of the demo has an address");
  const hits = await search(page, `${url}?tab=2#top`);
  await expect(hits).not.toHaveCount(0);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/assets\//);
});

test("with the command key a table opens instead of its blast radius", async ({ page }) => {
  const hits = await search(page, "checkout.orders");
  await expect(hits.first()).toBeVisible();
  await page.keyboard.press("Control+Enter");
  await expect(page).toHaveURL(/\/assets\//);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("orders");
});

test("where nothing is found the search says what else would be", async ({ page }) => {
  await search(page, "xqzwvk");
  await expect(page.getByText(/No column and no asset is called “xqzwvk”/)).toBeVisible();
  await search(page, "https://bi.example.com/dashboard/999");
  await expect(page.getByText(/No dashboard or report is known by this address/)).toBeVisible();
});

test("a misspelled asset in the address names what may have been meant", async ({ page }) => {
  await page.goto("/assets/fct_revenu_daily");
  await page.getByRole("link", { name: /fct_revenue_daily/ }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("fct_revenue_daily");
  await page.goto("/blast?change=drop_column:chekout.ordrs.amount_cents");
  await page
    .getByRole("main")
    .getByRole("link", { name: /checkout\.orders/ })
    .click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText(/break/);
});
