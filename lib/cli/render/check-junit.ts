import type { Finding } from "#lib/review/finding.ts";
import type { CheckAnswer } from "#lib/usecases/gate/run-check.ts";
import { foldSteps } from "#lib/view/fold-steps.ts";
import {
  openFindings,
  placeOf,
  sayChange,
  sayFinding,
  sentenceOf,
  targetOf,
  whyOf,
} from "./check-words.ts";

/**
 * JUnit: each change a suite, each reader it harms a case. What the policy blocks is a failure; what is waived, and what it
 * would block where it only observes, is skipped, so that a pipeline which passes is not red.
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
  const failures = openFindings(answer).filter(({ blocks }) => blocks).length;
  const tests = answer.findings.length + silent.length;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${tag("testsuites", { name: "faultline check", tests, failures, errors: 0 }, suites)}\n`;
}

function suiteOf(name: string, cases: readonly string[]): string {
  const count = (word: string): number => cases.filter((one) => one.includes(`<${word}`)).length;
  const attributes = {
    name,
    tests: cases.length,
    failures: count("failure"),
    errors: 0,
    skipped: count("skipped"),
  };
  return tag("testsuite", attributes, cases);
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
