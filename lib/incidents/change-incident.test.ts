import { describe, expect, it } from "vitest";
import { applyEvent, foldIncident } from "./fold-incident.ts";
import type { Incident, IncidentProblem } from "./incident.ts";
import type { IncidentAction, IncidentEvent, Published } from "./incident-action.ts";

const OPEN: IncidentAction = {
  kind: "open",
  title: "CFO Daily is wrong",
  symptoms: [{ ref: "CFO Daily", found: "nulls", seen: "nulls" }],
  severity: "SEV2",
  affected: [{ asset: "cfo", name: "CFO Daily", domain: "finance", owner: "finance-data" }],
};

type Entry = IncidentAction | readonly ["Faultline", IncidentAction];

const asEvents = (entries: readonly Entry[]): IncidentEvent[] =>
  [OPEN, ...entries].map((entry, at) => {
    const head = { seq: at + 1, at: `2026-03-03T${String(at).padStart(2, "0")}:00:00Z` };
    return "kind" in entry
      ? { ...head, actor: "on-call", action: entry }
      : { ...head, actor: "Faultline", isMachine: true, action: entry[1] };
  });

/** Written one after the other, as a server does. */
function write(...entries: readonly Entry[]): Incident | IncidentProblem {
  let incident: Incident | undefined;
  for (const event of asEvents(entries)) {
    const next = applyEvent({ id: "INC-1", incident, event });
    if (!next.ok) return next.error;
    incident = next.value;
  }
  return incident ?? { code: "not-open", message: "no entry" };
}

function after(...entries: readonly Entry[]): Incident {
  const written = write(...entries);
  if ("message" in written) throw new Error(written.message);
  return written;
}

function refusal(...entries: readonly Entry[]): IncidentProblem | undefined {
  const written = write(...entries);
  return "message" in written ? written : undefined;
}

/** Read back, whoever would refuse it today. */
function stored(...entries: readonly Entry[]): Incident {
  const folded = foldIncident("INC-1", asEvents(entries));
  if (!folded.ok) throw new Error(folded.error.message);
  return folded.value;
}

const ORDERS: IncidentAction = { kind: "pick_suspect", asset: "orders", domain: "checkout" };
const RATES: IncidentAction = { kind: "pick_suspect", asset: "rates", domain: "treasury" };
const LEAD: IncidentAction = { kind: "confirm_cause", side: "lead" };
const CAUSE_SIDE: IncidentAction = { kind: "confirm_cause", side: "cause_side" };
const DISPUTE: IncidentAction = { kind: "dispute_cause", domain: "checkout", reason: "no" };
const TRIAGED: IncidentAction = { kind: "set_state", state: "triaged" };
const MITIGATING: IncidentAction = { kind: "set_state", state: "mitigating" };
const REPAIRED: IncidentAction = { kind: "set_state", state: "repaired" };
const LEARNED: IncidentAction = { kind: "set_state", state: "learned" };
const EDITION: Published = { asset: "cfo", what: "an edition was sent", task: "reissue" };
const PUSH: Published = { asset: "cfo", what: "a CSV was pushed to the bank", task: "correct" };
const openThings = ({ published }: Incident): readonly string[] =>
  published.flatMap((one) => (one.isDone || one.isObsolete === true ? [] : [one.what]));

