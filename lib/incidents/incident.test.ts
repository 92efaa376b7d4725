import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tallyCausePain } from "./cause-pain.ts";
import { applyEvent, foldIncident } from "./fold-incident.ts";
import type { Incident, IncidentProblem } from "./incident.ts";
import type { IncidentAction, IncidentEvent } from "./incident-action.ts";
import { timesOf } from "./incident-times.ts";

const OPEN: IncidentAction = {
  kind: "open",
  title: "Revenue is too small",
  symptoms: [{ ref: "Revenue today", shows: "wrong", since: "2026-03-03T06:25:00Z" }],
  severity: "SEV1",
  affected: [
    { asset: "a", name: "Revenue today", domain: "finance", owner: "finance-data", tier: 1 },
    { asset: "b", name: "Refunds", domain: "checkout", owner: "checkout-core", tier: 3 },
  ],
};

/** Entries an hour apart, from half past six on. */
function eventsOf(actions: readonly IncidentAction[]): IncidentEvent[] {
  return actions.map((action, at) => ({
    seq: at + 1,
    at: `2026-03-03T${String(6 + at).padStart(2, "0")}:30:00Z`,
    actor: "on-call",
    action,
  }));
}

function after(...actions: readonly IncidentAction[]): Incident {
  const folded = foldIncident("INC-1", eventsOf([OPEN, ...actions]));
  if (!folded.ok) throw new Error(folded.error.message);
  return folded.value;
}

/** Why one of them is not written. */
function refusal(...actions: readonly IncidentAction[]): IncidentProblem | undefined {
  let incident: Incident | undefined;
  for (const event of eventsOf([OPEN, ...actions])) {
    const next = applyEvent({ id: "INC-1", incident, event });
    if (!next.ok) return next.error;
    incident = next.value;
  }
  return undefined;
}

const AGREED: readonly IncidentAction[] = [
  { kind: "pick_suspect", asset: "orders", domain: "checkout", column: "amount" },
  { kind: "confirm_cause", side: "lead" },
  { kind: "confirm_cause", side: "cause_side" },
];

describe("an incident", () => {
  it("was detected when the first symptom was seen, not when somebody wrote it down", () => {
    expect(after().stamps.detected).toBe("2026-03-03T06:25:00Z");
  });

  it("has one lead; a second one is told who it is and how to relieve them", () => {
    const lead: IncidentAction = { kind: "take_role", role: "lead", who: "finance-data" };
    expect(refusal(lead, { ...lead, who: "checkout-core" })).toMatchObject({
      code: "taken",
      message: "finance-data has the role lead",
    });
    const relieved = after(lead, { ...lead, who: "checkout-core", relieves: "finance-data" });
    expect(relieved.roles.lead).toBe("checkout-core");
  });

  it("is acknowledged by each affected domain, and the first of them is the time stamp", () => {
    const incident = after(
      { kind: "acknowledge", domain: "checkout" },
      { kind: "acknowledge", domain: "finance" },
    );
    expect(Object.keys(incident.acknowledged)).toEqual(["checkout", "finance"]);
    expect(incident.stamps.acknowledged).toBe("2026-03-03T07:30:00Z");
    expect(timesOf(incident).toAcknowledge).toEqual({ checkout: 1, finance: 2 });
    expect(refusal({ kind: "acknowledge", domain: "search" })?.message).toBe(
      "search is not affected",
    );
  });

  it("is not repaired while something that went out is not taken back", () => {
    const published = {
      asset: "board report",
      what: "an edition was sent",
      task: "reissue",
    } as const;
    const before: readonly IncidentAction[] = [
      { kind: "publish", published },
      { kind: "set_state", state: "mitigating" },
    ];
    const repaired: IncidentAction = { kind: "set_state", state: "repaired" };
    expect(refusal(...before, repaired)?.message).toBe("1 task is open: reissue board report");
    const done = after(...before, { kind: "finish_published", item: 0 }, repaired);
    expect(done.state).toBe("repaired");
    expect(done.stamps.repaired).toBe("2026-03-03T10:30:00Z");
  });

  it("ends as learned with a cause that both sides agree on, or with the reason why there is none", () => {
    const way: readonly IncidentAction[] = [
      { kind: "set_state", state: "mitigating" },
      { kind: "set_state", state: "repaired" },
    ];
    expect(refusal(...way, { kind: "set_state", state: "learned" })?.code).toBe("not-allowed");
    expect(after(...AGREED, ...way, { kind: "set_state", state: "learned" }).state).toBe("learned");
    const open: IncidentAction = {
      kind: "set_state",
      state: "learned",
      reason: "the logs of that night are gone",
    };
    expect(after(...way, open).state).toBe("learned");
  });

  it("that is a duplicate names the other one", () => {
    const closed: IncidentAction = { kind: "set_state", state: "closed", closing: "duplicate" };
    expect(refusal(closed)?.code).toBe("not-allowed");
    expect(after({ ...closed, duplicateOf: "INC-7" }).duplicateOf).toBe("INC-7");
    const again = after(
      { ...closed, duplicateOf: "INC-7" },
      { kind: "set_state", state: "reported" },
    );
    expect([again.state, again.closing, again.duplicateOf]).toEqual([
      "reported",
      undefined,
      undefined,
    ]);
  });

  it("that a machine or a person tells twice changes nothing the second time", () => {
    const symptom: IncidentAction = { kind: "add_symptom", symptom: { ref: "Refunds" } };
    expect(after(symptom, symptom).symptoms).toHaveLength(2);
  });

  it("is the sum of its entries: every prefix folds, and one by one is the same as all at once", () => {
    const action = fc.constantFrom<IncidentAction>(
      { kind: "note", text: "looked" },
      { kind: "see_healthy", ref: "Top customers" },
      { kind: "acknowledge", domain: "finance" },
      { kind: "tell", owner: "finance-data", domain: "finance" },
      { kind: "set_severity", severity: "SEV2" },
      ...AGREED,
      { kind: "set_state", state: "mitigating" },
      { kind: "set_state", state: "repaired" },
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 16 }), (actions) => {
        let incident: Incident | undefined;
        const kept: IncidentEvent[] = [];
        for (const event of eventsOf([OPEN, ...actions])) {
          const next = applyEvent({ id: "INC-1", incident, event });
          if (!next.ok) continue;
          incident = next.value;
          kept.push(event);
        }
        const folded = foldIncident("INC-1", kept);
        expect(folded.ok && folded.value).toEqual(incident);
      }),
      { seed: 20261123, numRuns: 200 },
    );
  });
});

