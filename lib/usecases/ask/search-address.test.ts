import { describe, expect, it } from "vitest";
import { findByAddress, knownAddress } from "./search-address.ts";

const KNOWN: Readonly<Record<string, string>> = {
  superset: "https://bi.example.com/superset/dashboard/17/",
  slug: "/superset/dashboard/sales/",
  chart: "/explore/?slice_id=7",
  otherChart: "/explore/?slice_id=70",
  tableau: "Sales/Overview",
  looker: "https://looker.example.com/dashboards/12",
  metabase: "https://meta.example.com/dashboard/5-weekly-sales",
  power: "https://app.powerbi.com/groups/1f2e/reports/9a8b",
  home: "https://intranet.example.com/home",
};
const NAMES = Object.keys(KNOWN);

const find = (query: string) =>
  findByAddress(Object.values(KNOWN).map(knownAddress), query).map(({ at }) => NAMES[at]);

describe("an address that somebody pasted", () => {
  it.each([
    ["superset", "https://bi.example.com/superset/dashboard/17/?native_filters_key=x#tab-2"],
    ["superset", "http://superset.internal:8088/superset/dashboard/17/?standalone=1"],
    ["slug", "https://bi.example.com/superset/dashboard/sales/?edit=true"],
    ["chart", "https://bi.example.com/explore/?form_data_key=a&slice_id=7"],
    ["tableau", "https://tableau.example.com/#/site/finance/views/Sales/Overview?:iid=1"],
    ["tableau", "https://tableau.example.com/t/finance/views/Sales/Overview/a@example.com/mine"],
    ["looker", "https://reports.example.com/dashboards/12?Date=7+days&Region="],
    ["metabase", "https://meta.example.com/dashboard/5-sales-of-the-week?tab=3"],
    ["metabase", "https://metabase.internal/dashboard/5"],
    ["power", "https://msit.powerbi.com/groups/1F2E/reports/9a8b/ReportSection3?ctid=1"],
  ])("is %s, whatever hangs on it", (name, url) => expect(find(url)).toEqual([name]));

  it("is no other page whose number only begins the same, and not one word of another host", () => {
    for (const url of [
      "https://x.example.com/superset/dashboard/170",
      "https://x.example.com/dashboards/1",
      "https://x.example.com/dashboard/55-weekly",
      "https://x.example.com/home",
      "https://x.example.com/explore/?slice_id=8",
    ])
      expect(find(url)).toEqual([]);
  });
});