describe("what went out", () => {
  it("is two things of one asset where it was two, and both are open tasks; the same told again is one", () => {
    const both: readonly IncidentAction[] = [
      { kind: "publish", published: EDITION, item: 0 },
      { kind: "publish", published: PUSH, item: 1 },
      { kind: "publish", published: EDITION, item: 2 },
      { kind: "finish_published", item: 0 },
    ];
    expect(openThings(after(...both))).toEqual([PUSH.what]);
    expect(refusal(...both, MITIGATING, REPAIRED)?.message).toBe("1 task is open: correct cfo");
  });

  it("keeps its numbers in entries from before a second thing of an asset was listed", () => {
    const other: Published = { ...EDITION, asset: "board" };
    const incident = stored(
      { kind: "publish", published: EDITION },
      { kind: "publish", published: PUSH },
      { kind: "publish", published: other },
      { kind: "finish_published", item: 1 },
    );
    expect(incident.published).toMatchObject([
      { asset: "cfo", isDone: false },
      { asset: "board", isDone: true },
    ]);
  });

  it("for a cause that is none any more is no task, what people listed is, and what was done stays done", () => {
    const plan: Entry = [
      "Faultline",
      {
        kind: "plan_repair",
        steps: [{ asset: "stg", name: "stg_orders" }],
        published: [EDITION, { ...EDITION, asset: "board" }],
      },
    ];
    const before: readonly Entry[] = [
      ORDERS,
      plan,
      { kind: "publish", published: PUSH, item: 2 },
      { kind: "finish_published", item: 1 },
    ];
    const other = after(...before, RATES);
    expect(openThings(other)).toEqual([PUSH.what]);
    expect(other.published[1]).toMatchObject({ asset: "board", isDone: true });
    expect(other.repair).toEqual([]);
    const rejected = after(...before, { kind: "reject_suspect", asset: "orders", reason: "no" });
    expect([rejected.cause, rejected.repair, openThings(rejected)]).toEqual([
      undefined,
      [],
      [PUSH.what],
    ]);
    // Picked again, what follows from it is open again.
    expect(openThings(after(...before, RATES, ORDERS, plan))).toEqual([EDITION.what, PUSH.what]);
    // The same cause again: nothing of its plan is lost, whatever the graph says now.
    expect(openThings(after(...before, ORDERS))).toEqual([EDITION.what, PUSH.what]);
    expect(after(...before, ORDERS).repair).toHaveLength(1);
  });

  it("was told one by one in older entries, and follows the cause just as well", () => {
    const found: Entry = ["Faultline", { kind: "publish", published: EDITION }];
    expect(openThings(stored(ORDERS, found, RATES))).toEqual([]);
    expect(openThings(stored(ORDERS, found, RATES, found))).toEqual([EDITION.what]);
  });
});

describe("a cause", () => {
  it("that is picked again stays disputed, and confirmed by whom it was", () => {
    expect(after(ORDERS, DISPUTE, ORDERS).cause?.dispute).toMatchObject({ domain: "checkout" });
    expect(after(ORDERS, LEAD, ORDERS).cause).toMatchObject({ confirmedByLead: true });
    expect(
      after(ORDERS, LEAD, { ...ORDERS, column: "amount" } as IncidentAction).cause,
    ).toMatchObject({ confirmedByLead: false });
  });

  it("is disputed still when somebody has picked another in between, or rejected it", () => {
    expect(after(ORDERS, DISPUTE, RATES).cause?.dispute).toBeUndefined();
    expect(after(ORDERS, DISPUTE, RATES, ORDERS).cause?.dispute).toMatchObject({ reason: "no" });
    const rejected: IncidentAction = { kind: "reject_suspect", asset: "orders", reason: "x" };
    expect(after(ORDERS, DISPUTE, rejected, ORDERS).cause?.dispute).toMatchObject({ reason: "no" });
  });

  it("is not rejected and picked at once", () => {
    const rejected: IncidentAction = { kind: "reject_suspect", asset: "orders", reason: "x" };
    expect(after(rejected, ORDERS).rejected).toEqual([]);
  });

  it("of which something was learned is not exchanged behind it", () => {
    const way = [ORDERS, LEAD, CAUSE_SIDE, MITIGATING, REPAIRED, LEARNED];
    expect(refusal(...way, RATES)?.next).toBe("set it back to repaired first");
    expect(after(...way, REPAIRED, RATES).cause?.asset).toBe("rates");
  });

  it("whose reach nobody knows lets nothing be called repaired without a reason", () => {
    const gone: IncidentAction = { kind: "pick_suspect", asset: "gone", reach: "unknown" };
    expect(refusal(gone, TRIAGED, REPAIRED)?.message).toContain("not known");
    const checked: IncidentAction = { ...REPAIRED, reason: "looked at by hand" } as IncidentAction;
    expect(after(gone, TRIAGED, checked).state).toBe("repaired");
  });
});

