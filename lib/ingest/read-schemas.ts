import type { Column } from "#lib/model/asset.ts";
import type { AssetFact, ReadResult, SourceFile } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import { readAvro } from "./avro/read-avro.ts";
import { readJsonSchema } from "./json-schema/read-json-schema.ts";
import { withoutUndefined } from "./loose-value.ts";
import type { MessageSchema, SchemasRead } from "./message-schema.ts";
import { readProtobuf } from "./protobuf/read-protobuf.ts";
import { isRegistryAnswer, readSubjects, type Subject } from "./schema-registry/read-subjects.ts";

/** Topics whose broker nobody named; they join those of the one broker that is known. */
const TOPICS = "kafka";

type Format = Subject["format"];

const READERS: Readonly<Record<Format, (files: readonly SourceFile[]) => SchemasRead>> = {
  avro: readAvro,
  protobuf: readProtobuf,
  json: readJsonSchema,
};

/**
 * Schemas of messages: files (.avsc, .avpr, .proto, JSON Schema), each message a topic of its full name, and answers of a
 * schema registry, each subject's newest version a topic of the subject's name.
 */
export function readSchemas(files: readonly SourceFile[]): ReadResult {
  const answers = files.filter(isRegistryAnswer);
  const plain = files.filter((file) => !isRegistryAnswer(file));
  const problems: Problem[] = [];
  const facts: AssetFact[] = [];
  for (const format of ["avro", "protobuf", "json"] as const) {
    const own = plain.filter((file) => formatOf(file) === format);
    if (own.length === 0) continue;
    const read = READERS[format](own);
    problems.push(...read.problems);
    facts.push(...read.messages.map((message) => topicOf(message.name, message)));
  }
  const registry = readSubjects(answers);
  problems.push(...registry.problems);
  const fromRegistry = readRegistry(registry.subjects);
  return {
    facts: withoutLiving(uniteByName([...facts, ...fromRegistry.facts])),
    problems: [...problems, ...fromRegistry.problems],
  };
}

function formatOf({ path, text }: SourceFile): Format {
  if (/\.proto$/i.test(path)) return "protobuf";
  if (/\.av(?:sc|pr)$/i.test(path)) return "avro";
  return /"(?:\$schema|properties|\$defs)"\s*:|^\$schema\s*:/m.test(text) ? "json" : "avro";
}

function topicOf(name: string, message: MessageSchema): AssetFact {
  const aliases = message.formerNames ?? [];
  return {
    name: { namespace: TOPICS, name },
    path: [name],
    kind: "topic",
    attributes: withoutUndefined({ description: message.description }),
    columns: message.columns,
    columnsComplete: true,
    edges: [],
    queries: [],
    ...(aliases.length === 0
      ? {}
      : { aliases: aliases.map((alias) => ({ namespace: TOPICS, name: alias })) }),
    provenance: withoutUndefined({ file: message.file, line: message.line }),
  };
}

const SUFFIX = /-(key|value)$/;

/** Subjects end in `-value` or `-key` where they are named after topics, which most are. */
function readRegistry(subjects: readonly Subject[]): ReadResult {
  const problems: Problem[] = [];
  const topics = new Map<string, { value?: MessageSchema; key?: MessageSchema }>();
  const referenced = new Set(
    subjects.flatMap(({ references }) => references.map(({ subject }) => subject)),
  );
  for (const subject of subjects) {
    const role = SUFFIX.exec(subject.name)?.[1];
    if (role === undefined && referenced.has(subject.name)) continue;
    const read = READERS[subject.format]([...filesOfReferences(subject, subjects), subject.file]);
    problems.push(...read.problems.map((problem) => ({ ...problem, file: subject.from })));
    const message = ownMessage(read.messages, subject);
    if (message === undefined) {
      if (role !== "key") problems.push(noColumns(subject));
      continue;
    }
    const topic = subject.name.replace(SUFFIX, "");
    const entry = topics.get(topic) ?? {};
    topics.set(topic, entry);
    entry[role === "key" ? "key" : "value"] = { ...message, file: subject.from };
  }
  const facts = [...topics].flatMap(([topic, { value, key }]) => {
    const message = value ?? key;
    if (message === undefined) return [];
    return [withKey(topicOf(topic, message), value === undefined ? undefined : key?.columns)];
  });
  return { facts, problems };
}

/** The first message of its own file is what a subject stands for; references bring others. */
const ownMessage = (
  messages: readonly MessageSchema[],
  subject: Subject,
): MessageSchema | undefined => messages.find(({ file }) => file === subject.file.path);

const noColumns = ({ name, from }: Subject): Problem => ({
  code: "wrong-shape",
  message: `the subject ${name} has no record with fields, so its topic has no columns`,
  file: from,
  severity: "warning",
});

const MAX_REFERENCES = 200;

function filesOfReferences(subject: Subject, all: readonly Subject[]): readonly SourceFile[] {
  const found = new Map<string, SourceFile>();
  const open = [...subject.references];
  while (open.length > 0 && found.size < MAX_REFERENCES) {
    const wanted = open.pop();
    const other = all.find(({ name }) => name === wanted?.subject);
    if (wanted === undefined || other === undefined || found.has(wanted.name)) continue;
    found.set(wanted.name, { path: wanted.name, text: other.file.text });
    open.push(...other.references);
  }
  return [...found.values()];
}

/** What the key holds stands beside the value, as sinks and stream processors may read it. */
function withKey(fact: AssetFact, key: readonly Column[] | undefined): AssetFact {
  if (key === undefined || key.length === 0) return fact;
  const keyColumns = key.map(({ name, type }) => withoutUndefined({ name, type }));
  return { ...fact, attributes: { ...fact.attributes, extra: { keyColumns } } };
}

/** Two files that define the same message: the first counts. */
const uniteByName = (facts: readonly AssetFact[]): readonly AssetFact[] =>
  [...new Map([...facts].reverse().map((fact) => [fact.name.name, fact])).values()].reverse();

/** A former name that another message still has is none of the topic's: old data may be read as the new one, and both are there. */
function withoutLiving(facts: readonly AssetFact[]): readonly AssetFact[] {
  const living = new Set(facts.map(({ name }) => name.name));
  return facts.map((fact) => {
    if (!fact.aliases?.some(({ name }) => living.has(name))) return fact;
    return { ...fact, aliases: fact.aliases.filter(({ name }) => !living.has(name)) };
  });
}
