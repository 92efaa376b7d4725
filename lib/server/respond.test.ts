import { expect, test } from "vitest";
import { respondJson } from "./respond.ts";

const verdicts = (count: number) =>
  Array.from({ length: count }, (_, place) => ({
    asset: { id: `duckdb/table_${place}`, name: `Tabelle ${place} für ü` },
    verdict: "breaks",
    because: [{ text: "reads a column that is gone" }],
  }));

test("a small answer and a large one are the same bytes as their JSON", async () => {
  for (const count of [0, 3, 20_000]) {
    const body = { complete: true, verdicts: verdicts(count), gone: undefined };
    expect(await respondJson(body).text()).toBe(JSON.stringify(body));
  }
});

test("half a million verdicts are made while they are read, and no more once the reader has gone", async () => {
  let made = 0;
  const [one] = verdicts(1);
  const list = new Proxy(Array.from({ length: 500_000 }), {
    get(target, key, receiver) {
      if (typeof key !== "string" || !/^\d+$/.test(key)) return Reflect.get(target, key, receiver);
      made++;
      return one;
    },
  });
  const reader = respondJson({ verdicts: list }).body?.getReader();
  const first = await reader?.read();
  expect(first?.value?.length).toBeLessThan(100_000);
  expect(made).toBeLessThan(5_000);
  await reader?.cancel();
  const atEnd = made;
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(made).toBe(atEnd);
});