describe("the ledger of cause and pain", () => {
  it("counts what one domain causes another, by the weight of tiers and the hours until it was mitigated", () => {
    const incident = after(
      ...AGREED,
      { kind: "tell", owner: "finance-data" },
      { kind: "stamp", stamp: "first_bad_run", time: "2026-03-03T04:00:00Z" },
      { kind: "stamp", stamp: "mitigated", time: "2026-03-03T06:00:00Z" },
    );
    expect(tallyCausePain([incident], "2026-03-04T00:00:00Z")).toEqual({
      cells: [
        {
          cause: "checkout",
          suffers: "checkout",
          incidents: 1,
          assetHours: 2,
          pages: 0,
          pageWeight: 0,
        },
        {
          cause: "checkout",
          suffers: "finance",
          incidents: 1,
          assetHours: 8,
          pages: 1,
          pageWeight: 4,
        },
      ],
      exported: { checkout: 0.8 },
      imported: { checkout: 0, finance: 1 },
      notAgreed: 0,
    });
  });

  it("charges no hour after the repair to anybody, where nobody said when it was mitigated", () => {
    const incident = after(
      ...AGREED,
      { kind: "stamp", stamp: "first_bad_run", time: "2026-03-03T04:00:00Z" },
      { kind: "stamp", stamp: "repaired", time: "2026-03-03T06:00:00Z" },
    );
    const hours = (one: Incident) =>
      tallyCausePain([one], "2026-04-03T00:00:00Z").cells.map(({ assetHours }) => assetHours);
    expect(hours(incident)).toEqual([2, 8]);
    expect(timesOf(incident).exposure).toBe(2);
  });

  it("counts for nobody what both sides have not agreed on", () => {
    const [pick, lead] = AGREED;
    const incident = after(...(pick && lead ? [pick, lead] : []));
    const ledger = tallyCausePain([incident], "2026-03-04T00:00:00Z");
    expect(ledger).toMatchObject({ cells: [], notAgreed: 1 });
  });
});

describe("times between stamps", () => {
  const times = (detected: string, mitigated: string) =>
    timesOf({ ...after(), stamps: { detected, mitigated } }).toMitigate;

  it("are none where clocks disagree by minutes, and not known where one of the two is wrong", () => {
    expect(times("2026-03-01T06:00:00Z", "2026-03-01T08:30:00Z")).toBe(2.5);
    expect(times("2026-03-01T06:00:00Z", "2026-03-01T05:50:00Z")).toBe(0);
    expect(times("2026-03-01T06:00:00Z", "2020-01-01T00:00:00Z")).toBeUndefined();
  });
});
