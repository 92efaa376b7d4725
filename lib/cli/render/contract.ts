import type { ContractCheck } from "#lib/usecases/contracts/check-contract.ts";
import type {
  ContractConsumer,
  ContractDiffAnswer,
  JudgedContractChange,
} from "#lib/usecases/contracts/judge-contract-diff.ts";
import { sayCertainty, VERDICT_WORDS } from "#lib/view/verdict-words.ts";

const WIDTH = 8;
const SHOWN_CONSUMERS = 12;

/** What a new version changes, the worst first, each with those whom it concerns. */
export function renderContractDiff(answer: ContractDiffAnswer): string {
  const { changes, counts, perspective, tables } = answer;
  if (changes.length === 0) return "The two versions promise the same.\n";
  const unknown = tables.filter(({ asset }) => asset === null).map(({ object }) => object);
  const lines = [
    ...changes.flatMap(renderChange),
    "",
    `For ${perspective}s: ${counts.error} errors, ${counts.warning} warnings, ${counts.info} for the record.`,
    ...(unknown.length === 0
      ? []
      : [`Nobody can be named for ${unknown.join(", ")}: nothing that was read has such a table.`]),
    ...(tables.length === 0 ? ["Nobody can be named without a store or --from."] : []),
  ];
  return `${lines.join("\n")}\n`;
}

function renderChange({
  severity,
  path,
  what,
  consumers = [],
}: JudgedContractChange): readonly string[] {
  const more = consumers.length - SHOWN_CONSUMERS;
  return [
    `${severity.padEnd(WIDTH)}${path}: ${what}`,
    ...consumers
      .slice(0, SHOWN_CONSUMERS)
      .map((one) => `${" ".repeat(WIDTH + 2)}${renderConsumer(one)}`),
    ...(more > 0 ? [`${" ".repeat(WIDTH + 2)}and ${more} more`] : []),
  ];
}

function renderConsumer({ name, owner, verdict, certainty }: ContractConsumer): string {
  const what = verdict === null ? "reads it" : VERDICT_WORDS[verdict];
  const said = [what, sayCertainty(certainty)].filter((part) => part !== "").join(", ");
  return `${name}${owner === null ? "" : ` (${owner})`}: ${said}`;
}

/** What is not kept, contract by contract. */
export function renderChecks(checks: readonly ContractCheck[]): string {
  return checks
    .map(({ contract, version, kept, counts, violations }) =>
      [
        `${contract} ${version}: ${kept ? "kept" : "not kept"} (${counts.error} errors, ${counts.warning} warnings, ${counts.info} not known or beyond it)`,
        ...violations.map(
          ({ severity, path, what }) => `  ${severity.padEnd(WIDTH)}${path}: ${what}`,
        ),
        "",
      ].join("\n"),
    )
    .join("\n");
}
