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

test("a pasted error text brings what failed, and its suspects, in three actions", async ({
  page,
}) => {
  await page.goto("/incidents/new");
  await page.getByRole("button", { name: "Something is broken" }).click();
  await page
    .getByRole("combobox", { name: "Column or asset" })
    .fill(
      "Database Error in model stg_orders (models/stg_orders.sql): column amount_cents does not exist",
    );
  await expect(page.getByRole("option").first()).toContainText("stg_orders");
  await page.keyboard.press("Enter");
  const first = page.getByRole("region", { name: "Suspects" }).getByRole("listitem").first();
  await expect(first).toContainText("checkout.orders.amount_cents");
  await expect(first).toContainText("the column is dropped");
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

test("a picked cause shows who is hit and was named by nobody, and the way to each symptom", async ({
  page,
}) => {
  await page.goto(NIGHT);
  await expect(page.getByRole("region", { name: "Suspects" })).toContainText("explains 6 of 6");
  await page.getByRole("button", { name: "Open an incident" }).click();
  await page.getByRole("button", { name: "This is the cause" }).first().click();
  const alsoHit = page.getByRole("region", { name: "Also hit" });
  await expect(alsoHit).toContainText("Newsletter sender");
  await expect(alsoHit.getByRole("listitem").filter({ hasText: "Revenue today" })).toHaveCount(0);
  await expectAxeClean(page);
  await page
    .getByRole("region", { name: "Suspects" })
    .getByRole("link", { name: "Campaign ROI" })
    .click();
  await expect(page).toHaveURL(/\/blast\?change=.*sel=.*only=path/);
});

test("an incident is closed as a duplicate of another, said to everybody and kept as a file", async ({
  page,
}) => {
  const open = async (): Promise<string> => {
    await page.goto("/incidents/new?broken=Revenue%20today");
    await page.getByRole("button", { name: "Open an incident" }).click();
    await expect(page).toHaveURL(/\/incidents\/INC-\d+$/);
    return page.url().split("/").at(-1) ?? "";
  };
  const first = await open();
  const second = await open();
  const told = page.getByRole("region", { name: "For those who use the data" });
  await expect(told).toContainText("Do not rely on: Revenue today.");
  await told.getByRole("button", { name: "Edit and record" }).click();
  await told.getByRole("textbox").fill("Use yesterday's number.");
  await told.getByRole("button", { name: "Put it into the record" }).click();
  await expect(page.getByRole("region", { name: "Timeline" })).toContainText(
    "tells everybody: Use yesterday's number.",
  );

  await page.getByRole("button", { name: "Close as…" }).press("Enter");
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Of which incident is it a duplicate?" });
  await expect(dialog.getByRole("button", { name: second })).toHaveCount(0);
  await expectAxeClean(page);
  await dialog.getByRole("button", { name: new RegExp(`^${first} `) }).click();
  await expect(page.getByRole("main")).toContainText(`closed, a duplicate of ${first}`);

  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export" }).click();
  await page.getByRole("menuitem", { name: /^Markdown/ }).click();
  expect((await download).suggestedFilename()).toBe(`${second}.md`);
  await page.getByRole("button", { name: "Open again" }).click();
  await expect(page.getByRole("main")).toContainText("Status reported");
  await expect(page.locator("main > header")).not.toContainText("a duplicate of");
});

test("a name that nothing answers to is said beside the suspects, never left out in silence", async ({
  page,
}) => {
  await page.goto("/incidents/new?broken=no_such_thing|Revenue%20today");
  const suspects = page.getByRole("region", { name: "Suspects" });
  await expect(suspects).toContainText("1 name was not taken as it stands");
  await expect(suspects).toContainText("no_such_thing");
});

test("the record says that the server is away, and goes on when it is back", async ({ page }) => {
  await page.goto("/incidents/new?broken=Revenue%20today");
  await page.getByRole("button", { name: "Open an incident" }).click();
  await expect(page).toHaveURL(/\/incidents\/INC-\d+$/);
  await page.context().setOffline(true);
  const alert = page.getByRole("main").getByRole("alert");
  await expect(alert.first()).toContainText("The server does not answer");
  await page.getByRole("button", { name: "Mark triaged" }).click();
  // Who watches and who writes are told apart, and either may be first.
  await expect(alert.filter({ hasText: "was not written down" })).toBeVisible();
  await page.context().setOffline(false);
  await page.getByRole("button", { name: "Mark triaged" }).click();
  await expect(page.getByRole("main")).toContainText("Status triaged");
  await expect(alert).toHaveCount(0);
});

for (const path of ["/incidents", "/incidents/new", "/incidents/board", "/domains"]) {
  test(`${path} fits a phone without scrolling sideways, and the bar shows where one is`, async ({
    page,
  }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(path);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(over).toBeLessThanOrEqual(0);
    await expect(
      page.getByRole("navigation", { name: "Main" }).locator("[aria-current]"),
    ).toBeInViewport();
    await expectAxeClean(page);
  });
}

test("the ledger of causes and pain is off, and says who turns it on", async ({ page }) => {
  await page.goto("/ledger");
  const main = page.getByRole("main");
  await expect(main).toContainText("is off");
  await expect(main).toContainText("faultline.yaml");
  // That a company has not turned it on is no error.
  await expect(main.getByRole("alert")).toHaveCount(0);
  await expectAxeClean(page);
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
