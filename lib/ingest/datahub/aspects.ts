import { asList, asRecord, asText, type LooseRecord, recordsIn } from "#lib/ingest/loose-value.ts";
import { parseJsonText } from "#lib/ingest/parse-structured-text.ts";
import type { Provenance } from "#lib/model/edge.ts";
import { readGraphqlEntities } from "./graphql-entity.ts";
import { addPatch } from "./patch.ts";

/** An entity of DataHub's with all that was said of it. */
export interface Entity {
  readonly urn: string;
  /** By the aspect's name in lower case: `schemametadata`. The later one of a name counts. */
  readonly aspects: Map<string, LooseRecord>;
  readonly provenance: Provenance;
}

/** Entities of all files together. */
export class Entities {
  readonly all = new Map<string, Entity>();

  /** A file's value; false where it is nothing of DataHub's. */
  add(value: unknown, provenance: Provenance): boolean {
    const list = asList(value);
    if (list !== undefined) {
      let isKnown = list.length === 0;
      for (const [index, item] of list.entries())
        isKnown = this.#addOne(item, { ...provenance, event: `entry ${index + 1}` }) || isKnown;
      return isKnown;
    }
    return this.#addOne(value, provenance);
  }

  aspect(urn: string, name: string): LooseRecord | undefined {
    return this.all.get(urn)?.aspects.get(name);
  }

  #addOne(value: unknown, provenance: Provenance): boolean {
    const record = asRecord(value);
    if (record === undefined) return false;
    const snapshot = asRecord(record["proposedSnapshot"]);
    if (snapshot !== undefined) return this.#addSnapshot(snapshot, provenance);
    if (asText(record["aspectName"]) !== undefined) return this.#addProposal(record, provenance);
    if (record["data"] !== undefined) return this.#addAnswer(record["data"], provenance);
    if (asList(record["entities"]) !== undefined) {
      for (const one of recordsIn(record["entities"])) this.#addStored(one, provenance);
      return true;
    }
    return (
      asText(record["urn"])?.startsWith("urn:li:") === true && this.#addStored(record, provenance)
    );
  }

  /** The older form: one entity with a list of aspects, as Avro's JSON has them. */
  #addSnapshot(snapshot: LooseRecord, provenance: Provenance): boolean {
    const body = snapshot["urn"] === undefined ? asRecord(Object.values(snapshot)[0]) : snapshot;
    const urn = asText(body?.["urn"]);
    if (urn === undefined) return false;
    for (const entry of recordsIn(body?.["aspects"])) {
      for (const [type, aspect] of Object.entries(entry)) {
        const name = type.slice(type.lastIndexOf(".") + 1);
        this.set(urn, { name, value: withoutUnions(aspect), provenance });
      }
    }
    return true;
  }

  /** One aspect of one entity. */
  #addProposal(record: LooseRecord, provenance: Provenance): boolean {
    const urn = asText(record["entityUrn"]);
    const name = asText(record["aspectName"]);
    if (urn === undefined || name === undefined) return false;
    const aspect = asRecord(record["aspect"]);
    const inner = asText(aspect?.["value"]);
    const parsed = inner === undefined ? undefined : parseJsonText("", inner);
    const value = aspect?.["json"] ?? (parsed?.ok ? parsed.value : undefined);
    const change = (asText(record["changeType"]) ?? "UPSERT").toUpperCase();
    if (change === "DELETE") this.#entity(urn, provenance).aspects.delete(name.toLowerCase());
    else if (change === "PATCH") {
      const known = this.aspect(urn, name.toLowerCase()) ?? {};
      this.set(urn, { name, value: addPatch(known, value), provenance });
    } else this.set(urn, { name, value, provenance });
    return true;
  }

  /** What the OpenAPI gives: the aspects by their names, each with its value. */
  #addStored(record: LooseRecord, provenance: Provenance): boolean {
    const urn = asText(record["urn"]);
    if (urn === undefined) return false;
    if (record["type"] !== undefined && record["properties"] !== undefined)
      return this.#addAnswer(record, provenance);
    this.#entity(urn, provenance);
    for (const [name, entry] of Object.entries(asRecord(record["aspects"]) ?? record)) {
      const value = asRecord(asRecord(entry)?.["value"]);
      if (value !== undefined) this.set(urn, { name, value, provenance });
    }
    return true;
  }

  #addAnswer(data: unknown, provenance: Provenance): boolean {
    const read = readGraphqlEntities(data);
    for (const { urn, aspects } of read) {
      this.#entity(urn, provenance);
      for (const [name, value] of Object.entries(aspects))
        this.set(urn, { name, value, provenance });
    }
    return read.length > 0;
  }

  set(
    urn: string,
    {
      name,
      value,
      provenance,
    }: { readonly name: string; readonly value: unknown; readonly provenance: Provenance },
  ): void {
    const record = asRecord(value);
    if (record !== undefined) this.#entity(urn, provenance).aspects.set(name.toLowerCase(), record);
  }

  #entity(urn: string, provenance: Provenance): Entity {
    const known = this.all.get(urn);
    if (known !== undefined) return known;
    const made: Entity = { urn, aspects: new Map(), provenance };
    this.all.set(urn, made);
    return made;
  }
}

const PRIMITIVES = new Set(["string", "int", "long", "float", "double", "boolean", "array", "map"]);

/** Avro's JSON names the type of every value that could have had another: `{"string": "x"}` is `x`. */
function withoutUnions(value: unknown): unknown {
  const list = asList(value);
  if (list !== undefined) return list.map(withoutUnions);
  const record = asRecord(value);
  if (record === undefined) return value;
  const keys = Object.keys(record);
  const [only] = keys;
  if (
    keys.length === 1 &&
    only !== undefined &&
    (PRIMITIVES.has(only) || only.startsWith("com.linkedin."))
  )
    return withoutUnions(record[only]);
  return Object.fromEntries(
    Object.entries(record).map(([key, inner]) => [key, withoutUnions(inner)]),
  );
}
