import { expect, test } from "@playwright/test";

test("home has the search in focus, and a column leads to what breaks without it", async ({
  page,
}) => {
  await page.goto("/");
  const search = page.getByRole("main").getByRole("combobox");
  await expect(search).toBeFocused();
  await page.keyboard.type("amount_cents");
  await expect(page.getByRole("option").first()).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/blast\?change=/);
  await expect(page.getByRole("heading", { level: 1 })).toContainText(/break/);
});

test("every story of the demo opens the blast radius that it had", async ({ page }) => {
  await page.goto("/");
  const stories = page.getByRole("region", { name: "What happened here" }).getByRole("link");
  const links = await stories.evaluateAll((all) =>
    all.map((link) => link.getAttribute("href") ?? ""),
  );
  expect(links.length).toBeGreaterThanOrEqual(6);
  const told = await stories.evaluateAll((all) =>
    all.map((link) => [...link.querySelectorAll("b")].slice(1).map((count) => count.textContent)),
  );
  for (const [at, link] of links.entries()) {
    await page.goto(link);
    await expect(page.getByRole("heading", { level: 1 })).toContainText(
      /break|late|unknown|Nothing/i,
    );
    // The badges count what the story was told with.
    const badges = page.getByRole("group", { name: /Consumers by verdict/ }).locator("b");
    const shown = (await badges.allTextContents()).filter((count) => count !== "0");
    expect(shown).toEqual(told[at]);
  }
});

test("search is one key away on every screen", async ({ page }) => {
  for (const path of ["/", "/blast", "/sources", "/owners"]) {
    await page.goto(path);
    await page.waitForLoadState("networkidle");
    await page.locator("body").press("Control+k");
    await expect(page.getByRole("dialog", { name: "Search columns and assets" })).toBeVisible();
  }
});

test("a question mark shows the keys", async ({ page }) => {
  await page.goto("/sources");
  await page.waitForLoadState("networkidle");
  await page.locator("body").press("?");
  await expect(page.getByRole("dialog", { name: "Keys" })).toContainText(
    "search columns and assets",
  );
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog", { name: "Keys" })).toBeHidden();
});
