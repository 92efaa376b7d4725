import type { MergedAsset } from "#lib/graph/merged-graph.ts";
import type { BuildRecipe } from "#lib/model/fact.ts";
import type { ReviewedChange } from "#lib/review/reviewed-change.ts";
import type { AssetComparison } from "./check-comparison.ts";

/** What differs in how an asset is built beside its query. */
export function recipeChanges({ pair, base, judged }: AssetComparison): readonly ReviewedChange[] {
  const before = pair.before?.recipe;
  const after = pair.after?.recipe;
  if (before === undefined || after === undefined) return [];
  const { file } = pair.after?.provenance ?? {};
  const common = {
    asset: { namespace: judged.namespace, name: judged.name },
    before: null,
    after: null,
    ...(file === undefined ? {} : { file }),
  };
  return [
    ...hookChanges(before, after).map((change) => ({ ...common, ...change })),
    ...rowChanges(before, after, base).map((change) => ({ ...common, ...change })),
    ...typeChanges(before, after, base).map((change) => ({ ...common, ...change })),
  ];
}

type Told = Pick<ReviewedChange, "kind" | "evidence"> & Partial<ReviewedChange>;

/** Rights, statistics, comments and indexes change nothing that is read. */
const HARMLESS =
  /^\s*(?:\{%[\s\S]*?%\}\s*)*(?:grant|analyze|vacuum|optimize|comment|create\s+(?:unique\s+)?index|alter\s+[\s\S]*\bowner\s+to)\b/i;

const tellingHooks = ({ hooks }: BuildRecipe): string =>
  hooks.filter((sql) => !HARMLESS.test(sql)).join(";\n");

function hookChanges(before: BuildRecipe, after: BuildRecipe): readonly Told[] {
  const [old, now] = [tellingHooks(before), tellingHooks(after)];
  if (old === now) return [];
  return [
    {
      kind: "expression_changed",
      before: old || null,
      after: now || null,
      evidence:
        "SQL that runs with its build is other SQL, and what that does to it is not followed",
      effects: [{ effect: "UNKNOWN", certainty: "likely" }],
    },
  ];
}

function rowChanges(
  before: BuildRecipe,
  after: BuildRecipe,
  base: MergedAsset | undefined,
): readonly Told[] {
  if (before.checksum === undefined || before.checksum === after.checksum) return [];
  const values = (base?.columns ?? []).map(({ name: column }) => ({
    column,
    effect: "VALUE",
    certainty: "possible" as const,
  }));
  return [
    {
      kind: "filter_changed",
      evidence: "the rows that it is filled with are others",
      effects: [
        { effect: "ROWS_LOST", certainty: "possible" },
        { effect: "ROWS_EXTRA", certainty: "possible" },
        ...values,
      ],
    },
  ];
}

function typeChanges(
  before: BuildRecipe,
  after: BuildRecipe,
  base: MergedAsset | undefined,
): readonly Told[] {
  const types = Object.entries(after.types ?? {}).filter(
    ([column, type]) => before.types?.[column]?.toLowerCase() !== type.toLowerCase(),
  );
  return types.flatMap(([column, toType]): readonly Told[] => {
    const known = base?.columns.find(({ name }) => name.toLowerCase() === column.toLowerCase());
    const fromType = before.types?.[column] ?? known?.type;
    if (fromType === undefined || fromType.toLowerCase() === toType.toLowerCase()) return [];
    const evidence = "it is made as another type";
    return [
      {
        kind: "type_changed",
        column: known?.name ?? column,
        fromType,
        toType,
        before: fromType,
        after: toType,
        evidence,
      },
    ];
  });
}
