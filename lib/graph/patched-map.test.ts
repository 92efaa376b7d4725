import fc from "fast-check";
import { expect, test } from "vitest";
import { PatchedMap } from "./patched-map.ts";

const changes = fc.array(fc.tuple(fc.nat(200), fc.option(fc.nat(9), { nil: undefined })), {
  maxLength: 40,
});

test("a map that was changed many times holds what a map holds to which the same was done", () => {
  fc.assert(
    fc.property(fc.array(changes, { maxLength: 12 }), (steps) => {
      const plain = new Map<number, number>();
      let map: ReadonlyMap<number, number> = new Map();
      for (const step of steps) {
        const earlier = [...map];
        const before = map;
        map = PatchedMap.of(map, new Map(step));
        for (const [key, value] of new Map(step)) {
          if (value === undefined) plain.delete(key);
          else plain.set(key, value);
        }
        expect([...before]).toEqual(earlier);
        expect(map.size).toBe(plain.size);
        expect(new Map(map)).toEqual(plain);
        expect(new Set(map.keys())).toEqual(new Set(plain.keys()));
        expect([...map.values()].sort()).toEqual([...plain.values()].sort());
        for (let key = 0; key <= 200; key++) {
          expect(map.get(key)).toBe(plain.get(key));
          expect(map.has(key)).toBe(plain.has(key));
        }
      }
    }),
  );
});
