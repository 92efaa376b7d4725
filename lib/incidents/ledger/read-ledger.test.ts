import { describe, expect, it } from "vitest";
import { foldIncident } from "../fold-incident.ts";
import type { Incident } from "../incident.ts";
import type { IncidentAction } from "../incident-action.ts";
import { type LedgerInput, readLedger } from "./read-ledger.ts";
import { spreadOf } from "./spread.ts";

/** Checkout breaks a dashboard of finance for `hours`; both sides agree. */
function incident(id: string, hours: number, ...more: readonly IncidentAction[]): Incident {
  const actions: readonly IncidentAction[] = [
    {
      kind: "open",
      title: "Revenue",
      symptoms: [{ ref: "Revenue", shows: "wrong" }],
      severity: "SEV2",
      affected: [
        { asset: "r", name: "Revenue", domain: "finance", owner: "finance-data", tier: 1 },
      ],
    },
    { kind: "pick_suspect", asset: "orders", domain: "checkout" },
    { kind: "confirm_cause", side: "lead" },
    { kind: "confirm_cause", side: "cause_side" },
    { kind: "stamp", stamp: "first_bad_run", time: "2026-03-01T00:00:00Z" },
    { kind: "stamp", stamp: "detected", time: "2026-03-01T00:00:00Z" },
    {
      kind: "stamp",
      stamp: "mitigated",
      time: `2026-03-01T${String(hours).padStart(2, "0")}:00:00Z`,
    },
    ...more,
  ];
  const folded = foldIncident(
    id,
    actions.map((action, at) => ({
      seq: at + 1,
      at: "2026-03-02T06:00:00Z",
      actor: "on-call",
      action,
    })),
  );
  if (!folded.ok) throw new Error(folded.error.message);
  return folded.value;
}

const read = (incidents: readonly Incident[], more: Partial<LedgerInput> = {}) =>
  readLedger({
    incidents,
    now: "2026-03-09T00:00:00Z",
    visible: "all",
    changes: new Map([["checkout", 60]]),
    underContract: () => 0.25,
    ...more,
  });

const THREE = [incident("INC-1", 1), incident("INC-2", 2), incident("INC-3", 9)];

describe("the ledger of causes and pain", () => {
  it("shows from three incidents on what they cost, per change too, with the median and nine of ten", () => {
    const [row] = read(THREE).rows;
    expect(row).toMatchObject({
      domain: "checkout",
      incidents: 3,
      per100Changes: 5,
      exported: 1,
      silent: 1,
      cells: [{ suffers: "finance", incidents: 3, assetHours: 48, underContract: 0.25 }],
    });
    expect(row?.times?.toMitigate).toEqual({ n: 3, median: 2, p90: 9 });
    expect(spreadOf([5, 1, 2, 3, 4, 6, 7, 8, 9, 100])).toEqual({ n: 10, median: 5, p90: 9 });
    expect(spreadOf([])).toBeUndefined();
  });

  it("weighs pages by the best tier that an owner has among what was wrong, and sums them per 100 changes", () => {
    const told: IncidentAction = { kind: "tell", owner: "finance-data", domain: "finance" };
    const [row] = read(THREE.map(({ id }, at) => incident(id, at + 1, told))).rows;
    expect(row?.cells).toMatchObject([{ suffers: "finance", pages: 3, pageWeight: 12 }]);
    expect(row).toMatchObject({
      total: { assetHours: 24, pages: 3, pageWeight: 12 },
      totalPer100Changes: { assetHours: 40, pages: 5, pageWeight: 20 },
    });
  });

  it("shows the others first, then the domain itself, then what is too little to be shown", () => {
    const hit = (domain: string): IncidentAction => ({
      kind: "affect",
      affected: [{ asset: domain, name: domain, domain }],
    });
    const all = THREE.map(({ id }, at) =>
      incident(id, at + 1, hit("checkout"), ...(at === 0 ? [hit("billing")] : [])),
    );
    const contracted = read(all, { underContract: () => 1 }).rows[0];
    expect(contracted?.cells.map(({ suffers }) => suffers)).toEqual([
      "finance",
      "checkout",
      "billing",
    ]);
  });

  it("shows who suffers what others cost it, in its own row", () => {
    const finance = read(THREE, { visible: new Set(["finance"]) }).rows;
    expect(finance).toMatchObject([
      { domain: "finance", cells: [], suffered: [{ cause: "checkout", assetHours: 48 }] },
    ]);
  });

  it("gives the share of owners that had agreed, and of removals after an agreed date from three on", () => {
    const removals = new Map([["checkout", { all: 4, inTime: 3 }]]);
    const agreed = ({ id }: Incident) => new Set(id === "INC-1" ? ["finance-data"] : []);
    const [row] = read(THREE, { removals, agreed }).rows;
    expect(row?.signedOff).toBeCloseTo(1 / 3);
    expect(row?.windowsKept).toBe(0.75);
    const few = new Map([["checkout", { all: 2, inTime: 2 }]]);
    expect(read(THREE, { removals: few }).rows[0]).not.toHaveProperty("windowsKept");
  });

  it("below three says only that it is below three, and no share gives it away", () => {
    const [row] = read(THREE.slice(0, 2)).rows;
    expect(row).toEqual({
      domain: "checkout",
      incidents: "<3",
      cells: [{ cause: "checkout", suffers: "finance", incidents: "<3", underContract: 0.25 }],
      suffered: [],
    });
  });

  it("shows a domain its own row and nobody else's", () => {
    expect(read(THREE, { visible: new Set(["people"]) }).rows).toEqual([]);
    expect(read(THREE, { visible: new Set(["checkout"]) }).rows).toHaveLength(1);
  });

  it("counts a disputed cause for nobody until somebody has decided, and shows by which role", () => {
    const disputed: IncidentAction = {
      kind: "dispute_cause",
      domain: "checkout",
      reason: "ours was fine",
    };
    const open = read([...THREE.slice(0, 2), incident("INC-4", 3, disputed)]);
    expect(open).toMatchObject({
      notAgreed: 1,
      rows: [{ domain: "checkout", incidents: "<3" }, { domain: "finance" }],
      disputes: [{ incident: "INC-4", cause: "checkout", domain: "checkout" }],
    });
    const decide = (stands: boolean): IncidentAction => ({
      kind: "decide_dispute",
      role: "data governance",
      stands,
      reason: "the log shows it",
    });
    const stood = read([...THREE.slice(0, 2), incident("INC-4", 3, disputed, decide(true))]);
    expect(stood).toMatchObject({
      rows: [{ domain: "checkout", incidents: 3 }, { domain: "finance" }],
      decided: [{ incident: "INC-4", role: "data governance", stands: true }],
    });
    const fell = read([...THREE.slice(0, 2), incident("INC-4", 3, disputed, decide(false))]);
    expect(fell).toMatchObject({
      notAgreed: 1,
      rows: [{ domain: "checkout", incidents: "<3" }, { domain: "finance" }],
    });
  });
});
