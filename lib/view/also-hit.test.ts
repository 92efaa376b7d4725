import { expect, it } from "vitest";
import type { Assessment, AssetVerdict, Verdict } from "#lib/impact/assessment.ts";
import { foldIncident } from "#lib/incidents/fold-incident.ts";
import type { Incident } from "#lib/incidents/incident.ts";
import type { IncidentAction, IncidentEvent } from "#lib/incidents/incident-action.ts";
import type { AssetKind } from "#lib/model/asset.ts";
import { assetId } from "#lib/model/asset-id.ts";
import { findAlsoHit } from "./also-hit.ts";

const verdictOf = (name: string, kind: AssetKind, verdict: Verdict): AssetVerdict => ({
  asset: { id: assetId("bi", name), namespace: "bi", name, shortName: name, kind },
  verdict,
  certainty: null,
  points: null,
  terms: {},
  severity: null,
  run: "ok",
  rows: [],
  columns: [],
  because: [],
  also: [],
  hops: 1,
});

const ASSESSMENT: Assessment = {
  graphVersion: "v1",
  complete: false,
  hidden: 0,
  changes: [],
  verdicts: [
    verdictOf("Revenue today", "dashboard", "breaks_silently"),
    verdictOf("Order lookup", "dashboard", "degraded"),
    verdictOf("Cash position", "dashboard", "breaks_silently"),
    verdictOf("Top customers", "dashboard", "unaffected"),
    verdictOf("stg_orders", "table", "breaks_silently"),
    verdictOf("Picking list", "report", "unknown"),
  ],
  notify: [],
  policy: "default",
};

const named = (name: string) => ({ asset: assetId("bi", name), name });

function incidentOf(...actions: readonly IncidentAction[]): {
  readonly incident: Incident;
  readonly events: readonly IncidentEvent[];
} {
  const open: IncidentAction = {
    kind: "open",
    title: "Revenue today is broken",
    symptoms: [{ ref: "https://bi.example/revenue" }],
    healthy: ["cash position"],
    severity: "SEV1",
    affected: [named("Revenue today")],
  };
  const events = [open, ...actions].map((action, at) => ({
    seq: at + 1,
    at: "2026-11-17T06:31:00Z",
    actor: "on-call",
    action,
  }));
  const incident = foldIncident("INC-1", events);
  if (!incident.ok) throw new Error(incident.error.message);
  return { incident: incident.value, events };
}

const RADIUS: readonly IncidentAction[] = [
  { kind: "pick_suspect", asset: assetId("pg", "orders") },
  { kind: "affect", affected: ["Revenue today", "Order lookup", "Picking list"].map(named) },
];

it("also hit is what the cause reaches and nobody named, unknown included, however a symptom was written", () => {
  const found = findAlsoHit(ASSESSMENT, incidentOf(...RADIUS));
  expect(found.consumers.map(({ asset }) => asset.name)).toEqual(["Order lookup", "Picking list"]);
  expect(found).toMatchObject({ between: 1, complete: false });
});

it("a symptom that is added later is no longer hit in silence", () => {
  const found = findAlsoHit(
    ASSESSMENT,
    incidentOf(
      ...RADIUS,
      { kind: "add_symptom", symptom: { ref: "https://bi.example/lookup" } },
      { kind: "affect", affected: [named("Order lookup")] },
    ),
  );
  expect(found.consumers.map(({ asset }) => asset.name)).toEqual(["Picking list"]);
});
