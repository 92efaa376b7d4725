import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { DEFAULT_GATE } from "#lib/review/gate-policy.ts";
import { checkStored } from "./check-stored.ts";
import type { CheckAnswer } from "./run-check.ts";

/** A real dbt target of eleven models, two of them with enforced contracts. */
const TARGET = join(import.meta.dirname, "../../../../shared/data/sources/dbt/v1");

interface Node {
  readonly unique_id: string;
  readonly resource_type: string;
  readonly name: string;
  readonly label?: string;
  readonly relation_name?: string | null;
  compiled_code?: string;
  raw_code?: string;
  columns: Record<string, { name: string; data_type?: string; constraints?: unknown[] }>;
  config: Record<string, unknown> & { contract?: { enforced: boolean; checksum?: string } };
  contract?: { enforced: boolean; checksum: string | null };
  readonly depends_on?: { readonly nodes?: readonly string[] };
}

interface Manifest {
  readonly nodes: Record<string, Node>;
  readonly exposures: Record<string, Node>;
}

const ORDERS = "model.meshshop.orders";
const CUSTOMERS = "model.meshshop.dim_customers.v2";

interface Edit {
  readonly what: string;
  readonly model: string;
  readonly apply: (model: Node) => void;
}

const replaceIn = (model: Node, from: string | RegExp, to: string): void => {
  for (const key of ["compiled_code", "raw_code"] as const) {
    const text = model[key];
    if (text === undefined) continue;
    const next = text.replace(from, to);
    if (key === "compiled_code" && next === text) throw new Error(`${from} is not in ${text}`);
    model[key] = next;
  }
};

const EDITS: readonly Edit[] = [
  {
    what: "a column that goes",
    model: ORDERS,
    apply: (model) => {
      delete model.columns["card_amount"];
      replaceIn(model, /,\s*\(coalesce\(p\.card_amount,0\)\)::decimal\(18,2\) as card_amount/, "");
    },
  },
  {
    what: "a column of another type",
    model: ORDERS,
    apply: (model) => {
      Object.assign(model.columns["tax"] ?? {}, { data_type: "decimal(18,4)" });
      replaceIn(model, "::decimal(18,2) as tax", "::decimal(18,4) as tax");
    },
  },
  {
    what: "a column with another name",
    model: ORDERS,
    apply: (model) => {
      delete model.columns["tax"];
      model.columns["tax_eur"] = { name: "tax_eur", data_type: "decimal(18,2)" };
      replaceIn(model, " as tax,", " as tax_eur,");
    },
  },
  {
    what: "a column more",
    model: ORDERS,
    apply: (model) => {
      model.columns["source"] = { name: "source", data_type: "varchar" };
      const last = "::decimal(18,2) as card_amount";
      replaceIn(model, last, `${last}, 'shop'::varchar as source`);
    },
  },
  {
    what: "a constraint that goes",
    model: CUSTOMERS,
    apply: (model) => {
      Object.assign(model.columns["customer_id"] ?? {}, { constraints: [] });
    },
  },
  {
    what: "a contract that is enforced no longer",
    model: ORDERS,
    apply: (model) => {
      model.contract = { enforced: false, checksum: null };
      model.config["contract"] = { enforced: false };
    },
  },
  {
    what: "a version that loses a column",
    model: CUSTOMERS,
    apply: (model) => {
      delete model.columns["n_orders"];
      replaceIn(model, /a\.n_orders,\s*/, "");
    },
  },
  {
    what: "another value under the same contract",
    model: ORDERS,
    apply: (model) => replaceIn(model, "*s.tax_rate", "*s.tax_rate*2"),
  },
];

const read = (name: string): string => readFileSync(join(TARGET, name), "utf8");

/** What `state:modified+` reaches: whatever hangs on it, as far as it reads or shows data. */
function reachedBy({ nodes, exposures }: Manifest, start: string): readonly Node[] {
  const all = [...Object.values(nodes), ...Object.values(exposures)];
  const reached = new Set([start]);
  for (let size = 0; size !== reached.size; ) {
    size = reached.size;
    for (const { unique_id: id, depends_on: on } of all)
      if (on?.nodes?.some((one) => reached.has(one))) reached.add(id);
  }
  return all.filter(
    ({ unique_id: id, resource_type: kind }) =>
      reached.has(id) && ["model", "snapshot", "exposure"].includes(kind),
  );
}

async function checkEdit({ model, apply }: Edit): Promise<CheckAnswer> {
  const head = JSON.parse(read("manifest.json")) as Manifest;
  const node = head.nodes[model];
  if (node === undefined) throw new Error(`${model} is not in the manifest`);
  apply(node);
  const side = (label: string, manifest: string) => ({
    label,
    files: [
      { path: `${label}/manifest.json`, root: label, text: manifest },
      ...(label === "base"
        ? [{ path: `${label}/catalog.json`, root: label, text: read("catalog.json") }]
        : []),
    ],
  });
  const answer = await checkStored({
    base: side("base", read("manifest.json")),
    head: side("head", JSON.stringify(head)),
    policy: DEFAULT_GATE,
    waivers: [],
    now: "2026-03-03T09:00:00Z",
  });
  if (!answer.ok) throw new Error(answer.error.message);
  return answer.value;
}

/** Names that an answer gives to things, as dbt's ids. */
function idsOf({ nodes, exposures }: Manifest, names: readonly string[]): ReadonlySet<string> {
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  return new Set(
    [...Object.values(nodes), ...Object.values(exposures)].flatMap((node) => {
      const own = [node.relation_name?.replaceAll('"', ""), node.label, node.name, node.unique_id];
      return own.some((name) => name && wanted.has(name.toLowerCase())) ? node.unique_id : [];
    }),
  );
}

describe.skipIf(!existsSync(TARGET))("a dbt project against a copy with one edit", () => {
  let manifest: Manifest;
  beforeAll(() => {
    manifest = JSON.parse(read("manifest.json")) as Manifest;
  });

  it.each(EDITS)("$what is found, and whatever hangs on it has a verdict", async (edit) => {
    const answer = await checkEdit(edit);
    const changed = answer.changes.map(({ asset }) => asset.name);
    expect([...idsOf(manifest, changed)]).toContain(edit.model);
    const judged = idsOf(manifest, [
      ...changed,
      ...answer.assessment.verdicts.map(({ asset }) => asset.name),
    ]);
    const open = reachedBy(manifest, edit.model).filter(({ unique_id: id }) => !judged.has(id));
    expect(open.map(({ unique_id: id }) => id)).toEqual([]);
  });
});
