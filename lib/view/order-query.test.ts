import { expect, it } from "vitest";
import { orderQuery } from "./order-query.ts";

it("an address begins with the changes that it asks about, each in its place", () => {
  const query = new URLSearchParams("sel=a&zoom=domains&change=one&by=owner&change=two");
  expect(orderQuery(query).toString()).toBe("change=one&change=two&sel=a&zoom=domains&by=owner");
});
