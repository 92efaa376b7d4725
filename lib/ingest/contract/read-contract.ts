import { makeTable } from "#lib/kit/make-table.ts";
import type { AssetAttributes, AssetKind, ContractRef, ReaderMode } from "#lib/model/asset.ts";
import type { AssetFact, EdgeFact, ReadResult, SourceFile } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import { type LocatedValue, parseLocated } from "../locate-entries.ts";
import {
  asRecord,
  asText,
  type LooseRecord,
  recordsIn,
  textsIn,
  withoutUndefined,
} from "../loose-value.ts";
import { parseReaderMode } from "../reader-mode.ts";
import { splitRelationName } from "../relation-name.ts";
import { placeTable, type TablePlace } from "../table-place.ts";
import { readContractColumns } from "./contract-columns.ts";
import { readSla, unreadSla } from "./contract-sla.ts";

const STATUSES: Readonly<Record<string, ContractRef["status"]>> = makeTable({
  proposed: "proposed",
  draft: "draft",
  active: "active",
  deprecated: "deprecated",
  retired: "retired",
  // Words outside the standard that its own examples use.
  development: "draft",
  "in development": "draft",
  production: "active",
});

const KINDS: Readonly<Record<string, AssetKind>> = makeTable({
  table: "table",
  view: "view",
  topic: "topic",
  file: "file",
  object: "table",
});

/**
 * Reads data contracts of the Open Data Contract Standard (ODCS 3.0 to 3.2, YAML or JSON): each schema object is a table
 * with its columns, what is required and unique of them, the team, the service level and, where the contract says what a
 * column is made of, edges. It says what was promised: a catalog's types win over it.
 */
export function readContract(file: SourceFile): ReadResult {
  const parsed = parseLocated(file.path, file.text);
  if (!parsed.ok) return { facts: [], problems: [parsed.error] };
  const contract = asRecord(parsed.value.value);
  const version = asText(contract?.["apiVersion"]);
  if (contract === undefined || version === undefined)
    return {
      facts: [],
      problems: [
        problem(file, {
          code: "wrong-shape",
          message: "the contract has no apiVersion",
          next: "Write apiVersion: v3.1.0 and kind: DataContract.",
        }),
      ],
    };
  if (!/^v?3\./.test(version))
    return {
      facts: [],
      problems: [
        problem(file, {
          code: "wrong-version",
          message: `apiVersion ${version} is not read here`,
          next: "ODCS 3.0, 3.1 and 3.2 are.",
        }),
      ],
    };
  return new ContractReading(file, parsed.value, contract).read();
}

function problem(
  file: SourceFile,
  said: Pick<Problem, "code" | "message" | "next">,
  line?: number,
): Problem {
  return {
    ...said,
    file: file.path,
    ...(line === undefined ? {} : { line }),
    severity: "error",
  } as Problem;
}

class ContractReading {
  readonly #file: SourceFile;
  readonly #located: LocatedValue;
  readonly #contract: LooseRecord;
  readonly #problems: Problem[] = [];
  readonly #status: ContractRef["status"];

  constructor(file: SourceFile, located: LocatedValue, contract: LooseRecord) {
    this.#file = file;
    this.#located = located;
    this.#contract = contract;
    this.#status = this.#readStatus();
  }

