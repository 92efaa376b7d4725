import { expect, test } from "vitest";
import { checkEvent } from "./check-event.ts";
import { dataset, runEvent } from "./event.fixture.ts";
import { readOpenLineageEvents } from "./read-open-lineage-events.ts";

const LONG = "x".repeat(200_000);

test("a job whose name has 200,000 characters is refused with a reason that does not repeat it", () => {
  const checked = checkEvent(runEvent({ job: LONG }));
  expect(checked.ok ? undefined : checked.error.message).toMatch(/longer than 8192 characters/);
  expect(checked.ok ? 0 : checked.error.message.length).toBeLessThan(200);
});

test("what is wrong with a column of 200,000 characters is told with its beginning", () => {
  const columnLineage = { fields: { [LONG]: { inputFields: 3 } } };
  const value = runEvent({ outputs: [dataset("shop.orders", { columnLineage })] });
  const { problems } = readOpenLineageEvents([{ value, provenance: { event: "e" } }]);
  expect(problems).toHaveLength(1);
  expect(problems[0]?.message.length).toBeLessThan(600);
});
