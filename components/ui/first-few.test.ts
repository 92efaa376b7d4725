import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import { FirstFew } from "./first-few.tsx";

const render = (count: number): string =>
  renderToStaticMarkup(
    createElement(FirstFew<number>, {
      items: Array.from({ length: count }, (_, at) => at + 1),
      shown: 3,
      rest: (others) => `${others} more`,
      children: (items) => items.map((item) => createElement("li", { key: item }, item)),
    }),
  );

const shownOf = (html: string): string => html.replace(/<details.*/s, "").replace(/<[^>]*>/g, "");

it("a list is shown as far as it is short, and one more is no fold", () => {
  for (const count of [0, 1, 3, 4]) expect(render(count)).not.toContain("<details");
  expect(shownOf(render(4))).toBe("1234");
});

it("of a longer one the others are folded, counted, and each is there once", () => {
  const html = render(7);
  expect(shownOf(html)).toBe("123");
  expect(html).toContain("4 more");
  expect(html.match(/<li>/g)).toHaveLength(7);
});
