// What dbt's own state comparison names, beside what `check` finds: a project with enforced contracts, built once, against
// copies of it with an edit each. `state:modified.contract` must be found, and what `state:modified+` reaches must have a verdict.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../checkout.mjs";
import { pythonWith } from "./python.mjs";

const venv = pythonWith({
  name: "dbt-ol-1.54.0",
  packages: ["openlineage-dbt==1.54.0", "dbt-core>=1.11,<1.12", "dbt-duckdb>=1.10"],
  probe: "dbt, openlineage.client",
});

export const install = venv.install;

/** A project of one's own (a folder, or a .tgz of one) takes its place; it is edited by the same list, as far as that fits. */
const PROJECT =
  process.env.FAULTLINE_DBT_PROJECT ??
  join(root, "..", "shared", "data", "sources", "dbt", "meshshop_project.tgz");

const MARTS = "models/marts/_marts.yml";

/** Each edit: a file, what is replaced in it, and by what. */
const EDITS = [
  {
    name: "a contract's column is of another type",
    edits: [
      [
        MARTS,
        '{name: card_amount, data_type: "decimal(18,2)"}',
        '{name: card_amount, data_type: "decimal(18,4)"}',
      ],
      [
        "models/marts/orders.sql",
        "(coalesce(p.card_amount,0))::decimal(18,2)",
        "(coalesce(p.card_amount,0))::decimal(18,4)",
      ],
    ],
  },
  {
    name: "a contract loses a column",
    edits: [
      [MARTS, '      - {name: card_amount, data_type: "decimal(18,2)"}\n', ""],
      [
        "models/marts/orders.sql",
        ", (coalesce(p.card_amount,0))::decimal(18,2) as card_amount",
        "",
      ],
    ],
  },
  {
    name: "a contract gains a column",
    edits: [
      [
        MARTS,
        '{name: card_amount, data_type: "decimal(18,2)"}',
        '{name: card_amount, data_type: "decimal(18,2)"}\n      - {name: source, data_type: varchar}',
      ],
      ["models/marts/orders.sql", " as card_amount", " as card_amount, 'shop'::varchar as source"],
    ],
  },
  {
    name: "a contract's column is called otherwise",
    edits: [
      [MARTS, "{name: tax, data_type", "{name: tax_eur, data_type"],
      ["models/marts/orders.sql", " as tax,", " as tax_eur,"],
    ],
  },
  {
    name: "a version's constraint goes",
    edits: [
      [
        MARTS,
        "{name: customer_id, data_type: integer, constraints: [{type: not_null}]}",
        "{name: customer_id, data_type: integer}",
      ],
    ],
  },
  {
    name: "a contract is no longer enforced",
    edits: [["models/marts/orders.sql", "'enforced': true", "'enforced': false"]],
  },
  {
    name: "a version's column goes",
    edits: [
      [MARTS, "          - {name: n_orders, data_type: bigint}\n", ""],
      ["models/marts/dim_customers_v2.sql", "a.n_orders, ", ""],
    ],
  },
  {
    name: "a word in a comment",
    isCosmetic: true,
    edits: [["models/staging/stg_orders.sql", "select", "select -- as before, and a word\n"]],
  },
  {
    name: "another tax, where the contract stays",
    edits: [["models/marts/orders.sql", "*s.tax_rate", "*s.tax_rate*2"]],
  },
];

const results = new Map();

