import { describe, expect, it } from "vitest";
import { fillTemplates } from "./superset-jinja.ts";

const oneLine = (sql: string): string => sql.replace(/\s+/g, " ").trim();

describe("Jinja of a virtual dataset", () => {
  it.each([
    ["a in {{ filter_values('r')|where_in }}", "a in ('x')"],
    ["a in {{ filter_values('r', 'all') | where_in(default_to_none=True) }}", "a in ('x')"],
    ["a in ('{{ \"', '\".join(filter_values('r')) }}')", "a in ('x')"],
    ["a = '{{ current_username() }}' -- it's {{ me }}", "a = 'x' -- it's {{ me }}"],
    ["a > '{{ from_dttm }}' and b = {{ url_param('c') }}", "a > 'x' and b = 'x'"],
    [
      "1 = 1 {% if filter_values('r') %} and a in {{ filter_values('r')|where_in }} {% endif %}",
      "1 = 1 and a in ('x')",
    ],
    [
      "1 = 1 {%- for f in get_filters('r', remove_filter=True) -%}{%- if f.get('op') == 'LIKE' -%} and a like {{ \"'\" + f.get('val') + \"'\" }} {# or f.get('val') #}{%- endif -%}{%- endfor -%}",
      "1 = 1 and a like 'x'",
    ],
    ["{% set t = get_time_filter('d') %} d >= {{ t.from_expr }}", "d >= 'x'"],
  ])("that gives a value is one: %s", (sql, filled) => {
    expect(oneLine(fillTemplates(sql))).toBe(filled);
  });

  it.each([
    "select * from {{ my_table }}",
    "select * from {{ dataset(42, include_metrics=True) }} d",
    "select {{ columns | join(', ') }} from t",
    "{% set c = 'a' %} select {{ c }} from t",
  ])("that gives a name or SQL stays, so that it is not guessed at: %s", (sql) => {
    expect(fillTemplates(sql)).toContain(sql.slice(sql.indexOf("{{")));
  });

  it.each(["{#", "{%", "/*", "{{", "{% set a = "])(
    "that is opened again and again and never closed costs as much as its length: %s",
    (open) => {
      const cost = (times: number): number => {
        const before = process.cpuUsage();
        fillTemplates(`select '{{ x }}' {% if y %} ${open.repeat(times)}`);
        const { user, system } = process.cpuUsage(before);
        return user + system;
      };
      cost(1_000);
      expect(cost(200_000)).toBeLessThan(1_500_000);
    },
  );

  it("that is never closed stays", () => {
    expect(fillTemplates("select a {# from t where {% if")).toBe("select a {# from t where {% if");
  });

  it("of two branches neither is taken for the other", () => {
    const sql = "select {% if url_param('x') %}a{% else %}b{% endif %} from t";
    expect(oneLine(fillTemplates(sql))).toBe("select a{{ else }}b from t");
  });
});
