import { readFile } from "node:fs/promises";
import { expect, test } from "@playwright/test";
import { parseViewUrl } from "#lib/view/view-url.ts";
import {
  badge,
  expectAxeClean,
  findTuesday,
  graphCounts,
  openBlast,
  openTuesday,
  rankedRows,
} from "./blast-page.ts";
import { askCli } from "./own-server.ts";

test("three dashboards, two ML pipelines and the board report break, and the headline says so", async ({
  page,
}) => {
  await openTuesday(page);
  const headline = page.getByRole("heading", { level: 1 });
  await expect(headline).toContainText(/3 dashboards/);
  await expect(headline).toContainText(/2 ML/);
  await expect(headline).toContainText(/board report/);
  await expect(headline).toContainText(/of the 6 break silently/);
});

test("headline, badges, list and graph count the same things", async ({ page }) => {
  const address = await openTuesday(page);
  const hit =
    (await badge(page, /silent/)) + (await badge(page, /fail/)) + (await badge(page, /late/));
  await expect(rankedRows(page)).toHaveCount(hit);
  const { reached = 0, drawn = 0, folded = 0, filtered = 0 } = await graphCounts(page);
  expect(drawn + folded + filtered).toBe(reached);
  const answer = await page.request.post("/api/v1/impact", {
    data: { changes: parseViewUrl(new URL(address, "http://host").searchParams).changes },
  });
  expect((await answer.json()).verdicts).toHaveLength(reached);
});

test("the list is in the page that the server sends, not drawn later by a script", async ({
  page,
}) => {
  const html = await (await page.request.get(await findTuesday(page))).text();
  expect(html).toContain("Who breaks");
  expect(html.match(/data-row=/g)?.length ?? 0).toBeGreaterThan(6);
  expect(html).toContain("What would make it safe");
});

test("the keyboard walks the list and the graph, and the reason follows", async ({ page }) => {
  await openTuesday(page);
  const rows = rankedRows(page);
  await rows.first().focus();
  await page.keyboard.press("j");
  await expect(rows.nth(1)).toBeFocused();
  await expect(page).toHaveURL(/sel=/);
  const second = await rows.nth(1).getAttribute("data-row");
  await page.keyboard.press("k");
  await expect(rows.first()).toBeFocused();
  expect(second).not.toBe(await rows.first().getAttribute("data-row"));

  await openTuesday(page);
  const changed = page.getByRole("button", { name: /changes here/ }).first();
  await changed.focus();
  await page.keyboard.press("ArrowRight");
  await expect(changed).not.toBeFocused();
  const reached = await page.evaluate(() => document.activeElement?.getAttribute("data-id"));
  expect(reached).toBeTruthy();
  // A card is chosen, a fold opens: both are in the address.
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/sel=|open=/);
});

test("the reason leads from the change to the consumer, with the words of each use and a file", async ({
  page,
}) => {
  await openTuesday(page);
  const panel = page.getByRole("complementary");
  await expect(panel.getByRole("heading", { name: /Because/ })).toBeVisible();
  const steps = panel.locator("ol > li");
  expect(await steps.count()).toBeGreaterThan(1);
  await expect(steps.first()).toContainText("amount_cents");
  await expect(panel.getByRole("row", { name: /Sum/ })).toBeVisible();
  await expect(panel.getByText("What would make it safe")).toBeVisible();
});

test("columns give way to datasets and datasets to domains, and nothing reached gets lost", async ({
  page,
}) => {
  await openTuesday(page);
  const { reached } = await graphCounts(page);
  for (const level of ["Datasets", "Domains", "Columns"]) {
    await page.getByRole("group", { name: "Draw" }).getByRole("button", { name: level }).click();
    await expect(page).toHaveURL(new RegExp(`zoom=${level.toLowerCase()}`));
    const counts = await graphCounts(page);
    expect(counts["reached"]).toBe(reached);
    expect((counts["drawn"] ?? 0) + (counts["folded"] ?? 0)).toBe(reached);
    await expect(page.locator(".fl-lines .fl-line").first()).toBeAttached();
  }
});

test("a colleague who opens the link sees the same view", async ({ page, context }) => {
  await openTuesday(page);
  await rankedRows(page).nth(2).click();
  await page
    .getByRole("group", { name: "Group the list by" })
    .getByRole("button", { name: "Owner" })
    .click();
  await page.getByRole("button", { name: "Only this path" }).click();
  await expect(page).toHaveURL(/only=path/);
  const name = await page.getByRole("complementary").getByRole("heading", { level: 2 }).innerText();
  const counts = await page.getByTestId("graph-counts").innerText();

  const colleague = await context.newPage();
  await openBlast(colleague, page.url());
  await expect(colleague.getByRole("complementary").getByRole("heading", { level: 2 })).toHaveText(
    name,
  );
  await expect(colleague.getByTestId("graph-counts")).toHaveText(counts);
  await expect(colleague.getByRole("button", { name: "Show the whole graph" })).toBeVisible();
});

test("the answer leaves as CSV and JSON with as many lines as were reached", async ({ page }) => {
  await openTuesday(page);
  const { reached = 0 } = await graphCounts(page);
  const save = async (format: string) => {
    await page.getByRole("button", { name: "Export" }).click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("menuitem", { name: new RegExp(`^${format}`) }).click(),
    ]);
    return readFile(await download.path(), "utf8");
  };
  expect(JSON.parse(await save("JSON")).verdicts).toHaveLength(reached);
  expect((await save("CSV")).trim().split("\r\n")).toHaveLength(reached + 1);
  expect(await save("Markdown")).toContain("break");
});

test("the file that the screen saves is the answer of the command line, to the letter", async ({
  page,
  baseURL,
}) => {
  await openTuesday(page);
  const save = async (format: string) => {
    await page.getByRole("button", { name: "Export" }).click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("menuitem", { name: new RegExp(`^${format}`) }).click(),
    ]);
    return readFile(await download.path(), "utf8");
  };
  const ask = (format: string) =>
    askCli(
      baseURL ?? "",
      ...["impact", "checkout.orders.amount_cents", "--change", "rename_column"],
      ...["--to", "amount_minor", "--format", format],
    );
  expect(JSON.parse(await save("JSON"))).toEqual(JSON.parse(ask("json")));
  expect((await save("CSV")).trim()).toBe(ask("csv").trim());
  expect((await save("Markdown")).trim()).toBe(ask("markdown").trim());
});

test("a step shows the lines of the query in which the column is used", async ({ page }) => {
  await openTuesday(page);
  const panel = page.getByRole("complementary", { name: "Campaign ROI" });
  const step = panel.locator("ol > li").filter({ hasText: "campaign_revenue" }).first();
  await step.getByText("as it is written").click();
  await expect(step.locator("mark")).toHaveText("amount_cents");
  await expect(step.getByRole("region", { name: /Query of/ })).toContainText("sum(");
  await expectAxeClean(page);
});

for (const theme of ["light", "dark"] as const) {
  test(`axe finds nothing to complain about, ${theme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme });
    await openTuesday(page);
    await expectAxeClean(page);
  });
}
