import { expect, type Page } from "@playwright/test";

/** The demo's first story: a column of the orders is renamed at two on a Tuesday morning. */
export const TUESDAY = "/blast?change=rename_column:checkout.orders.amount_cents;to=amount_minor";

/** Opens the story and waits for its graph. */
export async function openTuesday(page: Page): Promise<void> {
  await page.goto(TUESDAY);
  await expect(page.getByTestId("card").first()).toBeVisible({ timeout: 30_000 });
}
