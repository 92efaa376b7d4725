import { expect, it } from "vitest";
import { dataset, runEvent, schema } from "#lib/ingest/openlineage/event.fixture.ts";
import { openEventInbox } from "#lib/store/event-inbox.ts";
import { openStore } from "#lib/store/open-store.ts";
import { unwrap } from "#lib/store/unwrap.conformance.ts";
import { createEventProjector } from "./project-events.ts";

const GATHER_MS = 1_500;

it("an event that comes after a pause is taken in at once, and those that follow it closely together", async () => {
  const store = unwrap(await openStore("memory:", {}));
  const inbox = unwrap(openEventInbox(undefined));
  const taken: { readonly events: number; readonly at: number }[] = [];
  const projector = createEventProjector({
    openInbox: () => ({ ok: true, value: inbox }),
    store: async () => ({ ok: true, value: store }),
    config: async () => undefined,
    now: () => new Date("2026-03-02T03:00:00Z"),
    maxGroupSize: 1_000_000,
    gatherMs: GATHER_MS,
    onProjected: ({ events }) => taken.push({ events, at: performance.now() }),
    onFailed: ({ message }) => expect.unreachable(message),
  });
  const send = (number: number): void => {
    const outputs = [dataset(`shop.raw.t${number}`, { schema: schema("id INT") })];
    const event = runEvent({ job: `load_${number}`, runId: `run-${number}`, outputs });
    const actor = { kind: "local", name: "test", teams: [] };
    unwrap(inbox.append([JSON.stringify({ events: [event], actor, at: "2026-03-02T02:00:00Z" })]));
    projector.wake();
  };
  const began = performance.now();
  send(0);
  await projector.settle();
  expect(taken.map(({ events }) => events)).toEqual([1]);
  expect((taken[0]?.at ?? 0) - began).toBeLessThan(GATHER_MS);
  for (let number = 1; number <= 5; number++) {
    send(number);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await projector.settle();
  expect(taken.map(({ events }) => events)).toEqual([1, 5]);
  await projector.close();
});
