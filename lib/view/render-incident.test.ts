import { expect, it } from "vitest";
import { foldIncident } from "#lib/incidents/fold-incident.ts";
import type { Incident } from "#lib/incidents/incident.ts";
import type { IncidentAction, IncidentEvent } from "#lib/incidents/incident-action.ts";
import { timesOf } from "#lib/incidents/incident-times.ts";
import { renderIncident } from "./render-incident.ts";
import { draftStatus } from "./status-text.ts";

const OPEN: IncidentAction = {
  kind: "open",
  title: "Revenue | is too small",
  symptoms: [{ ref: "Revenue today", shows: "wrong", since: "2026-11-17T06:25:00Z" }],
  healthy: ["Top customers"],
  severity: "SEV1",
  affected: [{ asset: "a", name: "Revenue today", domain: "finance", owner: "finance-data" }],
};

function after(...actions: readonly IncidentAction[]): {
  readonly incident: Incident;
  readonly events: readonly IncidentEvent[];
} {
  const events = [OPEN, ...actions].map((action, at) => ({
    seq: at + 1,
    at: `2026-11-17T${String(7 + at).padStart(2, "0")}:30:00Z`,
    actor: "on_call",
    action,
  }));
  const incident = foldIncident("INC-1", events);
  if (!incident.ok) throw new Error(incident.error.message);
  return { incident: incident.value, events };
}

const PICK: IncidentAction = { kind: "pick_suspect", asset: "orders", column: "amount" };
const HUB: IncidentAction = {
  kind: "add_symptom",
  symptom: { ref: "Hub", shows: "stale", seen: "nulls seen" },
};
const FILL: IncidentAction = { kind: "plan_repair", steps: [{ asset: "f", name: "fct_revenue" }] };

it("the text for those who use the data says what not to rely on, and never more than is known", () => {
  expect(draftStatus(after().incident).split("\n")).toEqual([
    "INC-1, SEV1: Revenue | is too small",
    "Status: reported.",
    "Wrong since 17 Nov 2026, 06:25 UTC.",
    "Do not rely on: Revenue today.",
    "The cause is not known yet.",
    "Nobody leads it yet.",
  ]);
  const text = draftStatus(after(PICK, FILL).incident);
  expect(text).toContain("Suspected cause, not confirmed by both sides: orders.amount.");
  expect(text).toContain("Still to do: 1 of 1 to fill again.");
});

it("nothing is called safe before it was mitigated, and a duplicate says of what", () => {
  const mitigated: IncidentAction = {
    kind: "stamp",
    stamp: "mitigated",
    time: "2026-11-17T08:00:00Z",
  };
  expect(draftStatus(after(mitigated).incident)).toContain(
    "Nothing wrong is served since 17 Nov 2026, 08:00 UTC.",
  );
  const closed = draftStatus(
    after({ kind: "set_state", state: "closed", closing: "duplicate", duplicateOf: "INC-7" })
      .incident,
  );
  expect(closed).toContain("Status: closed, a duplicate of INC-7.");
  expect(closed).not.toContain("Do not rely on");
});

it("the record as Markdown holds every entry, open tasks as boxes, and no markup from names", () => {
  const { incident, events } = after(PICK, FILL, { kind: "note", text: "two\nlines of *stars*" });
  const text = renderIncident({ incident, events, times: timesOf(incident) });
  expect(text).toContain("# INC-1, SEV1: Revenue \\| is too small");
  expect(text).toContain("- [ ] fct\\_revenue");
  expect(text).toContain("- finance: has not seen it");
  expect(text).toContain("- first bad run: not known");
  expect(text).toContain("**on\\_call** two lines of \\*stars\\*");
  expect(text.split("\n").filter((line) => line.includes("**on\\_call**"))).toHaveLength(4);
});

it("every symptom's words stand in the timeline, and no task of a cause that is none any more among what is to do", () => {
  const published = { asset: "cfo", what: "an edition was sent", task: "reissue" } as const;
  const plan: IncidentAction = { kind: "plan_repair", steps: [], published: [published] };
  const other: IncidentAction = { kind: "pick_suspect", asset: "rates" };
  const told = (...actions: readonly IncidentAction[]): string => {
    const { incident, events } = after(HUB, PICK, plan, ...actions);
    return renderIncident({ incident, events, times: timesOf(incident) });
  };
  expect(told()).toContain("adds that Hub is broken: late, nulls seen");
  expect(told()).toContain("- [ ] cfo: an edition was sent");
  expect(told(other)).not.toContain("- [ ] cfo");
  expect(told(other)).toContain("went out: cfo (an edition was sent)");
  expect(draftStatus(after(HUB, PICK, plan).incident)).toContain("1 of 1 that went out");
  expect(draftStatus(after(HUB, PICK, plan, other).incident)).not.toContain("went out");
});
