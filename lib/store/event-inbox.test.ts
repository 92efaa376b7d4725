import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import type { Result } from "#lib/kit/result.ts";
import { openEventInbox } from "./event-inbox.ts";
import type { StoreError } from "./store-error.ts";

const folders: string[] = [];
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "faultline-inbox-"));
  folders.push(folder);
  return folder;
};
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function must<T>(result: Result<T, StoreError>): T {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

describe("the inbox", () => {
  it("gives back what was appended, in order, also after it was opened anew", () => {
    const folder = newFolder();
    const first = must(openEventInbox(folder));
    must(first.append(["a", "b"]));
    must(first.append(["c"]));
    first.close();
    const second = must(openEventInbox(folder));
    expect(must(second.read({ after: 0, maxSize: 100 })).map(({ body }) => body)).toEqual([
      "a",
      "b",
      "c",
    ]);
    expect(must(second.waiting())).toBe(3);
    second.close();
  });

  it("takes entries away while others are appended over another connection, without waiting for it", () => {
    const folder = newFolder();
    const appending = must(openEventInbox(folder));
    const taking = must(openEventInbox(folder, "take"));
    must(appending.append(Array.from({ length: 1_000 }, (_none, at) => `entry ${at}`)));
    const some = must(taking.read({ after: 0, maxSize: 5_000 }));
    expect(some.length).toBeLessThan(1_000);
    must(appending.append(["one more"]));
    must(taking.remove(some.map(({ id }) => id)));
    const rest = must(taking.read({ after: 0, maxSize: 1e6 }));
    expect(some.length + rest.length).toBe(1_001);
    expect(rest.at(-1)?.body).toBe("one more");
    taking.close();
    appending.close();
  });

  it("never gives an id again, so that what comes after an id is all that is new", () => {
    const inbox = must(openEventInbox(undefined));
    must(inbox.append(["a"]));
    const [entry] = must(inbox.read({ after: 0, maxSize: 1 }));
    must(inbox.remove([entry?.id ?? 0]));
    must(inbox.append(["b"]));
    expect(must(inbox.read({ after: entry?.id ?? 0, maxSize: 1 })).map((e) => e.body)).toEqual([
      "b",
    ]);
  });

  it("keeps what cannot be taken in, with the reason, and out of the way", () => {
    const inbox = must(openEventInbox(undefined));
    must(inbox.append(["bad", "good"]));
    const [bad] = must(inbox.read({ after: 0, maxSize: 100 }));
    if (!bad) throw new Error("nothing there");
    must(inbox.setAside(bad, "a reader's error"));
    expect(must(inbox.read({ after: 0, maxSize: 100 })).map((e) => e.body)).toEqual(["good"]);
    expect(must(inbox.listAside())).toEqual([{ body: "bad", reason: "a reader's error" }]);
  });

  it("says why where it cannot be opened", () => {
    const folder = newFolder();
    writeFileSync(
      join(folder, "inbox.db"),
      "this is no database, and long enough to be read as one",
    );
    const opened = openEventInbox(folder);
    expect(opened.ok ? "" : opened.error.code).toBe("corrupt");
  });

  it("read in parts of any size comes to the same as read at once", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string(), { maxLength: 30 }),
        fc.integer({ min: 1, max: 40 }),
        (bodies, maxSize) => {
          const inbox = must(openEventInbox(undefined));
          must(inbox.append(bodies));
          const got: string[] = [];
          let after = 0;
          for (;;) {
            const part = must(inbox.read({ after, maxSize }));
            if (part.length === 0) break;
            got.push(...part.map(({ body }) => body));
            after = part.at(-1)?.id ?? after;
          }
          inbox.close();
          expect(got).toEqual(bodies.map((body) => body));
        },
      ),
      { numRuns: 60 },
    );
  });
});
