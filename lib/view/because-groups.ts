import type { BecauseStep } from "#lib/impact/assessment.ts";
import { sayProvenance } from "./because-words.ts";
import type { SoughtUse } from "./find-in-sql.ts";
import { ONLY_HANDS_ON } from "./fold-steps.ts";
import { USE_WORDS } from "./verdict-words.ts";

/** What happens in one asset, told once: its last step, and the steps of its queries behind it. */
export interface BecauseGroup {
  /** The asset as people call it, and in full. */
  readonly name: string;
  readonly fullName: string;
  /** The column that carries it on; absent where the rows or the run do. */
  readonly column?: string;
  /** The step that the asset hands on. */
  readonly step: BecauseStep;
  /** One sentence for each thing that happens. */
  readonly sentences: readonly string[];
  readonly uses: readonly string[];
  readonly expression?: string;
  readonly place?: string;
  /** What is read here, and where: enough to find it in the text of the query. */
  readonly use: SoughtUse;
  /** Steps inside its queries, in order; empty where it has only the one. */
  readonly inside: readonly BecauseStep[];
}

const unique = <T>(list: readonly T[]): readonly T[] => [...new Set(list)];

/** What only hands on says nothing where the asset says something else too. */
function sentencesOf(steps: readonly BecauseStep[]): readonly string[] {
  const telling = steps.filter((step) => !ONLY_HANDS_ON.has(step.rule));
  const last = steps.at(-1);
  const told = telling.length > 0 ? telling : last === undefined ? [] : [last];
  const texts = unique(told.map((step) => step.text));
  // `nulls pass through` says nothing beside what then becomes of them.
  return texts.length > 1 ? texts.filter((text) => text !== "nulls pass through") : texts;
}

function usesOf(steps: readonly BecauseStep[]): readonly string[] {
  const all = steps.flatMap((step) => (step.use === undefined ? [] : [USE_WORDS[step.use]]));
  const telling = all.filter((word) => word !== USE_WORDS.IDENTITY);
  return unique(telling.length > 0 ? telling : all);
}

/** `finance.fct_revenue` without its asset's name reads as the column alone. */
function nameOf(step: BecauseStep): { readonly fullName: string; readonly name: string } {
  const node = step.node.replace(/^(col|rows|run):/, "");
  const fullName =
    step.column !== undefined && node.endsWith(`.${step.column}`)
      ? node.slice(0, -step.column.length - 1)
      : node;
  const parts = fullName.split(/[./]/);
  return { fullName, name: fullName.includes(" ") ? fullName : (parts.at(-1) ?? fullName) };
}

function groupOf(steps: readonly [BecauseStep, ...BecauseStep[]]): BecauseGroup {
  const step = steps.at(-1) ?? steps[0];
  const expression = steps.findLast((one) => (one.expression ?? "") !== "")?.expression;
  const placed = steps.findLast((one) => one.provenance?.line !== undefined) ?? step;
  const place = sayProvenance(placed);
  return {
    ...nameOf(step),
    ...(step.column === undefined ? {} : { column: step.column }),
    step,
    sentences: sentencesOf(steps),
    uses: usesOf(steps),
    ...(expression === undefined ? {} : { expression }),
    ...(place === undefined ? {} : { place }),
    use: { expression, provenance: placed.provenance },
    inside: steps.length > 1 ? steps : [],
  };
}

/** The steps of a proof, those of one asset together, in the order of the way. */
export function groupSteps(steps: readonly BecauseStep[]): readonly BecauseGroup[] {
  const groups: [BecauseStep, ...BecauseStep[]][] = [];
  for (const step of steps) {
    const open = groups.at(-1);
    if (open !== undefined && open[0].asset === step.asset) open.push(step);
    else groups.push([step]);
  }
  // What an asset reads is what the one before it hands on.
  const told = groups.map(groupOf).map((group, at, all) => {
    const before = all[at - 1];
    if (before === undefined) return group;
    return { ...group, use: { ...group.use, column: before.column, table: before.name } };
  });
  return tellApart(told);
}

/** Two assets of one short name are told apart by the part before it: `checkout.orders`, `lake/orders`. */
function tellApart(groups: readonly BecauseGroup[]): readonly BecauseGroup[] {
  const assets = (name: string) =>
    new Set(groups.filter((group) => group.name === name).map((group) => group.fullName)).size;
  return groups.map((group) => {
    if (assets(group.name) < 2) return group;
    const longer = /[^./]+[./][^./]+$/.exec(group.fullName)?.[0];
    return { ...group, name: longer ?? group.fullName };
  });
}
