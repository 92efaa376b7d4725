import type { RowCode } from "#lib/graph/snapshot.ts";
import type { Certainty } from "../change.ts";
import type { Lane } from "../effects.ts";

/** How a reader's row set follows from the row set that it reads. */
export interface RowSetRule {
  readonly id: `FL-${string}`;
  readonly on: readonly Lane[];
  readonly rows: readonly RowCode[];
  readonly gives: readonly (readonly [effect: Lane | "same", certainty: Certainty])[];
  readonly text: string;
}

export const ROW_SET_RULES: readonly RowSetRule[] = [
  {
    id: "FL-1101",
    on: ["ROWS_LOST", "ROWS_EXTRA", "GRAIN", "THINNED"],
    rows: ["each", "joined"],
    gives: [["same", "certain"]],
    text: "the row set is passed on",
  },
  {
    id: "FL-1129",
    on: ["ROWS_LOST", "GRAIN"],
    rows: ["sifted"],
    gives: [["same", "certain"]],
    text: "the row set is passed on, as far as the condition lets it pass",
  },
  {
    id: "FL-1130",
    on: ["ROWS_EXTRA", "THINNED"],
    rows: ["sifted"],
    gives: [["same", "likely"]],
    text: "passed on where the condition lets such rows pass; those that stand there twice need not be among them",
  },
  {
    id: "FL-1102",
    on: ["ROWS_EXTRA", "GRAIN"],
    rows: ["outer", "outer_many", "outer_maybe"],
    gives: [["same", "certain"]],
    text: "each further match multiplies the joined rows",
  },
  {
    id: "FL-1103",
    on: ["ROWS_LOST"],
    rows: ["outer", "outer_none"],
    gives: [],
    text: "the preserved side keeps its rows; only looked-up columns become null",
  },
  {
    id: "FL-1104",
    on: ["ROWS_LOST", "GRAIN"],
    rows: ["folded"],
    gives: [["same", "possible"]],
    text: "a whole group may vanish",
  },
  {
    id: "FL-1126",
    on: ["ROWS_LOST", "GRAIN"],
    rows: ["grouped"],
    gives: [["same", "likely"]],
    text: "a whole group vanishes where its last row does",
  },
  {
    id: "FL-1105",
    on: ["ROWS_EXTRA", "THINNED"],
    rows: ["grouped", "folded", "distinct", "first", "merge", "semi", "anti", "any", "not_any"],
    gives: [],
    text: "duplicates fall together",
  },
  {
    id: "FL-1106",
    on: ["ROWS_LOST", "ROWS_EXTRA", "GRAIN", "THINNED"],
    rows: ["single", "exists", "none"],
    gives: [],
    text: "one row, whatever it is made of",
  },
  {
    id: "FL-1107",
    on: ["ROWS_LOST", "GRAIN"],
    rows: ["distinct", "first"],
    gives: [["same", "likely"]],
    text: "a distinct row may be among the missing ones",
  },
  {
    id: "FL-1128",
    on: ["ROWS_LOST", "ROWS_EXTRA", "GRAIN", "THINNED"],
    rows: ["limited"],
    gives: [["same", "likely"]],
    text: "no more rows than the limit says: whether these are others hangs on which come first",
  },
  {
    id: "FL-1108",
    on: ["ROWS_LOST"],
    rows: ["semi"],
    gives: [["ROWS_LOST", "possible"]],
    text: "a row loses its match where all that match it are missing",
  },
  {
    id: "FL-1109",
    on: ["ROWS_LOST"],
    rows: ["anti"],
    gives: [
      ["ROWS_EXTRA", "likely"],
      ["ROWS_LOST", "possible"],
    ],
    text: "rows that had a match have none any more, and stay in",
  },
  {
    id: "FL-1110",
    on: ["GRAIN"],
    rows: ["semi", "anti", "any", "not_any"],
    gives: [],
    text: "only whether there is a match matters",
  },
  {
    id: "FL-1111",
    on: ["ROWS_LOST", "GRAIN"],
    rows: ["merge"],
    gives: [["same", "certain"]],
    text: "the row set is passed on",
  },
  {
    id: "FL-1112",
    on: ["UNKNOWN"],
    rows: [
      "each",
      "sifted",
      "joined",
      "outer",
      "outer_many",
      "outer_maybe",
      "outer_none",
      "full",
      "grouped",
      "folded",
      "distinct",
      "first",
      "limited",
      "merge",
      "semi",
      "anti",
      "any",
      "not_any",
    ],
    gives: [["same", "certain"]],
    text: "what arrives here is not known",
  },
  {
    id: "FL-1113",
    on: ["UNKNOWN"],
    rows: ["single", "exists", "none"],
    gives: [],
    text: "one row, whatever it is made of",
  },
  {
    id: "FL-1114",
    on: ["ROWS_LOST"],
    rows: ["full"],
    gives: [
      ["ROWS_LOST", "likely"],
      ["ROWS_EXTRA", "likely"],
    ],
    text: "rows without a partner are missing, and partners of the others stand alone",
  },
  {
    id: "FL-1115",
    on: ["ROWS_EXTRA", "GRAIN"],
    rows: ["full"],
    gives: [["same", "certain"]],
    text: "each further match multiplies the joined rows",
  },
  {
    id: "FL-1116",
    on: ["ROWS_LOST"],
    rows: ["any"],
    gives: [["ROWS_LOST", "possible"]],
    text: "the last row that is asked for may be among the missing ones",
  },
  {
    id: "FL-1117",
    on: ["ROWS_LOST"],
    rows: ["not_any"],
    gives: [
      ["ROWS_EXTRA", "possible"],
      ["ROWS_LOST", "possible"],
    ],
    text: "there may be no such row any more, or the first one",
  },
  {
    id: "FL-1118",
    on: ["REGROUPED"],
    rows: ["each", "sifted"],
    gives: [["same", "certain"]],
    text: "the groups are passed on",
  },
  {
    id: "FL-1119",
    on: ["REGROUPED"],
    rows: ["joined"],
    gives: [["ROWS_LOST", "possible"]],
    text: "there are other rows for the other side of the join to meet",
  },
  {
    id: "FL-1120",
    on: ["REGROUPED"],
    rows: ["full", "distinct", "first", "limited", "merge"],
    gives: [["ROWS_LOST", "likely"]],
    text: "there are other rows",
  },
  {
    id: "FL-1121",
    on: ["REGROUPED"],
    rows: ["grouped", "folded", "single", "exists", "none", "semi", "anti", "any", "not_any"],
    gives: [],
    text: "folded once more, whatever the groups were",
  },
  {
    id: "FL-1122",
    on: ["REGROUPED"],
    rows: ["outer", "outer_none"],
    gives: [],
    text: "the preserved side keeps its rows; what is looked up is judged by its keys",
  },
  {
    id: "FL-1123",
    on: ["ROWS_LOST", "REGROUPED"],
    rows: ["outer_many"],
    gives: [["THINNED", "likely"]],
    text: "a row of the preserved side stands there once for each match, and finds fewer",
  },
  {
    id: "FL-1124",
    on: ["ROWS_LOST", "REGROUPED"],
    rows: ["outer_maybe"],
    gives: [["THINNED", "possible"]],
    text: "nothing says that the key of the optional side is unique, as it looks; if not, fewer matches are fewer rows",
  },
  {
    id: "FL-1125",
    on: ["THINNED"],
    rows: ["outer", "outer_many", "outer_maybe", "full"],
    gives: [["same", "certain"]],
    text: "fewer copies of a row are fewer joined rows",
  },
  {
    id: "FL-1127",
    on: ["ROWS_EXTRA", "GRAIN", "THINNED"],
    rows: ["outer_none"],
    gives: [["same", "possible"]],
    text: "only rows without a partner stay, once each; where the column that is asked may hold nulls, others do too",
  },
];

/** How a run follows from the run of what it reads. */
export const RUN_RULES = {
  stale: {
    id: "FL-1201",
    text: "the build above failed or is late, so this reads yesterday's data",
  },
  viewFails: { id: "FL-1202", text: "reads a view that can no longer be evaluated" },
  partFails: { id: "FL-1203", text: "a step inside it fails" },
  tableGone: { id: "FL-1204", text: "the table no longer exists" },
} as const;
