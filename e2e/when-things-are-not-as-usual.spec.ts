import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { badge, expectAxeClean, graphCounts, rankedRows } from "./blast-page.ts";
import { ingest, makeFolder, startServer, untilFile } from "./own-server.ts";

const LONG =
  "int_customer_lifetime_value_by_acquisition_channel_and_first_order_month_with_returns_excluded_v2";
const BOARD =
  "Weekly executive overview of revenue recognition and deferred balances, all regions (EMEA consolidated)";

/** A table with one long-named reader, and five hundred boards of which nobody says an owner, a domain or a tier. */
const CROWD = {
  "sql/models.sql": [
    "create table raw.orders (id bigint, amount bigint, note text);",
    `create view mart.${LONG} as select id, amount from raw.orders;`,
    "create view mart.notes as select note from raw.orders;",
  ].join("\n"),
  "consumers.csv": [
    "name,kind,owner,tier,domain,dialect,tile,sql",
    ...Array.from({ length: 500 }, (_, at) => {
      const name = at === 0 ? `"${BOARD}"` : `Board ${at}`;
      return `${name},dashboard,,,,postgres,Total,"select sum(amount) as total from mart.${LONG}"`;
    }),
    'Only one,report,,,,postgres,Notes,"select note from mart.notes"',
  ].join("\n"),
  "faultline.yaml": "sources:\n  - {path: sql, dialect: postgres}\n  - {path: consumers.csv}\n",
};

async function expectNothingSticksOut(page: Page): Promise<void> {
  const tooWide = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(tooWide).toBeLessThanOrEqual(0);
}

test("an empty store says on every screen how to fill it", async ({ page }) => {
  const folder = makeFolder();
  const server = await startServer(folder.path);
  try {
    for (const path of [
      "/",
      "/blast",
      "/blast?change=drop_column:shop.orders.id",
      "/sources",
      "/owners",
    ]) {
      await page.goto(server.url + path);
      const main = page.getByRole("main");
      await expect(main.getByRole("heading", { name: "Nothing has been read yet" })).toBeVisible();
      await expect(main.getByText("npx faultline init .")).toBeVisible();
      // The address is that of this server, whatever its port.
      await expect(main.getByText(`OPENLINEAGE_URL=${server.url}`)).toBeVisible();
      await expectAxeClean(page);
    }
  } finally {
    await server.stop();
    folder.remove();
  }
});

test("while the store is away the last version answers, and says that it is not live", async ({
  page,
}) => {
  const folder = makeFolder({
    "shop.sql": "create table shop.orders (id int, amount int);",
    "boards.csv":
      'name,kind,dialect,tile,sql\nSales,dashboard,postgres,Total,"select sum(amount) as total from shop.orders"\n',
  });
  try {
    ingest(folder.path, "shop.sql", "boards.csv");
    const before = await startServer(folder.path);
    await page.goto(before.url);
    await untilFile(join(folder.path, "store", "snapshot.bin"));
    await before.stop();
    writeFileSync(join(folder.path, "store", "faultline.db"), "no longer a database");

    const server = await startServer(folder.path);
    try {
      await page.goto(`${server.url}/blast?change=drop_column:shop.orders.amount`);
      await expect(page.getByRole("heading", { level: 1 })).toContainText("1 dashboard breaks");
      await expect(page.getByRole("status").filter({ hasText: "Not live" })).toBeVisible();
      await expectAxeClean(page);
      await page.goto(`${server.url}/assets/shop.orders`);
      await expect(page.getByText(/Not live: .*last that was read/)).toBeVisible();
      // Nothing known is not the same as nothing changed.
      await expect(page.getByRole("region", { name: "Its own history" })).toContainText(
        "Not known while the store does not answer",
      );
    } finally {
      await server.stop();
    }
  } finally {
    folder.remove();
  }
});

test.describe("five hundred consumers with long names and no owners", () => {
  const folder = makeFolder(CROWD);
  let url = "";
  let stop = async (): Promise<void> => undefined;

  test.beforeAll(async () => {
    ingest(folder.path, ".");
    ({ url, stop } = await startServer(folder.path));
  });
  test.afterAll(async () => {
    await stop();
    folder.remove();
  });

  test("are all counted, in the sentence, the badge and the list, and few are drawn", async ({
    page,
  }) => {
    await page.goto(`${url}/blast?change=drop_column:raw.orders.amount&zoom=datasets`);
    await expect(page.getByRole("heading", { level: 1 })).toContainText("500 dashboards break.");
    expect(await badge(page, /fail/)).toBe(500);
    await expect(rankedRows(page)).toHaveCount(500);
    await expect(page.getByTestId("graph-counts")).toBeVisible();
    const { reached = 0, drawn = 0, folded = 0 } = await graphCounts(page);
    expect(drawn + folded).toBe(reached);
    expect(drawn).toBeLessThanOrEqual(200);
    await expectNothingSticksOut(page);
  });

  test("one of them alone is a sentence of its own", async ({ page }) => {
    await page.goto(`${url}/blast?change=drop_column:raw.orders.note`);
    await expect(page.getByRole("heading", { level: 1 })).toContainText("1 report breaks.");
    await expect(rankedRows(page)).toHaveCount(1);
  });

  test("keep the end of a long name in view, and all of it within reach", async ({ page }) => {
    await page.goto(`${url}/blast?change=drop_column:raw.orders.amount&find=Weekly`);
    const row = rankedRows(page).first();
    await expect(row).toContainText(BOARD);
    await expect(row.locator(`[title="${BOARD}"]`)).toBeVisible();
    await expectNothingSticksOut(page);
    await page.goto(`${url}/assets/${LONG}`);
    await expect(page.getByRole("heading", { level: 1 })).toContainText(LONG);
    await expectNothingSticksOut(page);
  });

  test("have guessed tiers, marked as guessed until somebody says them", async ({ page }) => {
    await page.goto(`${url}/owners?find=Only`);
    const row = page.getByRole("row", { name: /Only one/ });
    await expect(row).toContainText("guessed");
    await page.getByRole("checkbox", { name: "Choose Only one" }).check();
    await page.getByLabel("Tier").selectOption("1");
    await expect(page.getByRole("status").filter({ hasText: "Changes 1 asset." })).toBeVisible();
    await page.getByRole("button", { name: "Set for 1 asset" }).click();
    await expect(page.getByText("Saved for 1 asset.")).toBeVisible();
    await expect(row).not.toContainText("guessed");
  });
});

