import { makeTable } from "#lib/kit/make-table.ts";
import type { SourceFile } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import { asList, asNumber, asText, type LooseRecord, recordsIn } from "../loose-value.ts";
import { parseJsonText } from "../parse-structured-text.ts";

/** A schema that another is made of. */
interface SubjectReference {
  readonly subject: string;
  /** What the referring schema calls it: a type, an import, an address. */
  readonly name: string;
}

/** The newest version of a subject of a schema registry. */
export interface Subject {
  readonly name: string;
  readonly version: number;
  readonly format: "avro" | "protobuf" | "json";
  /** The schema as a file that the format's reader takes, called as others refer to it. */
  readonly file: SourceFile;
  readonly references: readonly SubjectReference[];
  /** The answer or dump that told of it. */
  readonly from: string;
}

const SIGN = /"subject"\s*:/;

/** An answer of `/schemas` or `/subjects/x/versions/n`, or a dump of the topic `_schemas`. */
export const isRegistryAnswer = ({ text }: SourceFile): boolean =>
  SIGN.test(text) && /"schema"\s*:\s*"/.test(text);

/** Of each subject the newest version that was not deleted. */
export function readSubjects(files: readonly SourceFile[]): {
  readonly subjects: readonly Subject[];
  readonly problems: readonly Problem[];
} {
  const problems: Problem[] = [];
  const newest = new Map<string, Subject>();
  for (const file of files) {
    for (const entry of entriesOf(file, problems)) {
      const subject = subjectOf(entry, file.path);
      if (subject === undefined) continue;
      const known = newest.get(subject.name);
      if (known === undefined || known.version <= subject.version)
        newest.set(subject.name, subject);
      if (entry["deleted"] === true) newest.delete(subject.name);
    }
  }
  const byName = [...newest.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { subjects: byName, problems };
}

/** A list, one record, or a record a line: a console consumer prints the key (`keytype: SCHEMA`) before each. */
function entriesOf({ path, text }: SourceFile, problems: Problem[]): readonly LooseRecord[] {
  const whole = parseJsonText(path, text);
  if (whole.ok) return asList(whole.value) ? recordsIn(whole.value) : recordsIn([whole.value]);
  const lines = text.split("\n").filter((line) => SIGN.test(line));
  const entries = lines.flatMap((line) => {
    const parsed = parseJsonText(path, line.slice(Math.max(0, line.lastIndexOf("\t{"))).trim());
    return parsed.ok ? recordsIn([parsed.value]) : [];
  });
  if (entries.length === 0) problems.push(whole.error);
  return entries;
}

const FORMATS: Readonly<Record<string, Subject["format"]>> = makeTable({
  AVRO: "avro",
  PROTOBUF: "protobuf",
  JSON: "json",
});

const ENDINGS: Readonly<Record<Subject["format"], string>> = {
  avro: "avsc",
  protobuf: "proto",
  json: "json",
};

function subjectOf(entry: LooseRecord, from: string): Subject | undefined {
  const name = asText(entry["subject"]);
  const text = asText(entry["schema"]);
  const format = FORMATS[asText(entry["schemaType"])?.toUpperCase() ?? "AVRO"];
  if (name === undefined || text === undefined || format === undefined) return undefined;
  const references = recordsIn(entry["references"]).flatMap((reference) => {
    const subject = asText(reference["subject"]);
    return subject === undefined ? [] : [{ subject, name: asText(reference["name"]) ?? subject }];
  });
  return {
    name,
    version: asNumber(entry["version"]) ?? 0,
    format,
    file: { path: `${name}.${ENDINGS[format]}`, text },
    references,
    from,
  };
}
