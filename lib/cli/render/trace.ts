import type { TraceInput, TraceNode } from "#lib/impact/assessment.ts";

/** Every step to an asset, the change first: what is wrong at a node, what brings it about, and what ends there. */
export function renderTrace(nodes: readonly TraceNode[]): readonly string[] {
  if (nodes.length === 0) return ["", "The change does not reach it."];
  return ["", "Every step:", ...nodes.flatMap(nodeLines)];
}

function nodeLines({ node, inside, effects, steps, stops, skipped }: TraceNode): readonly string[] {
  const wrong = effects.map(({ effect, certainty }) => `${effect} ${certainty}`).join(", ");
  return [
    ...(skipped === undefined ? [] : [`  … ${skipped} nodes before`]),
    `  ${named(node, inside)}: ${wrong === "" ? "nothing" : wrong}`,
    ...(steps.length === 0 && stops.length === 0 ? ["    the change"] : []),
    ...steps.map(
      (step) =>
        `    ${step.gives} by ${inputOf(step)}: ${step.text} [${step.rule}]${placeOf(step)}`,
    ),
    ...stops.map((stop) => `    stops ${inputOf(stop)}: ${stop.text}${placeOf(stop)}`),
  ];
}

const named = (node: string, inside: string | undefined): string =>
  inside === undefined ? node : `${node} in ${inside}`;

const inputOf = ({ from, inside, effect, certainty, use }: TraceInput): string =>
  `${effect} ${certainty} of ${named(from, inside)}${use === undefined ? "" : ` over ${use}`}`;

function placeOf({ expression, provenance }: TraceInput): string {
  const line = provenance?.line === undefined ? "" : `:${provenance.line}`;
  return [
    ...(expression === undefined ? [] : [`  \`${expression}\``]),
    ...(provenance?.file === undefined ? [] : [`  (${provenance.file}${line})`]),
  ].join("");
}