export async function send({ folder }) {
  if (!existsSync(PROJECT)) return `there is no project at ${PROJECT}`;
  const base = join(folder, "base");
  mkdirSync(base);
  if (PROJECT.endsWith(".tgz")) spawnSync("tar", ["xzf", PROJECT, "-C", base]);
  else cpSync(PROJECT, base, { recursive: true });
  for (const command of [["build"], ["docs", "generate"]]) {
    const ran = dbt(base, ...command);
    if (ran.status !== 0) return `dbt ${command.join(" ")}: ${ran.stdout.slice(-800)}`;
  }
  for (const { name, edits, isCosmetic } of EDITS) {
    const head = join(folder, name.replaceAll(/[^a-z]+/gi, "-"));
    cpSync(base, head, {
      recursive: true,
      filter: (path) => path !== join(base, "target") && path !== join(base, "logs"),
    });
    for (const [file, from, to] of edits) {
      const path = join(head, file);
      const text = readFileSync(path, "utf8");
      if (!text.includes(from)) return `${name}: ${file} does not hold ${from}`;
      writeFileSync(
        path,
        text.replace(from, () => to),
      );
    }
    const compiled = dbt(head, "compile");
    if (compiled.status !== 0) return `${name}: dbt compile: ${compiled.stdout.slice(-800)}`;
    const check = cli(
      "check",
      "--base",
      join(base, "target"),
      "--head",
      join(head, "target"),
      "--format",
      "json",
      "--no-record",
    );
    if (check.status > 1) return `${name}: check: ${check.stderr.slice(-800)}`;
    const manifest = JSON.parse(readFileSync(join(head, "target", "manifest.json"), "utf8"));
    results.set(name, {
      isCosmetic,
      answer: JSON.parse(check.stdout),
      manifest,
      // Afterwards, since every command of dbt writes the manifest anew.
      contract: contractOf(head, base, manifest),
      reached: select(head, base, "state:modified+"),
    });
  }
  return undefined;
}

function dbt(project, ...command) {
  return spawnSync(
    venv.bin("dbt"),
    [...command, "--project-dir", project, "--profiles-dir", project, "--no-use-colors"],
    {
      cwd: project,
      encoding: "utf8",
      maxBuffer: 64_000_000,
      timeout: 600_000,
      env: { ...process.env, DBT_SEND_ANONYMOUS_USAGE_STATS: "false" },
    },
  );
}

/** What dbt selects. A breaking change of a version ends it with an error that names the model's file. */
function select(head, base, selector) {
  const ran = dbt(
    head,
    ...["ls", "--select", selector, "--state", join(base, "target"), "--quiet"],
    ...["--output", "json", "--output-keys", "unique_id"],
    ...["--resource-types", "model", "exposure", "snapshot"],
  );
  const ids = [...ran.stdout.matchAll(/"unique_id": "([^"]+)"/g)].map(([, id]) => id);
  const broken = /Breaking change to contract[^(]*\(([^)]+)\)/.exec(ran.stdout)?.[1];
  return { ids, broken };
}

/** Models that dbt names for their contract, by selection or by its error. */
function contractOf(head, base, manifest) {
  const { ids, broken } = select(head, base, "state:modified.contract");
  const named = Object.values(manifest.nodes)
    .filter((node) => node.original_file_path === broken)
    .map((node) => node.unique_id);
  return [...ids, ...named];
}

/** The same program as the one that is tried. */
const cli = (...args) =>
  spawnSync(process.execPath, [join(root, "dist", "faultline.mjs"), ...args], {
    encoding: "utf8",
    maxBuffer: 256_000_000,
  });

export async function look() {
  const checks = {};
  for (const [name, { isCosmetic, contract, reached, answer, manifest }] of results) {
    if (isCosmetic) {
      checks[`${name}: dbt selects ${reached.ids.length}, and nothing has changed`] =
        answer.changes.length === 0;
      continue;
    }
    const changed = answer.changes.map(({ asset }) => asset.name);
    const found = idsOf(manifest, changed);
    const judged = idsOf(manifest, [
      ...changed,
      ...answer.assessment.verdicts.map(({ asset }) => asset.name),
    ]);
    const lost = contract.filter((id) => !found.has(id));
    const open = reached.ids.filter((id) => !judged.has(id));
    checks[`${name}: what dbt names by contract is found: ${contract.join(", ") || "nothing"}`] =
      lost.length === 0 && (contract.length > 0 || changed.length > 0);
    checks[`${name}: all ${reached.ids.length} that it reaches have a verdict ${open.join(", ")}`] =
      open.length === 0;
  }
  return checks;
}

/** dbt's ids of assets by the names that the answer gives them. */
function idsOf(manifest, names) {
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  const ids = new Set();
  for (const node of [...Object.values(manifest.nodes), ...Object.values(manifest.exposures)]) {
    const own = [node.relation_name?.replaceAll('"', ""), node.label, node.name, node.unique_id];
    if (own.some((name) => name && wanted.has(name.toLowerCase()))) ids.add(node.unique_id);
  }
  return ids;
}
