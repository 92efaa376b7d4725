import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { openStore } from "../open-store.ts";
import { roundsIn, startWriter } from "../run-writer.conformance.ts";
import { unwrap } from "../unwrap.conformance.ts";

const newUrl = (): string => `file:${mkdtempSync(join(tmpdir(), "faultline-processes-"))}`;

it("shows the old batch or the new one, never half, after its writer was killed at any moment", async () => {
  const url = newUrl();
  let newest = 0;
  for (const delay of [0, 40, 150, 400, 900, 1500]) {
    const writer = startWriter({ url, source: "dbt:shop", claims: 600, rounds: 500 });
    await writer.firstRound;
    await sleep(delay);
    writer.child.kill("SIGKILL");
    await writer.ended;
    const store = unwrap(await openStore(url, {}));
    const claims = unwrap(await store.claims());
    expect(claims).toHaveLength(600);
    expect(roundsIn(claims, "dbt:shop").size).toBe(1);
    const { version } = unwrap(await store.version());
    expect(new Set(claims.map((stored) => stored.version))).toEqual(new Set([version]));
    expect(version).toBeGreaterThanOrEqual(newest);
    expect(unwrap(await store.versions())).toHaveLength(version);
    newest = version;
    await store.close();
  }
  // Some of the kills came after further batches, or the moments would prove nothing.
  expect(newest).toBeGreaterThan(2);
}, 60_000);

it("lets two processes write at once and a third read meanwhile", async () => {
  const url = newUrl();
  const writers = ["a:one", "b:two"].map((source) =>
    startWriter({ url, source, claims: 300, rounds: 12 }),
  );
  await Promise.all(writers.map(({ firstRound }) => firstRound));
  const store = unwrap(await openStore(url, {}));
  let reads = 0;
  let done = false;
  const all = Promise.all(writers.map(({ ended }) => ended)).finally(() => {
    done = true;
  });
  while (!done) {
    const claims = unwrap(await store.claims());
    for (const source of ["a:one", "b:two"]) expect(roundsIn(claims, source).size).toBe(1);
    reads++;
    await sleep(5);
  }
  expect((await all).map(({ code, said }) => [code, said])).toEqual([
    [0, ""],
    [0, ""],
  ]);
  expect(reads).toBeGreaterThan(1);
  expect(unwrap(await store.version()).version).toBe(24);
  expect([...roundsIn(unwrap(await store.claims()), "a:one")]).toEqual(["round_12"]);
  await store.close();
}, 60_000);
