import { describe, expect, it } from "vitest";
import { graphOf } from "#lib/graph/graph-of.ts";
import { showCoupling } from "./coupling.ts";
import { showDomains } from "./domains-page.ts";

const AS_OF = { version: 1, at: "2026-01-01T00:00:00Z" };
const COLUMNS = 30;

/** Domain `d0` has a table, of which `d1` reads thirty columns with two tables, and `d2` one column. */
function threeDomains() {
  const wide = Array.from(
    { length: COLUMNS },
    (_, at) => `orders.c${at} -IDENTITY> a.c${at}; orders.c${at} -IDENTITY> b.c${at}`,
  );
  return showCoupling(
    graphOf(`${wide.join(";")}; orders.c0 -IDENTITY> z.c0`, {
      orders: {
        attributes: {
          domain: "d0",
          contract: { id: "c", status: "active", columns: ["c0", "c1"] },
        },
      },
      a: { attributes: { domain: "d1" } },
      b: { attributes: { domain: "d1", tier: 1 } },
      z: { attributes: { domain: "d2" } },
    }),
    AS_OF,
  );
}

describe("the page of domains", () => {
  it("counts all couplings, and lists the most read columns of one alone, those under a contract left out", () => {
    const page = showDomains(threeDomains(), {});
    expect([...page.couplings].sort((a, b) => b.columns - a.columns)).toEqual([
      { of: "d0", by: "d1", columns: COLUMNS, underContract: 2, readers: 2, tierOne: 1 },
      { of: "d0", by: "d2", columns: 1, underContract: 1, readers: 1, tierOne: 0 },
    ]);
    expect(page.chosen).toMatchObject({ of: "d0", by: "d1" });
    expect(page.chosen?.open).toHaveLength(8);
    expect(page.chosen?.open.map(({ column }) => column)).not.toContain("c0");
    expect(page.chosen?.readers.map(({ shortName }) => shortName)).toEqual(["a", "b"]);
  });

  it("lists the coupling that is asked for, and the largest where there is no such one", () => {
    expect(showDomains(threeDomains(), { of: "d0", by: "d2" }).chosen).toMatchObject({
      by: "d2",
      open: [],
      readers: [{ shortName: "z" }],
    });
    expect(showDomains(threeDomains(), { of: "d9", by: "d2" }).chosen?.by).toBe("d1");
    expect(showDomains(showCoupling(graphOf("a.x -> b.x"), AS_OF), {})).not.toHaveProperty(
      "chosen",
    );
  });
});
