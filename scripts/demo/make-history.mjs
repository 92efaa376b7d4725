// Makes earlier states of the demo's sources: today's with later edits undone, and real dbt over the projects.
// FAULTLINE_DBT=/path/to/dbt node scripts/demo/make-history.mjs
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeDbtArtefacts } from "./make-dbt-artefacts.mjs";

const seed = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "graph-seed");

/** States that are kept: the first whole, the others by what changed. */
const STATES = ["2026-10-05", "2026-10-26", "2026-11-02", "2026-11-09"];

/** Edits of the teams, newest first: the day, the project, and per file how today's text read before. `null`: no such file. */
const EDITS = [
  {
    at: "2026-11-16",
    project: "payments",
    files: { "models/refund_reasons.sql": [[", max(refunded_on) as last_refund_on", ""]] },
  },
  {
    at: "2026-11-09",
    project: "finance",
    files: {
      "models/fct_revenue_quarterly.sql": [
        [
          "-- Orders older than ninety days leave the shop's database, so quarters are told from the lake.\n",
          "",
        ],
        ["h.ordered_at", "h.created_at"],
        ["{{ source('lake', 'orders_history') }}", "{{ source('checkout', 'orders') }}"],
      ],
    },
  },
  {
    at: "2026-11-09",
    project: "customers",
    files: {
      "models/dim_customers.sql": [[/ {4}case\n[\s\S]*? end as age_band,\n/, ""]],
      "models/schema.yml": [["      - {name: age_band, data_type: varchar}\n", ""]],
    },
  },
  {
    at: "2026-11-02",
    project: "pricing",
    files: {
      "models/discount_calendar.sql": null,
      "models/schema.yml": [
        [
          "  - name: discount_calendar\n    config: {group: pricing_analytics, meta: {tier: 3}}\n",
          "",
        ],
      ],
    },
  },
  {
    at: "2026-11-02",
    project: "marketing",
    files: {
      "models/newsletter_results.sql": [
        [",\n    sum(case when unsubscribed then 1 else 0 end) as unsubscribed", ""],
      ],
    },
  },
  {
    at: "2026-10-26",
    project: "customers",
    files: {
      "models/customer_360.sql": [
        ["-- One wide row a customer; training jobs take every column of it.\n", ""],
        [
          "    c.*,",
          "    c.customer_id,\n    c.country,\n    c.registered_at,\n    c.acquisition_channel,",
        ],
      ],
    },
  },
];

/** The same for what other tools export: as it is written down here, not as it runs. */
const SOURCE_EDITS = [
  {
    at: "2026-11-02",
    folder: "consumers",
    files: { "consumers.csv": [[/^Reservation watch,.*\n/m, ""]] },
  },
  {
    at: "2026-10-26",
    folder: "checkout",
    files: {
      "schema.sql": [
        [
          "  abandoned_at      timestamp,\n  item_count        integer not null\n",
          "  abandoned_at      timestamp\n",
        ],
      ],
    },
  },
];

let before;
const states = mkdtempSync(join(tmpdir(), "harbour-states-"));
try {
  for (const state of STATES) {
    const company = join(states, state);
    cpSync(join(seed, "company"), company, { recursive: true });
    const undone = EDITS.filter((edit) => edit.at > state);
    for (const edit of undone) undo(join(company, "dbt-projects", edit.project), edit.files);
    await makeDbtArtefacts({
      company,
      at: `${state}T04:10:00Z`,
      only: [...new Set(undone.map((edit) => edit.project))],
    });
    for (const edit of SOURCE_EDITS.filter((one) => one.at > state))
      undo(join(company, "sources", edit.folder), edit.files);
    keepChanged(state, { now: join(company, "sources"), before });
    before = join(company, "sources");
  }
} finally {
  rmSync(states, { recursive: true, force: true });
}

/** The first state is kept whole, a later one by the folders that an edit touched since. */
function keepChanged(state, { now, before: earlier }) {
  const since = STATES[STATES.indexOf(state) - 1];
  const touched = [...EDITS, ...SOURCE_EDITS]
    .filter((edit) => since !== undefined && edit.at > since && edit.at <= state)
    .map((edit) => edit.project ?? edit.folder);
  for (const folder of earlier === undefined ? readdirSync(now) : new Set(touched))
    cpSync(join(now, folder), join(seed, "history", state, folder), { recursive: true });
  console.log(state, earlier === undefined ? "whole" : [...new Set(touched)].join(", "));
}

function undo(folder, files) {
  for (const [name, edits] of Object.entries(files)) {
    const path = join(folder, name);
    if (edits === null) rmSync(path);
    else
      writeFileSync(
        path,
        edits.reduce(
          (text, [now, before]) => replaceOnce(text, now, before, name),
          readFileSync(path, "utf8"),
        ),
      );
  }
}

function replaceOnce(text, now, before, name) {
  const replaced =
    typeof now === "string" ? text.split(now).join(before) : text.replace(now, before);
  if (replaced === text) throw new Error(`${name} no longer holds what was to be undone: ${now}`);
  return replaced;
}
