import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { guessKind, isSchemaKind, namesMentioned } from "./guess-cause.ts";
import { readPastIncidents } from "./read-past-incidents.ts";

describe("incidents of before", () => {
  it("a plain CSV, with semicolons and what happened in columns of its own", () => {
    const { incidents, problems } = readPastIncidents(
      "\ufeffid;title;opened_at;resolved_at;identified_at;domain;asset;column;change\n7;Revenue empty;2026-03-03 06:00;2026-03-03T09:00:00+01:00;2026-03-03T07:00:00Z;finance;shop.orders;amount;rename_column\n;no id;2026-03-03;;;;;;\n",
    );
    expect(incidents).toEqual([
      {
        id: "7",
        tool: "csv",
        title: "Revenue empty",
        openedAt: "2026-03-03T06:00:00.000Z",
        resolvedAt: "2026-03-03T08:00:00.000Z",
        causeKnownAt: "2026-03-03T07:00:00.000Z",
        domain: "finance",
        cause: { asset: "shop.orders", column: "amount", kind: "rename_column" },
      },
    ]);
    expect(problems).toEqual(["entry 2 has no id, title and time; it is left out"]);
  });

  it("nothing is lost without a word: ids that come twice, kinds that are none, times that cannot be read", () => {
    const { incidents, problems } = readPastIncidents(
      [
        "id,title,opened_at,resolved_at,asset,column,change",
        "A,Tariffs empty,2026-08-03 07:10,31.08.2026 12:00,shop.orders,amount,drop_column",
        "B,kWh in Wh,12.08.2026,soon,shop.orders,amount,units_changed",
        "C,unreadable,8/31/26,,,,",
        "A,another,2026-08-05 07:10,,,,",
      ].join("\n"),
    );
    expect(incidents.map(({ id, title, openedAt }) => [id, title, openedAt])).toEqual([
      ["A", "Tariffs empty", "2026-08-03T07:10:00.000Z"],
      ["B", "kWh in Wh", "2026-08-12T00:00:00.000Z"],
    ]);
    expect(incidents[0]?.resolvedAt).toBe("2026-08-31T12:00:00.000Z");
    expect(problems).toEqual([
      expect.stringMatching(/^entry 2 has the time "soon", .* it counts as not said$/),
      expect.stringMatching(
        /^entry 2 says the change "units_changed", which is none \(near it: .*unit_or_meaning_changed/,
      ),
      expect.stringMatching(/^entry 3 has the time "8\/31\/26", .* it is left out$/),
      "entry 4 has the id A of an earlier one; it is left out",
    ]);
  });

  it("Jira: its CSV with repeated columns and its own dates, and the JSON of its interface", () => {
    const csv = readPastIncidents(
      'Summary,Issue key,Created,Resolved,Priority,Component/s,Component/s,Labels,Labels,Description\nColumn `amount` dropped,DATA-12,03/Mar/26 6:05 AM,03/Mar/26 11:30 PM,High,,Finance,schema,data,"It was, simply, gone"\n',
    );
    expect(csv.incidents).toMatchObject([
      {
        id: "DATA-12",
        tool: "jira",
        openedAt: "2026-03-03T06:05:00.000Z",
        resolvedAt: "2026-03-03T23:30:00.000Z",
        severity: "High",
        domain: "Finance",
      },
    ]);
    const json = readPastIncidents(
      JSON.stringify({
        issues: [
          {
            key: "DATA-13",
            fields: {
              summary: "Nightly load",
              created: "2026-03-03T06:05:00.000+0100",
              components: [{ name: "Checkout" }],
              description: {
                type: "doc",
                content: [
                  {
                    type: "paragraph",
                    content: [{ type: "text", text: "type changed of shop.orders.amount" }],
                  },
                ],
              },
            },
          },
        ],
      }),
    );
    expect(json.incidents).toMatchObject([
      {
        id: "DATA-13",
        openedAt: "2026-03-03T05:05:00.000Z",
        domain: "Checkout",
        text: "type changed of shop.orders.amount",
      },
    ]);
  });

  it("PagerDuty: its CSV report and its JSON", () => {
    const csv = readPastIncidents(
      "id,incident_number,description,service_name,created_on,resolved_on,urgency\nQ1,42,stale dashboard,Finance,2026-03-03T06:05:00Z,2026-03-03T08:05:00Z,high\n",
    );
    expect(csv.incidents).toMatchObject([
      { id: "42", tool: "pagerduty", title: "stale dashboard", domain: "Finance" },
    ]);
    const json = readPastIncidents(
      JSON.stringify({
        incidents: [
          {
            incident_number: 43,
            title: "load failed",
            created_at: "2026-03-03T06:05:00Z",
            service: { summary: "Checkout" },
            priority: { summary: "P1" },
          },
        ],
      }),
    );
    expect(json.incidents).toMatchObject([
      { id: "43", tool: "pagerduty", domain: "Checkout", severity: "P1" },
    ]);
  });

  it("PagerDuty's seconds to the first acknowledgement, Jira's own fields, and tabs between columns", () => {
    const duty = readPastIncidents(
      "incident_number,description,created_on,seconds_to_first_ack\n7,late,2026-03-03T06:00:00Z,412\n8,late,2026-03-03T06:00:00Z,\n",
    );
    expect(duty.incidents.map(({ acknowledgedAt }) => acknowledgedAt)).toEqual([
      "2026-03-03T06:06:52.000Z",
      undefined,
    ]);
    const jira = readPastIncidents(
      "Summary,Issue key,Created,Custom field (Root cause)\nReport empty,DATA-1,2026-03-03 06:05,shop.orders.amount was renamed\n",
    );
    expect(jira.incidents).toMatchObject([
      { tool: "jira", text: "shop.orders.amount was renamed" },
    ]);
    const tabs = readPastIncidents("id\ttitle\topened_at\n7\tlate, again\t2026-03-03 06:05\n");
    expect(tabs).toMatchObject({ incidents: [{ id: "7", title: "late, again" }], problems: [] });
  });

  it.each([
    ["shop.orders.amount was dropped", "", "drop_column"],
    ["Revenue wrong", "somebody renamed orders.amount", "rename_column"],
    ["column shop_amount does not exist", "", "drop_column"],
    ["Dashboard stale since midnight", "", "late_freshness"],
    ["amounts are in cents now", "", "unit_or_meaning_changed"],
    ["Schema mismatch in the loader", "", "drop_column"],
    ["Printer is broken", "", undefined],
  ])("%s is told by its words", (title, text, kind) => {
    const past = { id: "1", tool: "csv" as const, title, text, openedAt: "2026-03-03T00:00:00Z" };
    expect(guessKind(past)).toBe(kind);
  });

  it("names in the text are found, the most exact first; what is about columns is a mismatch of schemas", () => {
    const past = {
      id: "1",
      tool: "csv" as const,
      title: "fct_orders",
      text: "`shop.orders.amount` and 'revenue'",
      openedAt: "",
    };
    expect(namesMentioned(past)).toEqual(["shop.orders.amount", "revenue", "fct_orders"]);
    expect([isSchemaKind("rename_column"), isSchemaKind("late_freshness")]).toEqual([true, false]);
  });

  it("whatever it is handed, it answers", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.array(fc.string()).map((lines) => lines.join("\n")),
        ),
        (text) => {
          expect(Array.isArray(readPastIncidents(text).incidents)).toBe(true);
        },
      ),
    );
  });
});
