import { expect, test } from "@playwright/test";
import { expectAxeClean } from "./blast-page.ts";

const BROKEN = [
  "Revenue today",
  "Campaign ROI",
  "Quarterly board report",
  "fraud_score_train",
  "discount_uplift",
  "Discount performance",
];
const RIGHT = ["Top customers", "Orders per hour"];
const NIGHT = `/incidents/new?broken=${BROKEN.map(encodeURIComponent).join("|")}&healthy=${RIGHT.map(encodeURIComponent).join("|")}`;

test("a name that is typed or an address that is pasted brings suspects in three actions", async ({
  page,
}) => {
  await page.goto("/incidents/new");
  await page.getByRole("button", { name: "Something is broken" }).click();
  await page.getByRole("combobox", { name: "Column or asset" }).fill("Quarterly board report");
  await expect(page.getByRole("option").first()).toContainText("Quarterly board report");
  await page.keyboard.press("Enter");
  const suspects = page.getByRole("region", { name: "Suspects" });
  await expect(suspects.getByRole("listitem").first()).toBeVisible();
  await expect(suspects).toContainText("explains 1 of 1");
  await expect(page).toHaveURL(/broken=/);
});

test("what is broken and what is right leads to the column that did it", async ({ page }) => {
  await page.goto(NIGHT);
  const first = page.getByRole("region", { name: "Suspects" }).getByRole("listitem").first();
  await expect(first).toContainText("checkout.orders.amount_cents");
  await expect(first).toContainText("explains 6 of 6");
  await expectAxeClean(page);
});

test("two people at one incident see each other's entries, and a reload loses none", async ({
  page,
  context,
}) => {
  await page.goto(NIGHT);
  await expect(page.getByRole("region", { name: "Suspects" })).toContainText("explains 6 of 6");
  await page.getByRole("button", { name: "Open an incident" }).click();
  await expect(page).toHaveURL(/\/incidents\/INC-\d+$/);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("5 others are broken");
  const other = await context.newPage();
  await other.goto(page.url());
  await expect(other.getByRole("region", { name: "Timeline" })).toContainText("reports");

  await page.getByRole("button", { name: "This is the cause" }).first().click();
  await expect(other.getByRole("region", { name: "Timeline" })).toContainText(
    "takes checkout.orders.amount_cents for the cause",
    { timeout: 5_000 },
  );
  await expect(other.getByRole("region", { name: "Repair" })).toBeVisible();
  await other.getByRole("textbox", { name: "A note for the timeline" }).fill("rolled back");
  await other.keyboard.press("Enter");
  await expect(page.getByRole("region", { name: "Timeline" })).toContainText("rolled back", {
    timeout: 5_000,
  });
  await page.getByRole("button", { name: /^Seen by finance/ }).click();
  await expect(other.getByRole("region", { name: "Seen by" })).toContainText("1 of");
  await expectAxeClean(other);

  const count = await page.getByRole("region", { name: "Timeline" }).getByRole("listitem").count();
  await page.reload();
  await expect(page.getByRole("region", { name: "Timeline" }).getByRole("listitem")).toHaveCount(
    count,
  );
});

test("an incident is not repaired while something that went out is not taken back", async ({
  page,
}) => {
  await page.goto(NIGHT);
  await expect(page.getByRole("region", { name: "Suspects" })).toContainText("explains 6 of 6");
  await page.getByRole("button", { name: "Open an incident" }).click();
  await page.getByRole("button", { name: "This is the cause" }).first().click();
  await expect(page.getByRole("region", { name: "Went out while wrong" })).toBeVisible();
  await page.getByRole("button", { name: "Mark triaged" }).click();
  await page.getByRole("button", { name: "Start to mitigate" }).click();
  await page.getByRole("button", { name: "Mark repaired" }).click();
  await expect(page.getByRole("main").getByRole("alert")).toContainText("tasks are open");
});

test("an incident that is not there says so", async ({ page }) => {
  await page.goto("/incidents/INC-99999");
  await expect(page.getByRole("main")).toContainText("There is no incident INC-99999");
  await page.goto("/incidents");
  await expect(page.getByRole("link", { name: "Something is broken" })).toBeVisible();
  await expectAxeClean(page);
});

test("who depends on whom: a cell says what is read and what of it nobody has promised", async ({
  page,
}) => {
  await page.goto("/domains");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Who depends on whom");
  await page.getByRole("button", { name: /^finance reads \d+ columns of checkout/ }).click();
  await expect(page).toHaveURL(/of=checkout&by=finance/);
  const chosen = page.getByRole("region", { name: "finance reads checkout" });
  await expect(chosen).toContainText("Read most, without a contract");
  await chosen
    .getByRole("link", { name: /orders\./ })
    .first()
    .click();
  await expect(page).toHaveURL(/\/blast\?change=drop_column/);
});
