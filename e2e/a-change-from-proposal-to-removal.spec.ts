import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, type Page, test } from "@playwright/test";
import { expectAxeClean } from "./blast-page.ts";
import { ingest, makeFolder, type OwnServer, startServer } from "./own-server.ts";

const reader = (id: string, owner: string, column: string, tier: number) => ({
  id,
  kind: "table",
  domain: owner,
  owner,
  tier,
  queries: [
    {
      name: "build",
      sql: `select id, sum(${column}) as result from shop.orders group by id`,
      dialect: "duckdb",
    },
  ],
});

/** The shop before readers have moved, and with each reader on the column that is given. */
const shop = (finance: string, search: string) =>
  JSON.stringify({
    assets: [
      {
        id: "shop.orders",
        kind: "table",
        domain: "shop",
        owner: "shop-core",
        columns: [
          { name: "id", type: "INTEGER" },
          { name: "amount", type: "INTEGER" },
          { name: "total", type: "INTEGER" },
        ],
      },
      reader("finance.revenue", "finance-data", finance, 4),
      reader("search.ranks", "search", search, 4),
    ],
  });

const POLICY = "version: e2e\nwindows: {tier_1: 30, tier_2: 14, tier_3: 7, tier_4: 0}\n";

let folder: ReturnType<typeof makeFolder>;
let server: OwnServer;

test.beforeAll(async () => {
  folder = makeFolder({
    "mesh.json": shop("amount", "amount"),
    "faultline.policy.yaml": POLICY,
  });
  ingest(folder.path, "mesh.json");
  server = await startServer(folder.path, {
    FAULTLINE_E2E_CLOCK: join(folder.path, "hours"),
    NODE_OPTIONS: `--import ${pathToFileURL(join(import.meta.dirname, "shifted-clock.mjs"))}`,
  });
});

test.afterAll(async () => {
  await server.stop();
  folder.remove();
});

function move(finance: string, search: string): void {
  writeFileSync(join(folder.path, "mesh.json"), shop(finance, search));
  ingest(folder.path, "mesh.json");
}

const owners = (page: Page) => page.getByRole("region", { name: "Affected owners" });
const may = (page: Page) =>
  page.getByRole("region", { name: /^(Not yet|Nothing is in|Yes|It is gone)/ });

async function sign(page: Page, owner: string, answer: string, reason?: string): Promise<void> {
  await owners(page)
    .getByRole("button", { name: new RegExp(`for ${owner}$`) })
    .click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("radio", { name: new RegExp(`^${answer}`) }).check();
  if (reason !== undefined) await dialog.getByRole("textbox").first().fill(reason);
  await dialog.getByRole("button", { name: "Sign" }).click();
  await expect(dialog).toHaveCount(0);
}

