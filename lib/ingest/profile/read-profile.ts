import type { Column, Profile } from "#lib/model/asset.ts";
import type { AssetFact, ReadResult, SourceFile } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import { type LocatedValue, parseLocated } from "../locate-entries.ts";
import { asRecord } from "../loose-value.ts";
import { splitRelationName } from "../relation-name.ts";
import {
  type ColumnProfile,
  columnProfileSchema,
  type TableProfile,
  tableProfileSchema,
} from "./profile-schema.ts";

/** Profiles whose entry names no namespace are filed here until a table of that name is known. */
const NAMESPACE = "profile";

/**
 * Reads a file of profiles: what somebody counted in tables, whoever owns them. A table that nothing else names is kept
 * with the columns that were seen. A bad entry is a problem with its line, and the rest is kept.
 */
export function readProfile(file: SourceFile): ReadResult {
  const parsed = parseLocated(file.path, file.text);
  if (!parsed.ok) return { facts: [], problems: [parsed.error] };
  const entries = asRecord(parsed.value.value)?.["profiles"];
  if (!Array.isArray(entries))
    return { facts: [], problems: [wrong("`profiles` is not a list", { file: file.path })] };
  const problems: Problem[] = [];
  const facts = entries.flatMap((entry: unknown, index) => {
    const place = placeOf(file, parsed.value, ["profiles", index]);
    const known = tableProfileSchema.safeParse(entry);
    if (known.success)
      return [
        tableFact(known.data, {
          place,
          problems,
          lineOf: (column) => placeOf(file, parsed.value, ["profiles", index, "columns", column]),
        }),
      ];
    const issue = known.error.issues[0];
    problems.push(wrong(`profiles[${index}].${issue?.path.join(".")}: ${issue?.message}`, place));
    return [];
  });
  return { facts, problems };
}

interface Place {
  readonly file: string;
  readonly line?: number;
}

function placeOf(
  { path }: SourceFile,
  located: LocatedValue,
  at: readonly (string | number)[],
): Place {
  const line = located.lineOf(at);
  return { file: path, ...(line === undefined ? {} : { line }) };
}

const wrong = (message: string, place: Place): Problem => ({
  code: "wrong-shape",
  message,
  next: "A profile is {asset, rows, columns: {name: {nullShare, distinct, min, max}}}; the rest of the file is kept.",
  ...place,
  severity: "error",
});

interface Context {
  readonly place: Place;
  readonly problems: Problem[];
  readonly lineOf: (column: string) => Place;
}

function tableFact(table: TableProfile, context: Context): AssetFact {
  const { place } = context;
  const path = splitRelationName(table.asset);
  const at = readTime(table, context);
  const columns = Object.entries(table.columns ?? {}).map(([name, entry]) =>
    readColumn({ name, entry, table, at, context }),
  );
  return {
    name: { namespace: table.namespace ?? NAMESPACE, name: table.asset },
    path,
    kind: "table",
    attributes: typeof table.rows === "number" ? { rows: table.rows } : {},
    ...(columns.length > 0 ? { columns } : {}),
    columnsComplete: false,
    edges: [],
    queries: [],
    provenance: place,
    placeholder: true,
  };
}

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?$/;

function readTime({ asset, at }: TableProfile, { place, problems }: Context): string | undefined {
  if (!at || ISO.test(at)) return at ?? undefined;
  problems.push({
    ...wrong(`${asset}: ${JSON.stringify(at)} is no time; it is left out`, place),
    severity: "warning",
  });
  return undefined;
}

function readColumn({
  name,
  entry,
  table,
  at,
  context,
}: {
  readonly name: string;
  readonly entry: unknown;
  readonly table: TableProfile;
  readonly at: string | undefined;
  readonly context: Context;
}): Column {
  const parsed = columnProfileSchema.safeParse(entry);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const what = [table.asset, name, ...(issue?.path ?? [])].join(".");
    context.problems.push(
      wrong(`${what}: ${issue?.message}; only its name is kept`, context.lineOf(name)),
    );
    return { name };
  }
  const profile = profileOf(parsed.data, { rows: table.rows, at });
  return {
    name,
    ...(parsed.data.type ? { type: parsed.data.type } : {}),
    ...(profile ? { profile } : {}),
  };
}

function profileOf(
  { nullShare, distinct, rows, min, max }: ColumnProfile,
  table: { readonly rows: number | null | undefined; readonly at: string | undefined },
): Profile | undefined {
  const said = { nullShare, distinct, rows: rows ?? table.rows, min, max };
  const entries = Object.entries(said).filter(([, value]) => value !== undefined && value !== null);
  if (entries.length === 0) return undefined;
  return { ...Object.fromEntries(entries), ...(table.at ? { observedAt: table.at } : {}) };
}
