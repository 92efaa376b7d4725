import type { Finding } from "#lib/review/finding.ts";
import type { CheckAnswer } from "#lib/usecases/gate/run-check.ts";
import {
  openFindings,
  placeOf,
  sayChange,
  sayFinding,
  sentenceOf,
  targetOf,
  whyOf,
} from "./check-words.ts";

/** JUnit: each change a suite, each reader it harms a case; what the policy counts is a failure, what is waived is skipped. */
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
  const failures = openFindings(answer).filter(({ counts }) => counts).length;
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
  const { asset, change, counts, waived, waiver } = finding;
  const attributes = {
    name: `${asset.name} (${sayFinding(finding)})`,
    classname: targetOf(change),
    ...(change.file === undefined ? {} : { file: change.file }),
  };
  if (waived)
    return tag("testcase", attributes, [tag("skipped", { message: waiver?.reason ?? "waived" })]);
  if (!counts)
    return tag("testcase", attributes, [tag("system-out", {}, [escapeXml(sentenceOf(finding))])]);
  const steps = finding.because.map((step) =>
    `${step.node} ${step.effect}: ${step.text} ${placeOf(step.provenance ?? {})}`.trim(),
  );
  return tag("testcase", attributes, [
    tag("failure", { message: sentenceOf(finding), type: finding.verdict }, [
      escapeXml([whyOf(finding), ...steps, finding.fingerprint].join("\n")),
    ]),
  ]);
}

function tag(
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
