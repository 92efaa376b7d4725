import type { Provenance } from "#lib/model/edge.ts";
import type { SourceFile } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import { asRecord, asText, type LooseRecord, recordsIn, textsIn } from "../loose-value.ts";
import { parseJsonText, parseYamlText } from "../parse-structured-text.ts";

export interface Connector {
  readonly name: string;
  /** As configured; every value is a text. */
  readonly config: ReadonlyMap<string, string>;
  /** What the worker says that it has read from or written to. */
  readonly activeTopics?: readonly string[];
  readonly provenance: Provenance;
}

interface ConnectorsParsed {
  readonly connectors: readonly Connector[];
  readonly problems: readonly Problem[];
}

/**
 * Connectors as they come: the body that creates one, its configuration alone, the answer of `/connectors?expand=info`,
 * a list of these, a properties file of a standalone worker, or a KafkaConnector resource of Kubernetes.
 */
export function parseConnectors(file: SourceFile): ConnectorsParsed {
  const { path, text } = file;
  if (
    !/^\s*[[{]/.test(text) &&
    /^[ \t]*(?:connector\.class|name)\s*[=:]/m.test(text) &&
    !/^kind\s*:/m.test(text)
  )
    return {
      connectors: connectorsOf([Object.fromEntries(readProperties(text))], path),
      problems: [],
    };
  const parsed = /^\s*[[{]/.test(text) ? parseJsonText(path, text) : parseYamlText(path, text);
  if (!parsed.ok) return { connectors: [], problems: [parsed.error] };
  const connectors = connectorsOf(listRecords(parsed.value), path);
  return { connectors, problems: connectors.length > 0 ? [] : [noConnector(path)] };
}

const noConnector = (file: string): Problem => ({
  code: "wrong-shape",
  message: "there is no connector with a class in this file",
  file,
  severity: "warning",
});

function readProperties(text: string): readonly (readonly [string, string])[] {
  return text
    .replace(/\\\r?\n\s*/g, "")
    .split(/\r?\n/)
    .flatMap((line) => {
      const found = /^\s*([^#!\s=:][^\s=:]*)\s*[=:](.*)$/.exec(line);
      return found ? [[found[1] ?? "", (found[2] ?? "").trim()] as const] : [];
    });
}

function listRecords(value: unknown): readonly LooseRecord[] {
  if (Array.isArray(value)) return recordsIn(value);
  const record = asRecord(value);
  if (record === undefined) return [];
  const isOne = ["config", "connector.class", "spec"].some((key) => record[key] !== undefined);
  if (isOne) return [record];
  return Object.entries(record).flatMap(([name, entry]) => {
    const info = asRecord(asRecord(entry)?.["info"]) ?? asRecord(entry);
    const topics = asRecord(entry)?.["topics"];
    return info === undefined
      ? []
      : [{ name, ...info, ...(topics ? { activeTopics: topics } : {}) }];
  });
}

function connectorsOf(records: readonly LooseRecord[], file: string): readonly Connector[] {
  return records.flatMap((record) => {
    const spec = asRecord(record["spec"]);
    const raw = asRecord(spec?.["config"]) ?? asRecord(record["config"]) ?? record;
    const config = new Map(
      Object.entries(raw).flatMap(([key, value]) =>
        typeof value === "object" ? [] : [[key, String(value)] as const],
      ),
    );
    const className = asText(spec?.["class"]) ?? config.get("connector.class");
    if (className === undefined) return [];
    config.set("connector.class", className);
    const name =
      asText(asRecord(record["metadata"])?.["name"]) ??
      asText(record["name"]) ??
      config.get("name");
    const topics = textsIn(record["activeTopics"]);
    return [
      {
        name: name ?? className,
        config,
        ...(topics.length === 0 ? {} : { activeTopics: topics }),
        provenance: { file },
      },
    ];
  });
}
