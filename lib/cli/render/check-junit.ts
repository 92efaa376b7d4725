import type { Finding } from "#lib/review/finding.ts";
import type { CheckAnswer } from "#lib/usecases/gate/run-check.ts";
import { foldSteps } from "#lib/view/fold-steps.ts";
import {
  isIncomplete,
  notesOf,
  openFindings,
  placeOf,
  sayChange,
  sayFinding,
  sayOutcome,
  sentenceOf,
  targetOf,
  whyOf,
} from "./check-words.ts";

/**
 * JUnit: each change a suite, each reader it harms a case. What the policy blocks is a failure; what is waived, and what it
 * would block where it only observes, is skipped, so that a pipeline which passes is not red. What is not known is a suite of
 * its own, since a report without it would read as safe; it is an error only where it stops the pipeline.
 */
export function renderCheckJunit(answer: CheckAnswer): string {
  const groups = new Map<string, Finding[]>();
  for (const finding of answer.findings) {
    const key = targetOf(finding.change);
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  const silent = answer.changes.filter((change) => !groups.has(targetOf(change)));
  const suites = [
    ...[...groups].map(([name, findings]) => suiteOf(name, findings.map(caseOf))),
    ...silent.map((change) =>
      suiteOf(targetOf(change), [
        tag("testcase", { name: sayChange(change), classname: targetOf(change) }),
      ]),
    ),
  ];
  const unknown = unknownCases(answer);
  const notes = notesOf(answer);
  if (unknown.length + notes.length > 0)
    suites.push(
      suiteOf(
        NOT_UNDERSTOOD,
        unknown,
        notes.length === 0 ? [] : [tag("system-out", {}, [escapeXml(notes.join("\n"))])],
      ),
    );
  const failures = openFindings(answer).filter(({ blocks }) => blocks).length;
  const tests = answer.findings.length + silent.length + unknown.length;
  const errors = answer.outcome === "incomplete" ? 1 : 0;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${tag("testsuites", { name: "faultline check", tests, failures, errors }, suites)}\n`;
}

const NOT_UNDERSTOOD = "Not understood";

/** The answer's own holes, and each asset that was not understood. */
function unknownCases(answer: CheckAnswer): readonly string[] {
  const message = sayOutcome(answer);
  const caseFor = (name: string, end: string): string =>
    tag("testcase", { name, classname: NOT_UNDERSTOOD }, [end]);
  return [
    ...(isIncomplete(answer)
      ? [
          caseFor(
            "the lineage is whole",
            answer.outcome === "incomplete"
              ? tag("error", { message, type: answer.outcome })
              : tag("skipped", { message }),
          ),
        ]
      : []),
    ...answer.confidence.notUnderstood.map(({ asset, why }) =>
      caseFor(asset, tag("skipped", { message: why })),
    ),
  ];
}

function suiteOf(name: string, cases: readonly string[], more: readonly string[] = []): string {
  const count = (word: string): number => cases.filter((one) => one.includes(`<${word}`)).length;
  const attributes = {
    name,
    tests: cases.length,
    failures: count("failure"),
    errors: count("error"),
    skipped: count("skipped"),
  };
  return tag("testsuite", attributes, [...cases, ...more]);
}

function caseOf(finding: Finding): string {
  const { asset, change, counts, blocks, waived, waiver } = finding;
  const attributes = {
    name: `${asset.name} (${sayFinding(finding)})`,
    classname: targetOf(change),
    ...(change.file === undefined ? {} : { file: change.file }),
  };
  if (waived)
    return tag("testcase", attributes, [tag("skipped", { message: waiver?.reason ?? "waived" })]);
  if (counts && !blocks) {
    const message = `would have been blocked: ${sentenceOf(finding)}`;
    return tag("testcase", attributes, [tag("skipped", { message })]);
  }
  if (!counts)
    return tag("testcase", attributes, [tag("system-out", {}, [escapeXml(sentenceOf(finding))])]);
  const steps = foldSteps(finding.because).map((step) =>
    `${step.node} ${step.effect}: ${step.text} ${placeOf(step.provenance ?? {})}`.trim(),
  );
  return tag("testcase", attributes, [
    tag("failure", { message: sentenceOf(finding), type: finding.verdict }, [
      escapeXml([whyOf(finding), ...steps, finding.fingerprint].join("\n")),
    ]),
  ]);
}

/** An element; attributes are escaped here, what is inside is not. */
export function tag(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  inner: readonly string[] = [],
): string {
  const written = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${escapeXml(String(value))}"`,
  );
  const open = `<${name}${written.join("")}`;
  return inner.length === 0 ? `${open}/>` : `${open}>${inner.join("")}</${name}>`;
}

/** XML 1.0 has no place for most control characters. */
const escapeXml = (text: string): string =>
  [...text]
    .filter((sign) => sign >= " " || sign === "\n" || sign === "\t")
    .join("")
    .replace(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign);

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};