test("a change goes from the proposal to the removal, with two owners who see each other's answers", async ({
  page,
  context,
}) => {
  test.setTimeout(180_000);
  await page.goto(`${server.url}/blast?change=drop_column:shop.orders.amount`);
  await page.getByRole("button", { name: "Propose for review" }).click();
  // Nobody is told before somebody has said so.
  const proposal = page.getByRole("dialog", { name: "Propose for review" });
  await expect(proposal).toContainText("2 owners are told and asked to agree");
  const { reviews } = await (await page.request.get(`${server.url}/api/v1/reviews`)).json();
  expect(reviews).toEqual([]);
  await proposal.getByRole("button", { name: "Propose it" }).click();
  await expect(page).toHaveURL(/\/changes\/REV-1$/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("shop.orders.amount is dropped");
  await expect(owners(page)).toContainText("0 of 2 agreed");
  await expect(page.getByRole("region", { name: "Window" })).toContainText("2 readers left");
  await expectAxeClean(page);

  const other = await context.newPage();
  await other.goto(page.url());
  await sign(page, "finance-data", "Object", "not before the quarter is closed");
  await expect(owners(other)).toContainText("not before the quarter is closed", {
    timeout: 60_000,
  });
  await sign(other, "search", "Agree");
  await expect(owners(page)).toContainText("1 of 2 agreed", { timeout: 60_000 });

  await page.getByRole("button", { name: "The new is there" }).click();
  await page.getByRole("button", { name: "Set the date" }).click();
  const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const today = new Date().toISOString().slice(0, 10);
  const dialog = page.getByRole("dialog", { name: "The date" });
  await dialog.getByLabel("Date").fill(yesterday);
  await dialog.getByRole("button", { name: "Set the date" }).click();
  await expect(dialog.getByRole("alert")).toContainText("from the announcement");
  await dialog.getByLabel("Date").fill(today);
  await dialog.getByRole("button", { name: "Set the date" }).click();
  await page.getByRole("button", { name: "Start the window" }).click();
  await expect(may(page).getByRole("alert")).toContainText("an objection of finance-data");
  await sign(page, "finance-data", "Agree");
  await page.getByRole("button", { name: "Start the window" }).click();
  await expect(other.getByRole("listitem").filter({ hasText: /^Migrating/ })).toHaveAttribute(
    "aria-current",
    "step",
    { timeout: 60_000 },
  );

  await page.getByRole("button", { name: "Mark ready" }).click();
  await expect(may(page).getByRole("alert")).toContainText("2 still read it");
  move("total", "amount");
  await expect(page.getByRole("region", { name: "Window" })).toContainText("1 reader left", {
    timeout: 60_000,
  });
  move("total", "total");
  await expect(page.getByRole("region", { name: "Window" })).toContainText("Nobody reads it", {
    timeout: 60_000,
  });
  await expect(page.getByRole("region", { name: "Since it was judged" })).toContainText(
    "is not affected any more",
  );
  await page.getByRole("button", { name: "Mark ready" }).click();
  await page.getByRole("button", { name: "It is removed" }).click();
  await expect(may(page).getByRole("alert")).toContainText("has not passed");
  await page.getByRole("textbox", { name: "A word to everybody" }).fill("it goes tomorrow");
  await page.keyboard.press("Enter");
  await expect(other.getByRole("region", { name: "Log" })).toContainText("it goes tomorrow", {
    timeout: 60_000,
  });
  await expectAxeClean(page);

  writeFileSync(join(folder.path, "hours"), "48");
  await page.getByRole("button", { name: "It is removed" }).click();
  await expect(page.getByRole("heading", { name: "It is gone" })).toBeVisible();
  await expect(other.getByRole("heading", { name: "It is gone" })).toBeVisible({ timeout: 60_000 });
  await page.goto(`${server.url}/changes`);
  await expect(page.getByRole("region", { name: /^Ended/ })).toContainText("removed");
});

/** A change that reaches both owners, whichever column they have moved to. */
async function propose(page: Page): Promise<string> {
  const response = await page.request.post(`${server.url}/api/v1/reviews`, {
    data: { changes: [{ kind: "drop_column", ref: "shop.orders.id" }] },
  });
  const made = (await response.json()) as { readonly review: { readonly id: string } };
  return made.review.id;
}

test("two who sign for one team at the same moment: the second is told what has changed", async ({
  page,
  context,
}) => {
  await page.goto(`${server.url}/changes/${await propose(page)}`);
  const other = await context.newPage();
  await other.goto(page.url());
  for (const one of [page, other]) {
    await owners(one)
      .getByRole("button", { name: /for search$/ })
      .click();
    await expect(one.getByRole("dialog")).toBeVisible();
  }
  await page.getByRole("dialog").getByRole("button", { name: "Sign" }).click();
  await expect(owners(page)).toContainText("1 of 2 agreed");
  // Both dialogs were opened on what was there before.
  await other.getByRole("dialog").getByRole("button", { name: "Sign" }).click();
  await expect(other.getByRole("dialog").getByRole("alert")).toContainText(
    "answer was given for search",
  );
});

test("the meeting is led by the keyboard, and a review is kept as a file that opens without a network", async ({
  page,
}) => {
  const id = await propose(page);
  await page.goto(`${server.url}/changes`);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("for an answer");
  await expectAxeClean(page);
  await page.getByRole("link", { name: "Present what waits" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("to talk about");
  // The screen listens a moment after it is drawn.
  await expect(async () => {
    await page.keyboard.press("1");
    await expect(page.getByText(/^1 of \d$/)).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("is dropped");
  await page.keyboard.press("ArrowLeft");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("to talk about");
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("is dropped");
  await page.keyboard.press("a");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("to talk about");
  await expectAxeClean(page);

  await page.goto(`${server.url}/changes/${id}`);
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Save as a file" }).click();
  const path = join(folder.path, "review.html");
  await (await download).saveAs(path);
  await page.context().setOffline(true);
  await page.goto(pathToFileURL(path).href);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("shop.orders.id is dropped");
  await expect(page.locator("figure svg").first()).toBeVisible();
  await page.context().setOffline(false);
});
