import AxeBuilder from "@axe-core/playwright";
import { expect, type Locator, type Page } from "@playwright/test";

/** The demo's first story: checkout renames a column at night. */
export const TUESDAY =
  "/blast?change=rename_column:harbour.checkout.orders.amount_cents;to=amount_minor";

export async function openBlast(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.getByTestId("graph-counts")).toBeVisible();
  await expect(page.locator(".react-flow__node").first()).toBeVisible();
}

/** The lines of the ranked list: consumers that fail, are silently wrong, late or relabelled. */
export const rankedRows = (page: Page): Locator =>
  page.getByRole("region", { name: "Who breaks" }).locator("ol [data-row]");

/** The number in front of a word in a badge: `4 silently wrong`. */
export async function badge(page: Page, word: RegExp): Promise<number> {
  const button = page
    .getByRole("group", { name: /Consumers by verdict/ })
    .getByRole("button", { name: word });
  if ((await button.count()) === 0) return 0;
  return Number(/\d+/.exec(await button.innerText())?.[0] ?? Number.NaN);
}

/** `38 reached, 16 drawn, …` as numbers. */
export async function graphCounts(page: Page): Promise<Readonly<Record<string, number>>> {
  const text = await page.getByTestId("graph-counts").innerText();
  return Object.fromEntries(
    [...text.matchAll(/([\d,]+) (reached|drawn|folded|filtered|hidden)/g)].map(
      ([, count = "", word = ""]) => [word, Number(count.replaceAll(",", ""))],
    ),
  );
}

export async function expectAxeClean(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ""}`)).toEqual([]);
}
