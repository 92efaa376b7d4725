import type { Column } from "#lib/model/asset.ts";
import type { Problem } from "#lib/model/problem.ts";
import type { CatalogTable, ManifestColumn, ManifestNode } from "./manifest-schema.ts";

/** What a test says of an asset; tests are no assets, and a failing one stops what reads the asset, not its build. */
export interface DbtTest {
  readonly id: string;
  readonly kind: string;
  readonly column?: string;
  readonly severity: string;
  readonly values?: readonly string[];
  /** The test looks at some rows only (`where`), so it says nothing of the column as a whole. */
  readonly partial: boolean;
}

/** The tests of each asset, by the asset's unique id, in the order of the manifest. */
export function collectTests(nodes: ReadonlyMap<string, ManifestNode>): Map<string, DbtTest[]> {
  const tests = new Map<string, DbtTest[]>();
  for (const node of nodes.values()) {
    if (node.resource_type !== "test") continue;
    const asset = node.attached_node ?? soleDependency(node);
    if (asset === undefined) continue;
    const list = tests.get(asset);
    if (list) list.push(readTest(node));
    else tests.set(asset, [readTest(node)]);
  }
  return tests;
}

/** A test of a source has no attached node; a generic test names what it tests last. */
function soleDependency(node: ManifestNode): string | undefined {
  const nodes = node.depends_on?.nodes ?? [];
  return nodes.length === 1 || node.test_metadata ? nodes.at(-1) : undefined;
}

function readTest(node: ManifestNode): DbtTest {
  const kwargs = node.test_metadata?.kwargs ?? {};
  const column = node.column_name ?? kwargs["column_name"];
  const values = kwargs["values"];
  const namespace = node.test_metadata?.namespace;
  const kind = node.test_metadata?.name ?? "singular";
  return {
    id: node.unique_id,
    kind: namespace && namespace !== "dbt" ? `${namespace}.${kind}` : kind,
    ...(typeof column === "string" ? { column: unquote(column) } : {}),
    severity: (node.config?.severity ?? "error").toLowerCase(),
    ...(Array.isArray(values) ? { values: values.map(String) } : {}),
    partial: Boolean(node.config?.where),
  };
}

const unquote = (name: string): string => name.replace(/^(["`])(.*)\1$/, "$2");

export interface ColumnsInput {
  readonly uniqueId: string;
  readonly file: string;
  readonly documented: Readonly<Record<string, ManifestColumn>> | null | undefined;
  readonly catalog: CatalogTable | undefined;
  readonly constraints?: ManifestNode["constraints"];
  readonly enforced: boolean;
  readonly tests: readonly DbtTest[];
}

export interface ColumnsOutput {
  readonly columns?: readonly Column[];
  readonly complete: boolean;
  readonly problems: readonly Problem[];
}

/** Catalog columns in their order with what documentation, constraints and tests add; without a catalog, the documented ones. */
export function readColumns(input: ColumnsInput): ColumnsOutput {
  const documented = new Map<string, ManifestColumn>();
  for (const column of Object.values(input.documented ?? {})) {
    documented.set(column.name.toLowerCase(), column);
  }
  const facts = columnFacts(input);
  if (!input.catalog) {
    const columns = [...documented.values()].map((column) =>
      toColumn({ name: column.name, type: column.data_type, documented: column, facts }),
    );
    return {
      ...(columns.length > 0 ? { columns } : {}),
      complete: input.enforced && columns.length > 0,
      problems: [],
    };
  }
  const listed = Object.values(input.catalog.columns).sort(
    (a, b) => (a.index ?? 0) - (b.index ?? 0),
  );
  const known = new Set(listed.map((column) => column.name.toLowerCase()));
  const columns = listed.map((column) => {
    const doc = documented.get(column.name.toLowerCase());
    return toColumn({
      name: column.name,
      type: column.type ?? doc?.data_type,
      documented: doc,
      facts,
    });
  });
  return {
    columns,
    complete: columns.length > 0,
    problems: [...documented.values()]
      .filter((column) => !known.has(column.name.toLowerCase()))
      .map((column) => ({
        code: "unknown-column" as const,
        message: `${input.uniqueId} documents the column ${column.name}, which the catalog does not have`,
        next: "Run `dbt docs generate` again after a build, or remove the column from the YAML.",
        file: input.file,
        severity: "info" as const,
      })),
  };
}

interface ColumnFacts {
  readonly notNull: ReadonlySet<string>;
  readonly unique: ReadonlySet<string>;
  readonly allowed: ReadonlyMap<string, readonly string[]>;
}

function columnFacts(input: ColumnsInput): ColumnFacts {
  const notNull = new Set<string>();
  const unique = new Set<string>();
  const allowed = new Map<string, readonly string[]>();
  for (const test of input.tests) {
    if (test.column === undefined || test.partial) continue;
    const name = test.column.toLowerCase();
    if (test.kind === "not_null") notNull.add(name);
    if (test.kind === "unique") unique.add(name);
    if (test.kind === "accepted_values" && test.values) allowed.set(name, test.values);
  }
  for (const { columns, type } of listConstraints(input)) {
    const only = columns.length === 1 ? columns[0]?.toLowerCase() : undefined;
    if (type === "not_null" || type === "primary_key")
      for (const name of columns) notNull.add(name.toLowerCase());
    if (only !== undefined && (type === "unique" || type === "primary_key")) unique.add(only);
  }
  return { notNull, unique, allowed };
}

/** Constraints of the model and of its columns in one list, each with the columns it binds. */
export function listConstraints(input: Pick<ColumnsInput, "constraints" | "documented">): {
  readonly type: string;
  readonly columns: readonly string[];
  readonly expression?: string;
}[] {
  const list = (input.constraints ?? []).map((one) => ({ ...one, columns: one.columns ?? [] }));
  for (const column of Object.values(input.documented ?? {})) {
    for (const one of column.constraints ?? []) list.push({ ...one, columns: [column.name] });
  }
  return list.map((one) => ({
    type: one.type ?? "custom",
    columns: one.columns,
    ...(one.expression ? { expression: one.expression } : {}),
  }));
}

function toColumn(input: {
  readonly name: string;
  readonly type: string | null | undefined;
  readonly documented: ManifestColumn | undefined;
  readonly facts: ColumnFacts;
}): Column {
  const key = input.name.toLowerCase();
  const allowedValues = input.facts.allowed.get(key);
  return {
    name: input.name,
    ...(input.type ? { type: input.type } : {}),
    ...(input.facts.notNull.has(key) ? { nullable: false } : {}),
    ...(input.facts.unique.has(key) ? { unique: true } : {}),
    ...(input.documented?.description ? { description: input.documented.description } : {}),
    ...(allowedValues ? { allowedValues } : {}),
  };
}
