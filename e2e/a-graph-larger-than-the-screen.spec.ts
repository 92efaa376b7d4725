import { expect, type Page, test } from "@playwright/test";
import { ingest, makeFolder, startServer } from "./own-server.ts";

/** Three rows of forty views, each of which reads one of the row before. */
const VIEWS = Array.from({ length: 120 }, (_, at) => {
  const source = at < 40 ? "raw.orders" : `mart.model_${at - 40}`;
  return `create view mart.model_${at} as select amount from ${source};`;
});
const COMPANY = {
  "sql/models.sql": ["create table raw.orders (id bigint, amount bigint);", ...VIEWS].join("\n"),
  "faultline.yaml": "sources:\n  - {path: sql, dialect: postgres}\n",
};
const PICTURE = "/blast?change=drop_column:raw.orders.amount&zoom=datasets";

interface Camera {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

const cameraOf = (page: Page): Promise<Camera> =>
  page.locator(".react-flow__viewport").evaluate((element) => {
    const { e, f, a } = new DOMMatrix(getComputedStyle(element).transform);
    return { x: e, y: f, zoom: a };
  });

const folder = makeFolder(COMPANY);
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

test("only what is in view is drawn, from the beginning", async ({ page }) => {
  await page.addInitScript(() => {
    new MutationObserver((records) => {
      for (const node of records.flatMap(({ removedNodes }) => [...removedNodes]))
        if (node instanceof HTMLElement && node.matches(".react-flow__node"))
          performance.mark("taken away");
    }).observe(document, { childList: true, subtree: true });
  });
  await page.goto(`${url}${PICTURE}`);
  await page.getByTestId("card").first().waitFor();
  await page.waitForLoadState("networkidle");
  const drawn = await page.getByTestId("card").count();
  expect(drawn).toBeGreaterThan(5);
  expect(drawn).toBeLessThan(121);
  expect(await page.evaluate(() => performance.getEntriesByName("taken away").length)).toBe(0);
});

test("the small map leads to the rest: it is dragged, and the wheel on it zooms", async ({
  page,
}) => {
  await page.goto(`${url}${PICTURE}`);
  const map = page.getByRole("img", { name: "Small map of the graph" });
  await map.hover();
  const before = await cameraOf(page);
  const box = await map.boundingBox();
  if (box === null) throw new Error("the map is not drawn");
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  await page.mouse.down();
  await page.mouse.move(middle.x, middle.y + 10);
  await page.mouse.up();
  const dragged = await cameraOf(page);
  // Ten pixels of the map are many more of the drawing.
  expect(dragged.y).toBeLessThan(before.y - 20);
  expect(dragged.x).toBeCloseTo(before.x, 3);
  await page.mouse.move(middle.x, middle.y - 10);
  expect(await cameraOf(page)).toEqual(dragged);
  await page.mouse.wheel(0, 20);
  await expect.poll(async () => (await cameraOf(page)).zoom).toBeLessThan(before.zoom);
});
