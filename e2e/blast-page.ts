import AxeBuilder from "@axe-core/playwright";
import { expect, type Locator, type Page } from "@playwright/test";

const STORY = /02:00 on a Tuesday/;

/** Address of the demo's first story, as its link says it: checkout renames a column at night. */
export async function findTuesday(page: Page): Promise<string> {
  await page.goto("/blast");
  const address = await page.getByRole("link", { name: STORY }).getAttribute("href");
  if (address === null) throw new Error("the story has no address");
  return address;
}

export async function openTuesday(page: Page): Promise<string> {
  const address = await findTuesday(page);
  await openBlast(page, address);
  return address;
}

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

/** What keeps nobody out, with the rule of WCAG 2.2 that is off unless asked for: targets of 24 by 24 pixels. */
export const axeOf = (page: Page): AxeBuilder =>
  new AxeBuilder({ page }).options({ rules: { "target-size": { enabled: true } } });

export async function expectAxeClean(page: Page): Promise<void> {
  const { violations } = await axeOf(page).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ""}`)).toEqual([]);
}
