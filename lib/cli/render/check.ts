import type { CheckAnswer } from "#lib/usecases/gate/run-check.ts";
import { renderCheckGithub, renderCheckGitlab } from "./check-annotations.ts";
import { renderCheckJunit } from "./check-junit.ts";
import { renderCheckMarkdown } from "./check-markdown.ts";
import { renderCheckSarif } from "./check-sarif.ts";
import { renderCheckText } from "./check-text.ts";

export const CHECK_FORMATS = [
  "text",
  "json",
  "markdown",
  "sarif",
  "junit",
  "github",
  "gitlab",
] as const;
export type CheckFormat = (typeof CHECK_FORMATS)[number];

/** The same findings, as the reader wants them. */
export function renderCheck(
  answer: CheckAnswer,
  { format, version }: { readonly format: CheckFormat; readonly version: string },
): string {
  return RENDERERS[format](answer, version);
}

const RENDERERS: Readonly<Record<CheckFormat, (answer: CheckAnswer, version: string) => string>> = {
  text: renderCheckText,
  json: (answer) => `${JSON.stringify(answer, null, 2)}\n`,
  markdown: renderCheckMarkdown,
  sarif: renderCheckSarif,
  junit: renderCheckJunit,
  github: renderCheckGithub,
  gitlab: renderCheckGitlab,
};
