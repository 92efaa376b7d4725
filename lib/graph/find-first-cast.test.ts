import { expect, test } from "vitest";
import { findFirstCast, replacesNulls } from "./find-first-cast.ts";

test("a column that is cast wherever it stands is known to be", () => {
  expect(findFirstCast("md5(cast(coalesce(cast(id as TEXT), '_') as TEXT))", "id")).toBe("text");
  expect(findFirstCast("o.id::varchar || '-'", "id")).toBe("varchar");
  expect(findFirstCast('try_cast("o"."Id" as int) + 1', "id")).toBe("int");
});

test("one that is also used as it is, or whose text was shortened, is not", () => {
  expect(findFirstCast("cast(id as text) || id", "id")).toBeUndefined();
  expect(findFirstCast("cast(id as text) || …", "id")).toBeUndefined();
  expect(findFirstCast("cast(order_id as text)", "id")).toBeUndefined();
  expect(findFirstCast("id + 1", "id")).toBeUndefined();
});

test("a condition that puts a constant in the place of nulls is told from one that does not", () => {
  expect(replacesNulls("coalesce(is_deleted, false)", "is_deleted")).toBe(true);
  expect(replacesNulls("not coalesce(x.is_deleted, false) and is_deleted", "is_deleted")).toBe(
    false,
  );
  expect(replacesNulls("coalesce(a, b) > 3", "a")).toBe(false);
});
