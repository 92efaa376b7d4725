import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { openStore } from "#lib/store/open-store.ts";
import { type FaultlineConfig, parseConfig } from "../config/faultline-config.ts";
import type { LiveWait } from "../live-sources/live-reader.ts";
import { readLive } from "../live-sources/read-live.ts";
import { tryAgain } from "./run-sync.ts";
import { startScheduler } from "./scheduler.ts";
import { listStandings } from "./sync-status.ts";

let store: LineageStore;
let server: Server | undefined;

beforeEach(async () => {
  const opened = await openStore("memory:", {});
  if (!opened.ok) throw new Error(opened.error.message);
  store = opened.value;
});
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

function configOf(text: string): FaultlineConfig {
  const parsed = parseConfig("faultline.yaml", text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

/** Takes every question and answers none. */
async function hang(): Promise<string> {
  const made = createServer(() => undefined);
  server = made;
  await new Promise<void>((listening) => made.listen(0, "127.0.0.1", listening));
  return `http://127.0.0.1:${(made.address() as AddressInfo).port}`;
}

const FOUR = `sources:
- {name: a, path: "schema-registry+http://one", every: 1m}
- {name: b, path: "schema-registry+http://two", every: 1m}
- {name: c, path: ddl, every: 1m}
- {name: d, path: events, every: 1m}
- {name: e, path: once}
`;

describe("a source that does not answer", () => {
  it("keeps the others waiting for a moment only", async () => {
    const config = configOf(FOUR);
    let time = Date.parse("2026-03-03T02:00:00Z");
    const begun: string[] = [];
    let letGo: () => void = () => undefined;
    const forever = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const scheduler = startScheduler({
      config: async () => ({ config, root: "." }),
      store: async () => ({ ok: true, value: store }),
      run: async (name) => {
        begun.push(name);
        if (name === "a" || name === "b") await forever;
        return { ok: true, value: undefined };
      },
      now: () => new Date(time),
      say: () => undefined,
      tickMs: 5,
    });
    await vi.waitUntil(() => begun.length === 2);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(begun).toEqual(["a", "b"]);
    time += 31_000;
    await vi.waitUntil(() => begun.includes("c") && begun.includes("d"), { timeout: 5_000 });
    expect(begun.filter((name) => name === "a" || name === "b")).toEqual(["a", "b"]);
    letGo();
    await scheduler.close();
  });

  it("leaves room for the others when many of its kind failed before", async () => {
    const names = ["h1", "h2", "h3", "h4", "h5", "h6"];
    const config = configOf(
      `sources:\n${[...names, "ok"].map((name) => `- {name: ${name}, path: ${name}, every: 1m}\n`).join("")}`,
    );
    let time = Date.parse("2026-03-03T02:00:00Z");
    for (const name of names)
      await store.putRecord("syncs", name, {
        name,
        place: name,
        root: ".",
        state: "failed",
        startedAt: "2026-03-03T01:00:00Z",
        attempts: 1,
        failures: 1,
        sources: [],
      });
    await store.putRecord("syncs", "ok", {
      name: "ok",
      place: "ok",
      root: ".",
      state: "ok",
      startedAt: "2026-03-03T01:59:30Z",
      attempts: 1,
      failures: 0,
      sources: [],
    });
    const begun = new Set<string>();
    let letGo: () => void = () => undefined;
    const forever = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const scheduler = startScheduler({
      config: async () => ({ config, root: "." }),
      store: async () => ({ ok: true, value: store }),
      run: async (name) => {
        begun.add(name);
        if (name !== "ok") await forever;
        return { ok: true, value: undefined };
      },
      now: () => new Date(time),
      say: () => undefined,
      tickMs: 5,
    });
    await vi.waitUntil(() => begun.size === 1);
    time += 40_000;
    await vi.waitUntil(() => begun.has("ok"), { timeout: 5_000 });
    for (const size of [3, 4, 5]) {
      await vi.waitUntil(() => begun.size >= size, { timeout: 5_000 });
      time += 40_000;
    }
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect([...begun].filter((name) => name !== "ok")).toHaveLength(4);
    letGo();
    await scheduler.close();
  });

  it("is let go of when its time is over, and what is waited for is said meanwhile", async () => {
    await import("../live-sources/read-live-registry.ts");
    const place = `schema-registry+${await hang()}`;
    const waits: LiveWait[] = [];
    const read = await readLive([place], {
      env: {},
      now: "2026-03-03T02:00:00Z",
      fetch,
      signal: AbortSignal.timeout(1_000),
      onWait: (wait) => waits.push(wait),
      waitMs: 40,
    });
    expect(read.files).toEqual([]);
    expect(read.problems).toMatchObject([
      {
        code: "unreachable-source",
        message: expect.stringContaining("in the time that a reading"),
      },
    ]);
    expect(waits.length).toBeGreaterThan(1);
    expect(place).toContain(waits[0]?.place ?? "nothing");
  });

  it("is not tried again once its time is over", async () => {
    const failure = { code: "unreachable-source", message: "away" } as const;
    let tries = 0;
    const over = new AbortController();
    const { attempts } = await tryAgain(
      { sleep: async () => over.abort(), random: () => 0, signal: over.signal },
      async () => {
        tries += 1;
        return { ok: false, error: failure };
      },
    );
    expect([tries, attempts]).toEqual([2, 2]);
  });
});

it("a source with a schedule that was not read yet is listed as that", async () => {
  const listed = await listStandings(store, { config: configOf(FOUR), root: "." });
  expect(listed.ok && listed.value.map(({ name, state }) => `${name} ${state}`)).toEqual([
    "a waiting",
    "b waiting",
    "c waiting",
    "d waiting",
  ]);
});

it("a limit that is no time is refused", () => {
  const parsed = parseConfig("faultline.yaml", "sources: [{path: a, limit: soon}]");
  expect(parsed.ok ? "" : parsed.error.message).toContain("no time such as");
  expect(configOf("sources: [{path: a, limit: 2h}]").sources[0]?.limit).toBe("2h");
});
