import {
  asRecord,
  asText,
  type LooseRecord,
  ownValue,
  recordsIn,
} from "#lib/ingest/loose-value.ts";
import { parseJsonText } from "#lib/ingest/parse-structured-text.ts";
import type { SourceFile } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import { readVisualFields, type VisualField } from "./report-fields.ts";

export interface ReportVisual {
  /** Title where it has one, else its type with its place. */
  readonly name: string;
  readonly page: string;
  readonly fields: readonly VisualField[];
  readonly file: string;
}

export interface PowerBiReport {
  readonly title: string;
  readonly file: string;
  /** The folder of the model that it reads, or a model's name. */
  readonly model?: string;
  readonly visuals: readonly ReportVisual[];
}

export interface ReportFolder {
  readonly title: string;
  readonly files: readonly SourceFile[];
}

/** A report out of the files of its folder: the older single file, or a file for each page and visual. */
export function readReport({ title, files }: ReportFolder, problems: Problem[]): PowerBiReport {
  const parsed = files.flatMap((file) => {
    const value = parseJsonText(file.path, file.text);
    if (!value.ok) problems.push(value.error);
    const record = value.ok ? asRecord(value.value) : undefined;
    return record === undefined ? [] : [{ file, record }];
  });
  const at = (end: RegExp): typeof parsed => parsed.filter(({ file }) => end.test(file.path));
  const [pointer] = at(/definition\.pbir$/i);
  const old = at(/(?:^|\/)report\.json$/i).filter(
    ({ record }) => recordsIn(record["sections"]).length > 0,
  );
  const shared = [
    ...old.flatMap(({ record }) => readVisualFields(embedded(record["filters"]), true)),
    ...at(/definition\/report\.json$/i).flatMap(({ record }) =>
      readVisualFields(record["filterConfig"], true),
    ),
  ];
  const pages = at(/\/page\.json$/i);
  const visuals = at(/\/visual\.json$/i).map(({ file, record }): ReportVisual => {
    const folder = /^(.*)\/visuals\/[^/]+\/visual\.json$/i.exec(file.path)?.[1] ?? "";
    const page = pages.find((one) => one.file.path === `${folder}/page.json`)?.record;
    const filters = readVisualFields(ownValue(page, "filterConfig"), true);
    return {
      name: visualName(record, asRecord(record["visual"])),
      page: asText(ownValue(page, "displayName")) ?? folder.split("/").at(-1) ?? "page",
      fields: [...readVisualFields(record), ...filters, ...shared],
      file: file.path,
    };
  });
  const model = modelOf(pointer?.record, pointer?.file.path ?? "");
  return {
    title,
    file: old[0]?.file.path ?? pointer?.file.path ?? files[0]?.path ?? title,
    ...(model === undefined ? {} : { model }),
    visuals: [
      ...old.flatMap(({ file, record }) => oldVisuals(record, { file: file.path, shared })),
      ...visuals,
    ],
  };
}

/** JSON inside of a text, as the older format keeps it. */
function embedded(value: unknown): unknown {
  const text = asText(value);
  if (text === undefined) return value;
  const parsed = parseJsonText("", text);
  return parsed.ok ? parsed.value : undefined;
}

function oldVisuals(
  report: LooseRecord,
  { file, shared }: { readonly file: string; readonly shared: readonly VisualField[] },
): readonly ReportVisual[] {
  return recordsIn(report["sections"]).flatMap((section) => {
    const page = asText(section["displayName"]) ?? asText(section["name"]) ?? "page";
    const filters = readVisualFields(embedded(section["filters"]), true);
    return recordsIn(section["visualContainers"]).flatMap((container): readonly ReportVisual[] => {
      const config = asRecord(embedded(container["config"]));
      const visual = asRecord(ownValue(config, "singleVisual"));
      if (config === undefined || visual === undefined) return [];
      const own = readVisualFields(visual);
      // A text box, a picture, a button: filters of the page mean nothing to it.
      if (own.length === 0) return [];
      return [
        {
          name: visualName(config, visual),
          page,
          fields: [
            ...own,
            ...readVisualFields(embedded(container["filters"]), true),
            ...filters,
            ...shared,
          ],
          file,
        },
      ];
    });
  });
}

function visualName(container: LooseRecord, visual: LooseRecord | undefined): string {
  const id = asText(container["name"]) ?? "";
  const type = asText(ownValue(visual, "visualType")) ?? "visual";
  const titles = [
    asRecord(ownValue(visual, "vcObjects")),
    asRecord(ownValue(visual, "visualContainerObjects")),
  ].flatMap((objects) => recordsIn(ownValue(objects, "title")));
  const title = titles
    .map((one) => asRecord(ownValue(asRecord(one["properties"]), "text")))
    .map((text) => asRecord(ownValue(asRecord(ownValue(text, "expr")), "Literal")))
    .flatMap((literal) => asText(ownValue(literal, "Value")) ?? [])[0];
  const shown = title?.replace(/^'|'$/g, "").replaceAll("''", "'").trim();
  return shown ? `${shown} (${id.slice(0, 6)})` : `${type} (${id.slice(0, 6)})`;
}

function modelOf(pointer: LooseRecord | undefined, path: string): string | undefined {
  const reference = asRecord(ownValue(pointer, "datasetReference"));
  const byPath = asText(ownValue(asRecord(ownValue(reference, "byPath")), "path"));
  if (byPath !== undefined) return resolveFolder(path.replace(/[^/]*$/, ""), byPath);
  const connection = asRecord(ownValue(reference, "byConnection"));
  const text = asText(ownValue(connection, "connectionString")) ?? "";
  return (
    /initial catalog\s*=\s*"?([^;"]+)/i.exec(text)?.[1]?.trim() ??
    asText(ownValue(connection, "pbiModelDatabaseName"))
  );
}

function resolveFolder(from: string, path: string): string {
  const parts = from.split("/").filter((part) => part !== "");
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/");
}
