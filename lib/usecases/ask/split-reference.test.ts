import { expect, it } from "vitest";
import { graphOf } from "#lib/graph/graph-of.ts";
import { splitReference } from "./split-reference.ts";

const graph = graphOf("x -> y", { "shop.orders": {}, 'shop.My S."T.1"': {} });

it.each([
  ["shop.orders.amount", { asset: "shop.orders", column: "amount" }],
  ['"shop"."orders"."Amount"', { asset: "shop.orders", column: "Amount" }],
  ["[shop].[orders]", { asset: "shop.orders" }],
  ['"My S"."T.1"."A b"', { asset: 'My S."T.1"', column: "A b" }],
  ["`My S`.`T.1`", { asset: 'My S."T.1"' }],
  ['"nobody"."knows"', { asset: '"nobody"', column: '"knows"' }],
])(
  "a name as SQL writes it means the asset or the column without the quotes: %s",
  (text, expected) => {
    expect(splitReference(graph, text)).toEqual(expected);
  },
);
