import type { Known } from "#lib/usecases/sources/describe-known.ts";

const SHOWN_NAMES = 5;

/** What is known after a first ingest, where it ends, and the three things to connect next. */
export function renderKnown(
  known: Known,
  /** Where the store is, from here; absent: here. */
  { folder }: { readonly folder?: string } = {},
): string {
  const command =
    known.example === undefined ? "faultline serve" : `faultline impact ${known.example}`;
  return [
    ...totals(known),
    ...risks(known),
    ...nextSteps(known),
    "",
    `Try: ${folder === undefined ? "" : `cd ${folder} && `}${command}`,
    "",
  ].join("\n");
}

function totals(known: Known): readonly string[] {
  const { assets, columns, consumers, domains, reads, columnShare, unresolved } = known;
  const { guessedTiers, withoutOwner } = known;
  return [
    `${count(assets, "asset")}, ${count(columns, "column")}, ${count(consumers, "consumer")}.`,
    domains.length === 0
      ? "No domain is known; `rules` in faultline.yaml say them by name, schema, path or tag."
      : `${count(domains.length, "domain")}: ${some(domains)}.`,
    ...(reads === 0
      ? ["Nothing is known to read anything yet."]
      : [`${Math.floor(columnShare * 100)}% of ${count(reads, "read")} known to the column.`]),
    ...(unresolved === 0
      ? []
      : [`${count(unresolved, "name")} read here and owned by nothing that was read.`]),
    ...(withoutOwner === 0 ? [] : [`${count(withoutOwner, "asset")} without an owner.`]),
    ...(guessedTiers === 0
      ? []
      : [`${count(guessedTiers, "tier")} guessed, by kind, use and consumers; shown as guessed.`]),
    blindLine(known),
  ];
}

function blindLine({ consumers, withoutLineage }: Known): string {
  if (consumers === 0) return "No dashboards, ML jobs or reports are known yet.";
  if (withoutLineage.length === 0) return "Every consumer has lineage.";
  return `${count(withoutLineage.length, "consumer")} without lineage: ${some(withoutLineage)}.`;
}

function risks({ riskiest, widest = [] }: Known): readonly string[] {
  if (riskiest.length === 0 && widest.length === 0) return [];
  if (riskiest.length === 0) {
    return [
      "",
      "Riskiest columns, by the assets that hang on them, as no consumer is known:",
      "  reached  column",
      ...widest.map(
        ({ reaches, shortName, column }) =>
          `  ${String(reaches).padStart(7)}  ${shortName}.${column}`,
      ),
    ];
  }
  return [
    "",
    "Riskiest columns, by the points of all consumers that a removal breaks:",
    "  points  reached  column",
    ...riskiest.map(
      ({ points, consumers, shortName, column }) =>
        `  ${points.toFixed(1).padStart(6)}  ${String(consumers).padStart(7)}  ${shortName}.${column}`,
    ),
  ];
}

function nextSteps({ next }: Known): readonly string[] {
  if (next.length === 0) return [];
  return [
    "",
    "Connect next:",
    ...next.map(({ what, removes, examples }) => {
      const such = examples.length > 0 ? ` (${examples.join(", ")})` : "";
      return `  ${what}: removes ${count(removes, "unknown")}${such}`;
    }),
  ];
}

const count = (number: number, word: string): string =>
  `${number} ${word}${number === 1 ? "" : "s"}`;

const some = (names: readonly string[]): string =>
  `${names.slice(0, SHOWN_NAMES).join(", ")}${names.length > SHOWN_NAMES ? " …" : ""}`;
