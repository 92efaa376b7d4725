import { expect, it } from "vitest";
import { showControls } from "./cli-io.ts";

it("control characters in names are shown and not sent to the terminal", () => {
  expect(showControls("orders\u001b[31m\u0000red\u009b2J\n\tnext\r\n")).toBe(
    "orders\\x1b[31m\\x00red\\x9b2J\n\tnext\r\n",
  );
});