describe("a state", () => {
  it("opened again takes the repair that failed from the time stamps", () => {
    const incident = after(TRIAGED, REPAIRED, MITIGATING);
    expect(incident.stamps.repaired).toBeUndefined();
    expect(after(TRIAGED, REPAIRED, MITIGATING, REPAIRED).stamps.repaired).toBe(
      "2026-03-03T04:00:00Z",
    );
  });

  it("closed can be closed for another reason, never for none", () => {
    const closed: IncidentAction = { kind: "set_state", state: "closed" };
    const wrong: IncidentAction = { ...closed, closing: "false_positive" };
    expect(refusal(wrong, closed)?.message).toBe("closing needs a reason");
    expect(after(wrong, { ...closed, closing: "duplicate", duplicateOf: "INC-9" })).toMatchObject({
      state: "closed",
      closing: "duplicate",
      duplicateOf: "INC-9",
    });
    expect(stored(wrong, closed).closing).toBe("false_positive");
  });

  it("learned is not reached while something is open that turned up after the repair", () => {
    const found: IncidentAction = { kind: "publish", published: EDITION, item: 0 };
    expect(refusal(ORDERS, LEAD, CAUSE_SIDE, TRIAGED, REPAIRED, found, LEARNED)?.message).toBe(
      "1 task is open: reissue cfo",
    );
  });
});

describe("a symptom", () => {
  const told = (symptom: Extract<IncidentAction, { kind: "add_symptom" }>["symptom"]) =>
    ({ kind: "add_symptom", symptom }) as const;

  it("told twice keeps both words and the earlier time", () => {
    const { symptoms } = after(
      told({ ref: "Hub", found: "nulls", seen: "nulls seen", since: "2026-03-03T01:00:00Z" }),
      told({ ref: "Hub", shows: "stale", seen: "late too", since: "2026-03-03T02:00:00Z" }),
      told({ ref: "Hub", seen: "late too" }),
    );
    expect(symptoms[1]).toEqual({
      ref: "Hub",
      shows: "stale",
      seen: "nulls seen; late too",
      since: "2026-03-03T01:00:00Z",
    });
  });

  it("and what is seen right by another of its names are the same thing", () => {
    const right: IncidentAction = {
      kind: "see_healthy",
      ref: "https://bi.example/311",
      alike: ["CFO Daily"],
    };
    expect(after(right)).toMatchObject({ symptoms: [], healthy: ["https://bi.example/311"] });
    const again: IncidentAction = {
      kind: "add_symptom",
      symptom: { ref: "CFO Daily" },
      alike: ["https://bi.example/311"],
    };
    expect(after(right, again)).toMatchObject({ symptoms: [{ ref: "CFO Daily" }], healthy: [] });
  });
});

it("a record is read whatever would be refused today: what was written stands", () => {
  const incident = stored(
    { kind: "finish_repair", asset: "nowhere" },
    { kind: "finish_published", item: 7 },
    LEAD,
    DISPUTE,
    { kind: "decide_dispute", role: "r", stands: true, reason: "x" },
    { kind: "acknowledge", domain: "search" },
    { kind: "take_role", role: "contact", who: "somebody" },
    { kind: "set_state", state: "learned" },
    OPEN,
    RATES,
  );
  expect(incident).toMatchObject({ state: "learned", cause: { asset: "rates" }, seq: 11 });
});

it("a contact without a domain is asked for it", () => {
  expect(refusal({ kind: "take_role", role: "contact", who: "somebody" })).toMatchObject({
    message: "a contact is one of a domain",
    next: "say of which affected domain",
  });
});
