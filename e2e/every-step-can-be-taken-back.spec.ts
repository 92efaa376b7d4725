import { expect, test } from "@playwright/test";
import { openTuesday } from "./story.ts";

test("Back leads over what was chosen, one step after another, and the address begins with the question", async ({
  page,
}) => {
  await openTuesday(page);
  const list = page.getByRole("region", { name: "Who breaks" });
  const chosen = list.locator("[aria-current]");
  const first = await chosen.first().innerText();
  const other = list.getByRole("button", { name: /Revenue today/ });
  await other.click();
  await expect(other).toHaveAttribute("aria-current", "true");
  await page.getByRole("button", { name: "Domains", exact: true }).click();
  await expect(page).toHaveURL(/\?change=[^&]*&sel=[^&]*&zoom=domains$/);
  await page.goBack();
  await expect(page).not.toHaveURL(/zoom=/);
  await expect(other).toHaveAttribute("aria-current", "true");
  await page.goBack();
  await expect(page).toHaveURL(/\/blast\?change=[^&]*$/);
  expect(await chosen.first().innerText()).toBe(first);
});