test.describe("a narrow screen", () => {
  for (const viewport of [
    { width: 390, height: 844 },
    { width: 640, height: 400 },
  ]) {
    test(`${viewport.width} px: no screen sticks out`, async ({ page }) => {
      await page.setViewportSize(viewport);
      for (const path of [
        "/",
        "/blast",
        "/blast?change=rename_column:checkout.orders.amount_cents;to=amount_minor",
        "/assets/fct_revenue_daily",
        "/sources",
        "/owners",
        "/nowhere",
      ]) {
        await page.goto(path);
        await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
        await expectNothingSticksOut(page);
      }
    });
  }

  test("list, graph and reason take turns, and a line leads to its reason", async ({ page }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto("/blast?change=rename_column:checkout.orders.amount_cents;to=amount_minor");
    await expect(rankedRows(page).first()).toBeVisible();
    await expect(page.getByRole("region", { name: "Graph" })).toBeHidden();
    await page.getByRole("button", { name: "Graph", exact: true }).click();
    await expect(page.getByTestId("card").first()).toBeVisible();
    await page.getByRole("button", { name: "Who breaks", exact: true }).click();
    await page.getByRole("button", { name: /Quarterly board report/ }).click();
    await expect(page.getByRole("complementary", { name: "Quarterly board report" })).toBeVisible();
    await expectAxeClean(page);
  });
});

test("on paper there is the answer, all of the graph and the reason, on white, without controls", async ({
  page,
}) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await page.goto(
    "/blast?change=rename_column:checkout.orders.amount_cents;to=amount_minor&zoom=columns",
  );
  await expect(page.getByTestId("card").first()).toBeVisible();
  await page.setViewportSize({ width: 718, height: 1000 });
  await page.emulateMedia({ colorScheme: "dark", media: "print" });
  await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
  const paper = page.getByRole("region", { name: "Graph" }).locator("> .relative.flex-1");
  const sheet = await paper.boundingBox();
  const cards = page.getByTestId("card");
  const { drawn = 0 } = await graphCounts(page);
  expect(await cards.count()).toBeGreaterThanOrEqual(drawn);
  for (const card of await cards.all()) {
    const box = await card.boundingBox();
    expect(box?.x ?? -1).toBeGreaterThanOrEqual((sheet?.x ?? 0) - 1);
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(
      (sheet?.x ?? 0) + (sheet?.width ?? 0) + 1,
    );
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(
      (sheet?.y ?? 0) + (sheet?.height ?? 0) + 1,
    );
  }
  const ink = await page.evaluate(() => getComputedStyle(document.body).color);
  expect(ink).toBe("rgb(20, 22, 27)");
  await expect(page.getByRole("button", { name: "Copy list" })).toBeHidden();
  await expect(page.getByRole("button", { name: "Export" })).toBeHidden();
  await expect(page.getByRole("heading", { name: /Because/ })).toBeVisible();
});

test("the picture that is exported is a whole SVG, with the sentence and every card", async ({
  page,
}) => {
  await page.goto("/blast?change=rename_column:checkout.orders.amount_cents;to=amount_minor");
  await expect(page.getByTestId("card").first()).toBeVisible();
  await page.getByRole("button", { name: "Export" }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("menuitem", { name: /^SVG/ }).click(),
  ]);
  const svg = readFileSync(await download.path(), "utf8");
  const parsed = await page.evaluate((text) => {
    const drawing = new DOMParser().parseFromString(text, "image/svg+xml");
    return {
      failed: drawing.querySelector("parsererror") !== null,
      title: drawing.querySelector("title")?.textContent,
      lines: drawing.querySelectorAll("g[fill=none] path").length,
    };
  }, svg);
  expect(parsed.failed).toBe(false);
  expect(parsed.title).toContain("3 dashboards, 2 ML models and the quarterly board report break");
  expect(parsed.lines).toBeGreaterThan(20);
});
