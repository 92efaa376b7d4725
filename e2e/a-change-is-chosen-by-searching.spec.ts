import { expect, test } from "@playwright/test";
import { formatChangeText } from "#lib/view/change-text.ts";
import { parseViewUrl } from "#lib/view/view-url.ts";
import { expectAxeClean, findTuesday, openBlast } from "./blast-page.ts";

test("without a change the screen says what it answers and offers the stories", async ({
  page,
}) => {
  await page.goto("/blast");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Who breaks");
  await expectAxeClean(page);
  await page.getByRole("link", { name: /02:00 on a Tuesday/ }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText(/break/);
});

test("a column, a kind of change and its details lead to an answer", async ({ page }) => {
  await page.goto("/blast");
  await page.getByRole("button", { name: "Choose a change" }).click();
  const dialog = page.getByRole("dialog", { name: "Choose a change" });
  await dialog.getByRole("combobox").fill("orders.amount_cents");
  await expect(dialog.getByRole("option").first()).toBeVisible();
  await page.keyboard.press("Enter");
  // The keyboard goes on where the search was left.
  await expect(dialog.getByRole("radio", { checked: true })).toBeFocused();
  await dialog.getByLabel("changes its type").check();
  await dialog.getByLabel("Type now").fill("BIGINT");
  await dialog.getByLabel("Type after").fill("VARCHAR(24)");
  await dialog.getByRole("button", { name: "Show what breaks" }).click();
  await expect(page).toHaveURL(/type_changed.*toType/);
  await expect(page.getByTestId("graph-counts")).toBeVisible();
});

test("several changes are judged together, and each can be taken away again", async ({ page }) => {
  const address = await findTuesday(page);
  const table = parseViewUrl(new URL(address, "http://host").searchParams).changes[0];
  if (table === undefined) throw new Error("the story has no change");
  const { column: _column, to: _to, ...rest } = table;
  await openBlast(
    page,
    `${address}&change=${encodeURIComponent(formatChangeText({ ...rest, kind: "row_count_drop", share: 0.15 }))}`,
  );
  const changes = page.getByRole("region", { name: "Changes" });
  await expect(changes.getByRole("button", { name: /Remove change/ })).toHaveCount(2);
  await changes.getByRole("button", { name: /Remove change 2/ }).click();
  await expect(changes.getByRole("button", { name: /Remove change/ })).toHaveCount(1);
  await expect(page).not.toHaveURL(/row_count_drop/);
});

test("a slash opens the search from anywhere, and Escape gives the focus back", async ({
  page,
}) => {
  await page.goto("/blast");
  const box = page.getByRole("combobox", { name: "Column or asset" });
  // Keys are heard once the page has come to life.
  await expect(async () => {
    await page.keyboard.press("/");
    await expect(box).toBeFocused({ timeout: 500 });
  }).toPass();
  await page.keyboard.press("Escape");
  await expect(box).toBeHidden();
});

test("a misspelled column is an error that names what may have been meant", async ({ page }) => {
  await page.goto((await findTuesday(page)).replace("amount_cents", "amount_cent"));
  const problem = page.getByRole("alert").filter({ has: page.getByRole("heading") });
  await expect(problem).toContainText("amount_cent");
  await problem.getByRole("link", { name: /amount_cents/ }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText(/break|reads it/);
});

test("a change that cannot be read is named, not dropped", async ({ page }) => {
  await page.goto(`${await findTuesday(page)}&change=explode:orders.id`);
  await expect(page.getByText("Not understood:")).toContainText("explode:orders.id");
});
