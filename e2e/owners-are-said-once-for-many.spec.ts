import { expect, test } from "@playwright/test";
import { TUESDAY } from "./story.ts";

test("a pattern chooses many, shows what would change, and can become a rule", async ({ page }) => {
  await page.goto("/owners?find=finance.*");
  await page.getByRole("checkbox", { name: "Choose all that are listed" }).check();
  await page.getByLabel("Owner", { exact: true }).fill("ledger-team");
  await expect(page.getByRole("status").filter({ hasText: /^Changes \d+ assets/ })).toContainText(
    "against what a source says",
  );
  await expect(page.getByRole("row", { name: /fct_revenue_daily/ })).toContainText("ledger-team");
  await expect(page.locator("pre")).toHaveText(
    'rules:\n  - name: "finance.*"\n    set: {owner: "ledger-team"}',
  );
  // Nothing was saved by looking.
  await page.reload();
  await expect(page.getByRole("row", { name: /fct_revenue_daily/ })).not.toContainText(
    "ledger-team",
  );
});

test("what is said of owners is what the blast radius says", async ({ page }) => {
  await page.goto("/owners");
  await page.waitForLoadState("networkidle");
  const button = page.getByRole("button", { name: /^Set for/ });
  await expect(button).toBeDisabled();
  await expect(page.getByText("Choose assets below, then say what they are.")).toBeVisible();
  await page.getByRole("searchbox").fill("churn_train");
  await page.getByRole("checkbox", { name: "Choose churn_train" }).check();
  await expect(page.getByText("Say a domain, an owner or a tier.")).toBeVisible();
  await page.getByLabel("Owner", { exact: true }).fill("retention-crew");
  await page.getByRole("button", { name: "Set for 1 asset" }).click();
  await expect(page.getByText("Saved for 1 asset.")).toBeVisible();

  await page.goto(`${TUESDAY}&asset=${encodeURIComponent("consumers/churn_train")}`);
  const answer = await page.request.post("/api/v1/impact", {
    data: {
      changes: [
        {
          kind: "rename_column",
          asset: "checkout.orders",
          column: "amount_cents",
          to: "amount_minor",
        },
      ],
    },
  });
  expect(await answer.text()).toContain("retention-crew");
  await page.getByText(/Unaffected consumers, each/).click();
  await page.getByRole("main").getByText("churn_train").first().click();
  await expect(page.getByRole("complementary", { name: "churn_train" })).toContainText(
    "retention-crew",
  );
});
