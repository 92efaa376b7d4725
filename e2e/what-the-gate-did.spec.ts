import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { expectAxeClean } from "./blast-page.ts";
import { askCli, ingest, makeFolder, type OwnServer, startServer } from "./own-server.ts";

const reader = (id: string, owner: string) => ({
  id,
  kind: "dashboard",
  domain: owner,
  owner,
  tier: 2,
  queries: [{ name: "q", sql: "select id, sum(amount) as result from shop.orders group by id" }],
});

const SHOP = JSON.stringify({
  assets: [
    {
      id: "shop.orders",
      kind: "table",
      columns: [
        { name: "id", type: "INTEGER" },
        { name: "amount", type: "INTEGER" },
      ],
    },
    reader("finance.revenue", "finance-data"),
    reader("search.ranks", "search"),
  ],
});

let folder: ReturnType<typeof makeFolder>;
let server: OwnServer;

test.beforeAll(async () => {
  folder = makeFolder({
    "mesh.json": SHOP,
    "drop.sql": "alter table shop.orders drop column amount;\n",
    "add.sql": "alter table shop.orders add column note varchar;\n",
  });
  ingest(folder.path, "mesh.json");
  server = await startServer(folder.path);
});

test.afterAll(async () => {
  await server.stop();
  folder.remove();
});

const check = (file: string, ...more: readonly string[]): string =>
  askCli(server.url, "check", "--base", "store", "--head", join(folder.path, file), ...more);

const region = (page: Page, name: string) => page.getByRole("region", { name, exact: true });

async function judge(page: Page, word: RegExp, because: string): Promise<void> {
  await page.getByRole("button", { name: word }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox").fill(because);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(dialog).toHaveCount(0);
}

test("what the gate would have stopped is judged wrong with a reason, there and on the page of the change", async ({
  page,
}) => {
  await page.goto(`${server.url}/changes/gate`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("The gate has not run");
  await expectAxeClean(page);

  check("add.sql", "--record");
  check("drop.sql", "--propose-as", "shop#7");
  await page.goto(`${server.url}/changes`);
  await page.getByRole("link", { name: "The gate" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(
    "1 of 2 changes would have been stopped",
  );
  const stopped = region(page, "Stopped, or would have been");
  await expect(stopped).toContainText("shop#7");
  await expect(stopped).toContainText("finance.revenue");
  await expect(region(page, "By month")).toContainText("0 of 2");
  await expectAxeClean(page);

  await stopped.getByRole("button", { name: /^Wrong, because .*finance\.revenue$/ }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "It is wrong" }).click();
  await expect(dialog.getByRole("alert")).toContainText("with a reason");
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await judge(page, /^Wrong, because .*finance\.revenue$/, "it was retired last week");
  await expect(region(page, "Misses")).toContainText("because it was retired last week");
  await expect(page.getByText("1 of 2 findings")).toBeVisible();

  await page.goto(`${server.url}/changes/REV-1`);
  const breaks = region(page, "What breaks, as it was judged");
  await expect(breaks).toContainText("because it was retired last week");
  await judge(page, /^Wrong, because .*search\.ranks$/, "it reads a copy");
  await expect(breaks).toContainText("because it reads a copy");
  await expectAxeClean(page);

  await page.goto(`${server.url}/changes/gate?days=30`);
  await expect(page.getByText("2 of 2 findings")).toBeVisible();
  await judge(page, /^Right after all.*search\.ranks$/, "it does not, since today");
  await expect(region(page, "Misses")).toContainText("because it does not, since today");
  await expect(page.getByText("1 of 2 findings")).toBeVisible();
});

test("a time that is no number of days is told, and in the dark nothing keeps anybody out", async ({
  page,
}) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await page.goto(`${server.url}/changes/gate?days=soon`);
  await expect(page.getByText(/not a number of days/)).toBeVisible();
  await page.goto(`${server.url}/changes/gate`);
  await expectAxeClean(page);
});
