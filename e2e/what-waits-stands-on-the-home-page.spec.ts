import { expect, type Page, test } from "@playwright/test";
import { expectAxeClean } from "./blast-page.ts";
import { ingest, makeFolder, type OwnServer, startServer } from "./own-server.ts";

const reader = (id: string, domain: string, owner: string) => ({
  id,
  kind: "dashboard",
  domain,
  owner,
  tier: 2,
  queries: [{ name: "q", sql: "select id, sum(amount) as result from shop.orders group by id" }],
});

const SHOP = JSON.stringify({
  assets: [
    { id: "shop.orders", kind: "table", columns: [{ name: "id" }, { name: "amount" }] },
    reader("finance.revenue", "finance", "finance-data"),
    reader("search.ranks", "search", "search-team"),
  ],
});

let folder: ReturnType<typeof makeFolder>;
let server: OwnServer;

test.beforeAll(async () => {
  folder = makeFolder({ "mesh.json": SHOP });
  ingest(folder.path, "mesh.json");
  server = await startServer(folder.path);
});

test.afterAll(async () => {
  await server.stop();
  folder.remove();
});

const post = async (page: Page, path: string, data: unknown) =>
  (await page.request.post(`${server.url}${path}`, { data })).json();

test("what waits stands on the home page, for all or for one's own domain, and leads there", async ({
  page,
}) => {
  await page.goto(server.url);
  await expect(page.getByRole("heading", { name: "What waits" })).toHaveCount(0);

  const changes = [{ kind: "drop_column", ref: "shop.orders.amount" }];
  const { review } = await post(page, "/api/v1/reviews", { changes });
  const says = { kind: "sign", answer: "object", hash: review.content.hash };
  const action = { ...says, owner: "finance-data", reason: "not before the quarter is closed" };
  await post(page, `/api/v1/reviews/${review.id}/entries`, { action });
  await post(page, "/api/v1/incidents", { symptoms: [{ ref: "search.ranks", shows: "wrong" }] });

  await page.goto(server.url);
  const waits = page.getByRole("region", { name: "What waits" });
  await expect(waits).toContainText("not before the quarter is closed");
  await expect(waits).toContainText("search-team");
  await expect(waits).toContainText("not seen by search");
  await expectAxeClean(page);

  await waits.getByLabel("Domain").selectOption("finance");
  await expect(waits).not.toContainText("search-team");
  await page.reload();
  await expect(waits).toContainText("for finance");
  await expect(waits).toContainText("not before the quarter is closed");
  await expect(waits).not.toContainText("not seen by search");
  await waits.getByRole("link", { name: /is dropped/ }).click();
  await expect(page).toHaveURL(/\/changes\/REV-1$/);
});

test("a change is printed with its steps in one row, and nothing to press", async ({ page }) => {
  await page.goto(`${server.url}/changes/REV-1`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.emulateMedia({ media: "print" });
  const tops = await page
    .locator("main > ol > li")
    .evaluateAll((steps) => steps.map((step) => step.getBoundingClientRect().top));
  expect(new Set(tops).size).toBe(1);
  await expect(page.getByRole("button", { name: "Set the date" })).toBeHidden();
  await expect(page.getByRole("button", { name: /Wrong, because/ })).toHaveCount(0);
});
