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
    expect(row?.times?.toMitigate).toEqual({ n: 3, median: 0, p90: 0 });
    expect(spreadOf([5, 1, 2, 3, 4, 6, 7, 8, 9, 100])).toEqual({ n: 10, median: 5, p90: 9 });
    expect(spreadOf([])).toBeUndefined();
  });

  it("below three says only that it is below three, and no share gives it away", () => {
    const [row] = read(THREE.slice(0, 2)).rows;
    expect(row).toEqual({
      domain: "checkout",
      incidents: "<3",
      cells: [{ cause: "checkout", suffers: "finance", incidents: "<3", underContract: 0.25 }],
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
