import { expect, test } from "@playwright/test";
import { openTuesday, TUESDAY } from "./story.ts";

const BROKEN = [
  "Campaign ROI",
  "Quarterly board report",
  "fraud_score_train",
  "Revenue today",
  "discount_uplift",
  "Discount performance",
];

test("the answer is a sentence, and the badges count the same consumers", async ({ page }) => {
  await page.goto(TUESDAY);
  await expect(page.getByRole("heading", { level: 1 })).toContainText(
    "3 dashboards, 2 ML models and the quarterly board report break. 3 of the 6 break silently.",
  );
  const badges = page.getByRole("group", { name: /Consumers by verdict/ }).getByRole("button");
  const numbers = (await badges.allInnerTexts()).map((text) => Number.parseInt(text, 10));
  expect(numbers).toEqual([3, 3, 2, 1, 12]);
});

for (const viewport of [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
]) {
  test(`the first view at ${viewport.width} px holds the change and all who break, in words that can be read`, async ({
    page,
  }) => {
    await page.setViewportSize(viewport);
    await openTuesday(page);
    const stage = await page.locator(".react-flow").boundingBox();
    if (stage === null) throw new Error("the graph has no stage");
    for (const name of ["checkout.orders,", ...BROKEN.map((broken) => `${broken},`)]) {
      const card = page.locator(`.react-flow__node[aria-label^="${name}"]`);
      await expect(card).toBeVisible();
      const box = await card.boundingBox();
      if (box === null) throw new Error(`${name} is not drawn`);
      expect(box.x).toBeGreaterThanOrEqual(stage.x);
      expect(box.y).toBeGreaterThanOrEqual(stage.y);
      expect(box.x + box.width).toBeLessThanOrEqual(stage.x + stage.width);
      expect(box.y + box.height).toBeLessThanOrEqual(stage.y + stage.height);
    }
    const sizes = await page.evaluate(() => {
      const zoom = new DOMMatrix(
        getComputedStyle(document.querySelector(".react-flow__viewport") ?? document.body)
          .transform,
      ).a;
      return [...document.querySelectorAll("[data-testid=card] span")]
        .filter((span) => span.childElementCount === 0 && (span.textContent ?? "").length > 2)
        .map((span) => Number.parseFloat(getComputedStyle(span).fontSize) * zoom);
    });
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(10.9);
  });
}

test("a low window shows all of the graph at once, in words that are only a little smaller", async ({
  page,
}) => {
  await page.setViewportSize({ width: 1280, height: 720 });
  await openTuesday(page);
  const stage = await page.locator(".react-flow").boundingBox();
  if (stage === null) throw new Error("the graph has no stage");
  const boxes = await page
    .locator(".react-flow__node")
    .evaluateAll((nodes) => nodes.map((node) => node.getBoundingClientRect().toJSON()));
  expect(boxes.length).toBeGreaterThan(12);
  for (const box of boxes) {
    expect(box.left).toBeGreaterThanOrEqual(stage.x);
    expect(box.top).toBeGreaterThanOrEqual(stage.y);
    expect(box.right).toBeLessThanOrEqual(stage.x + stage.width);
    expect(box.bottom).toBeLessThanOrEqual(stage.y + stage.height);
  }
});

test("what is selected comes into view with the end of its way, however large the graph", async ({
  page,
}) => {
  await page.setViewportSize({ width: 1280, height: 720 });
  await page.goto(`${TUESDAY}&zoom=columns`);
  const stage = page.locator(".react-flow");
  const chosen = stage.locator('.react-flow__node[aria-label^="Campaign ROI,"]');
  await expect(chosen).toBeInViewport({ ratio: 1 });
  await page
    .getByRole("button", { name: /fraud_score_train/ })
    .first()
    .click();
  await expect(stage.locator('.react-flow__node[aria-label^="fraud_score_train,"]')).toBeInViewport(
    { ratio: 1 },
  );
});

test("what the graph says it holds adds up", async ({ page }) => {
  await openTuesday(page);
  const said = await page.getByTestId("graph-counts").innerText();
  const [reached = 0, drawn = 0, folded = 0, hidden = 0] = (said.match(/\d+/g) ?? []).map(Number);
  expect(drawn + folded).toBe(reached);
  expect(hidden).toBe(0);
  expect(await page.getByTestId("card").count()).toBeLessThanOrEqual(drawn + 1);
});

test("a reason is told once for each asset, with its inner steps behind it", async ({ page }) => {
  await page.goto(TUESDAY);
  const why = page.getByRole("complementary", { name: "Campaign ROI" });
  await expect(why.getByRole("heading", { name: "Because" })).toContainText("through 6 assets");
  const inside = why.locator("summary", { hasText: "inside" }).first();
  await inside.click();
  await expect(why.getByText("group by").first()).toBeVisible();
});

test("a dashboard holds its charts until they are asked for", async ({ page }) => {
  await openTuesday(page);
  const chart = page.locator('.react-flow__node[aria-label^="Best channel,"]');
  await expect(chart).toHaveCount(0);
  await page.locator('.react-flow__node[aria-label^="Revenue today,"]').focus();
  await page.keyboard.press("+");
  await expect(chart).toBeVisible();
  await expect(page).toHaveURL(/open=/);
});

test("every file that can be exported holds the answer", async ({ page }) => {
  await openTuesday(page);
  for (const [format, file, holds] of [
    ["CSV", "blast-radius.csv", "Campaign ROI"],
    ["JSON", "blast-radius.json", '"verdicts"'],
    ["Markdown", "blast-radius.md", "Campaign ROI"],
    ["HTML", "blast-radius.html", "Campaign ROI"],
    ["SVG", "blast-radius.svg", "Campaign ROI"],
    ["PNG", "blast-radius.png", "PNG"],
  ] as const) {
    await page.getByRole("button", { name: "Export" }).click();
    const waiting = page.waitForEvent("download");
    await page.getByRole("menuitem", { name: new RegExp(`^${format}`) }).click();
    const download = await waiting;
    expect(download.suggestedFilename()).toBe(file);
    const stream = await download.createReadStream();
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(Buffer.from(chunk));
    expect(Buffer.concat(chunks).toString("utf8")).toContain(holds);
  }
});

test("a change of something that is not there says so, with names that are", async ({ page }) => {
  await page.goto("/blast?change=drop_column:checkout.orders.amount_cent");
  await expect(page.getByRole("main")).toContainText("amount_cents");
});
