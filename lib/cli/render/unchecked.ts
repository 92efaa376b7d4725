import { fingerprint } from "#lib/kit/fingerprint.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import { saySentence } from "#lib/view/say-sentence.ts";
import type { CheckFormat } from "./check.ts";
import { data } from "./check-annotations.ts";
import { tag } from "./check-junit.ts";
import { COMMENT_MARK, plain } from "./check-markdown.ts";
import { sarifLog } from "./check-sarif.ts";

/** A check that came to no answer: why, and where the policy lets that pass. */
export interface Unchecked {
  readonly failure: Failure;
  readonly head: string;
  readonly isPassed: boolean;
}

/**
 * A whole document that says that nothing was checked, for formats that other tools read: an empty one would fail the
 * tool, and one without findings would read as safe. JSON and text have none; standard error and the exit code tell it.
 */
export function renderUnchecked(
  unchecked: Unchecked,
  { format, version }: { readonly format: CheckFormat; readonly version: string },
): string {
  return RENDERERS[format](unchecked, version);
}

const TITLE = "Nothing was checked";

const sayWhy = ({ failure: { message, next } }: Unchecked): string =>
  `${saySentence(message)}.${next === undefined ? "" : ` ${saySentence(next)}.`}`;

const RENDERERS: Readonly<Record<CheckFormat, (unchecked: Unchecked, version: string) => string>> =
  {
    text: () => "",
    json: () => "",
    markdown: (unchecked) =>
      [
        COMMENT_MARK,
        `### Faultline: ${TITLE.toLowerCase()}`,
        "",
        `${plain(sayWhy(unchecked))} What this change breaks is not known.`,
        "",
      ].join("\n"),
    sarif: (unchecked, version) =>
      sarifLog(version, {
        invocations: [
          {
            executionSuccessful: false,
            toolExecutionNotifications: [
              { level: "error", message: { text: `${TITLE}: ${sayWhy(unchecked)}` } },
            ],
          },
        ],
        results: [],
      }),
    junit: (unchecked) => {
      const { failure, isPassed } = unchecked;
      const said = { message: `${TITLE}: ${sayWhy(unchecked)}` };
      const end = isPassed ? tag("skipped", said) : tag("error", { ...said, type: failure.code });
      const count = { tests: 1, failures: 0, errors: isPassed ? 0 : 1 };
      const one = tag("testcase", { name: TITLE, classname: "faultline check" }, [end]);
      const suite = tag(
        "testsuite",
        { name: "faultline check", ...count, skipped: isPassed ? 1 : 0 },
        [one],
      );
      return `<?xml version="1.0" encoding="UTF-8"?>\n${tag("testsuites", { name: "faultline check", ...count }, [suite])}\n`;
    },
    github: (unchecked) => `::warning title=Faultline::${data(`${TITLE}: ${sayWhy(unchecked)}`)}\n`,
    gitlab: (unchecked) =>
      `${JSON.stringify(
        [
          {
            description: `${TITLE}: ${sayWhy(unchecked)}`,
            check_name: "not_checked",
            // One for each head, so that a second run is not a second issue.
            fingerprint: fingerprint(`not checked ${unchecked.head}`),
            severity: "major",
            location: { path: unchecked.head, lines: { begin: 1 } },
          },
        ],
        null,
        2,
      )}\n`,
  };
