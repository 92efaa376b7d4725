import { expect, it } from "vitest";
import { type KeptSignal, mergeSignal, type Signal } from "./signal.ts";

const told: Signal = {
  refs: ["shop.orders"],
  check: "not_null_orders_amount",
  shows: "wrong",
  isOver: false,
  at: "2026-03-03T06:00:00.000Z",
  seen: "4 of 900 are null",
  toldBy: "dbt",
};

const keep = (...all: readonly Signal[]): KeptSignal | undefined =>
  all.reduce<KeptSignal | undefined>((known, one) => mergeSignal(known, one), undefined);

it("what a newer one does not say any more is forgotten: what was found, what was ruled out, and the link", () => {
  const first: Signal = {
    ...told,
    found: "nulls",
    rulesOut: [["raw.orders"]],
    link: "https://ci.example/1",
  };
  const newer: Signal = {
    ...told,
    shows: "fails",
    at: "2026-03-03T07:00:00.000Z",
    seen: "Database error",
  };
  expect(keep(first, newer)).toEqual({
    ...newer,
    firstAt: first.at,
    lastAt: newer.at,
    count: 2,
  });
});

it("a newer one that knows more adds it, and stays part of its incident", () => {
  const known = { ...told, firstAt: told.at, lastAt: told.at, count: 1, incident: "INC-1" };
  const newer: Signal = { ...told, found: "nulls", at: "2026-03-03T07:00:00.000Z" };
  expect(mergeSignal(known, newer)).toMatchObject({
    found: "nulls",
    firstAt: told.at,
    incident: "INC-1",
    count: 2,
  });
});

it("how it was broken stays known when it is over; what comes late only counts", () => {
  const over: Signal = { ...told, isOver: true, at: "2026-03-03T08:00:00.000Z", seen: "passes" };
  const late: Signal = { ...told, shows: "stale", at: "2026-03-03T05:00:00.000Z" };
  expect(keep({ ...told, found: "nulls" }, over, late)).toMatchObject({
    isOver: true,
    found: "nulls",
    shows: "wrong",
    seen: "4 of 900 are null",
    lastAt: over.at,
    count: 2,
  });
});
