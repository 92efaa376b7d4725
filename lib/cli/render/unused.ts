import type { UnusedAnswer, UnusedLine } from "#lib/usecases/gate/list-unused.ts";
import { countOf } from "#lib/view/verdict-words.ts";

/** One line for each that does nothing, its place first. */
export function renderUnused({ unused, lookedAt, isPartial }: UnusedAnswer): string {
  const { codeowners, waivers, pragmas, files, assets } = lookedAt;
  const head =
    unused.length === 0
      ? "Everything does something."
      : `${countOf(unused.length, { one: "line", many: "lines" })} no longer ${unused.length === 1 ? "does" : "do"} anything:`;
  const lines = [
    head,
    ...unused.map((one) => `  ${placeOf(one)}  ${one.text}: ${one.why}`),
    "",
    `Looked at ${[
      countOf(codeowners, { one: "line of CODEOWNERS", many: "lines of CODEOWNERS" }),
      countOf(waivers, { one: "waiver", many: "waivers" }),
      countOf(pragmas, { one: "pragma", many: "pragmas" }),
      countOf(files, { one: "file", many: "files" }),
    ].join(", ")}${assets === undefined ? "; without a store names are not looked up" : ""}.`,
    ...(isPartial
      ? ["There are more files than were looked at: a line may match one of them."]
      : []),
  ];
  return `${lines.join("\n")}\n`;
}

const placeOf = ({ kind, file, line }: UnusedLine): string =>
  file === undefined ? kind : `${file}${line === undefined ? "" : `:${line}`}`;