  /** Companies have words of their own for what is in force; what is not said to have ended binds. */
  #readStatus(): ContractRef["status"] {
    const word = asText(this.#contract["status"]);
    const status = STATUSES[word?.toLowerCase() ?? ""];
    if (status === undefined)
      this.#problems.push({
        ...problem(
          this.#file,
          {
            code: "wrong-shape",
            message: `the status ${JSON.stringify(word ?? null)} is none of the standard; taken as active`,
            next: "The standard has proposed, draft, active, deprecated and retired.",
          },
          this.#located.lineOf(["status"]),
        ),
        severity: "warning",
      });
    return status ?? "active";
  }

  read(): ReadResult {
    const id = asText(this.#contract["id"]);
    if (id === undefined) this.#tell("the contract has no id: its name is taken for it", ["kind"]);
    const schema = this.#contract["schema"];
    if (schema !== undefined && !Array.isArray(schema)) {
      this.#tell("`schema` is not a list", ["schema"]);
      return { facts: [], problems: this.#problems };
    }
    const facts = (schema ?? []).flatMap((entry: unknown, at: number) => {
      const object = asRecord(entry);
      const name = asText(object?.["physicalName"]) ?? asText(object?.["name"]);
      if (object !== undefined && name !== undefined)
        return [this.#readObject({ object, name, at, id: id ?? this.#file.path })];
      this.#tell(`schema[${at}] has no name; it is left out`, ["schema", at]);
      return [];
    });
    const objects = recordsIn(schema);
    const levels = recordsIn(this.#contract["slaProperties"]);
    for (const { at, message } of unreadSla(levels, objects.flatMap(namesOf)))
      this.#problems.push({
        ...problem(
          this.#file,
          { code: "wrong-shape", message, next: "The rest of the contract is kept." },
          this.#located.lineOf(["slaProperties", at]),
        ),
        severity: "warning",
      });
    return { facts, problems: this.#problems };
  }

  #tell(message: string, at: readonly (string | number)[]): void {
    this.#problems.push(
      problem(
        this.#file,
        { code: "wrong-shape", message, next: "The rest of the contract is kept." },
        this.#located.lineOf(at),
      ),
    );
  }

  #readObject({
    object,
    name,
    at,
    id,
  }: {
    readonly object: LooseRecord;
    readonly name: string;
    readonly at: number;
    readonly id: string;
  }): AssetFact {
    const place = placeTable(recordsIn(this.#contract["servers"]), name);
    const line = this.#located.lineOf(["schema", at]);
    const provenance = { file: this.#file.path, ...(line === undefined ? {} : { line }) };
    const columns = readContractColumns(object, (message, inside) =>
      this.#tell(message, ["schema", at, ...inside]),
    );
    const kind = KINDS[asText(object["physicalType"])?.toLowerCase() ?? ""] ?? place.kind;
    return {
      name: { namespace: place.namespace, name: place.path.join(".") },
      path: place.path,
      ...(kind === undefined ? {} : { kind }),
      attributes: this.#attributes(object, {
        id,
        columns: columns.map((column) => column.name),
      }),
      columns,
      columnsComplete: false,
      edges: readSources({ object, place, provenance }),
      queries: [],
      provenance,
      placeholder: false,
    };
  }

  #attributes(
    object: LooseRecord,
    { id, columns }: { readonly id: string; readonly columns: readonly string[] },
  ): AssetAttributes {
    const contract = this.#contract;
    const tags = [...textsIn(contract["tags"]), ...textsIn(object["tags"])];
    return withoutUndefined({
      domain: asText(contract["domain"]),
      owner: teamOf(contract["team"]),
      description: asText(object["description"]),
      sla: readSla(recordsIn(contract["slaProperties"]), namesOf(object)),
      ...(tags.length === 0 ? {} : { tags: [...new Set(tags)] }),
      readerMode: readerModeOf(object) ?? readerModeOf(contract),
      contract: { id, status: this.#status, columns },
    });
  }
}

const namesOf = ({ name, physicalName }: LooseRecord): readonly string[] =>
  [name, physicalName].flatMap((one) => asText(one) ?? []);

/** How the table's own load meets what it reads: `customProperties: [{property: readerMode, value: lenient}]`. */
const readerModeOf = (part: LooseRecord): ReaderMode | undefined =>
  recordsIn(part["customProperties"])
    .filter(({ property }) => property === "readerMode" || property === "reader_mode")
    .map(({ value }) => parseReaderMode(value))
    .find((mode) => mode !== undefined);

/** 3.1 has a team with a name; 3.0 a list of people, of whom none stands for a team. */
const teamOf = (team: unknown): string | undefined => asText(asRecord(team)?.["name"]);

/** What a column is made of, as the contract tells it: a table for certain, perhaps a column of it, never how. */
function readSources({
  object,
  place,
  provenance,
}: {
  readonly object: LooseRecord;
  readonly place: TablePlace;
  readonly provenance: EdgeFact["provenance"];
}): readonly EdgeFact[] {
  return recordsIn(object["properties"]).flatMap((property) => {
    const toColumn = asText(property["physicalName"]) ?? asText(property["name"]);
    if (toColumn === undefined) return [];
    const expression = asText(property["transformLogic"]);
    return textsIn(property["transformSourceObjects"]).map((source): EdgeFact => {
      const path = splitRelationName(source);
      return {
        from: { name: { namespace: place.namespace, name: path.join(".") }, path },
        toColumn,
        use: "UNKNOWN",
        cap: "likely",
        ...(expression === undefined ? {} : { expression }),
        provenance,
      };
    });
  });
}
