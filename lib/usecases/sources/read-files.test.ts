import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { strToU8, zipSync } from "fflate";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { READ_LIMITS, readFiles } from "./read-files.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "faultline-files-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const put = (path: string, content: string | Uint8Array): string => {
  const full = join(folder, path);
  mkdirSync(join(full, ".."), { recursive: true });
  writeFileSync(full, content);
  return full;
};
const read = (paths: readonly string[] = [folder], limits = READ_LIMITS) =>
  readFiles(paths, { cwd: folder, limits });
const paths = (result: Awaited<ReturnType<typeof read>>) => result.files.map((file) => file.path);

describe("reading files and folders", () => {
  it("walks a folder in the order of its names, without hidden and installed ones", async () => {
    for (const path of [
      "b/manifest.json",
      "a.sql",
      ".git/x.json",
      "node_modules/y.json",
      "b/compiled/m.sql",
    ])
      put(path, "{}");
    const result = await read();
    expect(paths(result)).toEqual(["a.sql", "b/manifest.json"]);
    expect(result.problems).toEqual([]);
  });

  it("mentions files of other types as skipped, which is no error", async () => {
    put("picture.png", "x");
    expect((await read()).problems).toMatchObject([
      { code: "not-recognised", severity: "info", file: "picture.png" },
    ]);
  });

  it("refuses an entry that grows a thousand times, and keeps what is beside it", async () => {
    put(
      "bomb.zip",
      zipSync({ "bomb.json": new Uint8Array(20_000_000), "charts/a.yaml": strToU8("uuid: 1") }),
    );
    const result = await read();
    expect(paths(result)).toEqual(["bomb.zip/charts/a.yaml"]);
    expect(result.problems).toMatchObject([{ code: "too-large" }]);
  });

  it("unpacks gz and zip", async () => {
    put("manifest.json.gz", gzipSync("{}"));
    put("export.zip", zipSync({ "e/charts/a.yaml": strToU8("uuid: 1") }));
    expect(paths(await read())).toEqual(["export.zip/e/charts/a.yaml", "manifest.json"]);
  });

  it("refuses entries of an archive that climb out of it, and keeps the others", async () => {
    const zip = put(
      "x.zip",
      zipSync({
        "../../etc/passwd": strToU8("no"),
        "/abs": strToU8("no"),
        "ok.sql": strToU8("select 1"),
      }),
    );
    const result = await read([zip]);
    expect(paths(result)).toEqual(["x.zip/ok.sql"]);
    expect(result.problems.map((problem) => problem.code)).toEqual(["bad-archive", "bad-archive"]);
  });

  it("stops unpacking where a small file unfolds into a huge one", async () => {
    const gz = put("bomb.json.gz", gzipSync(Buffer.alloc(5_000_000, 32)));
    const zip = put("bomb.zip", zipSync({ "b.json": new Uint8Array(5_000_000) }));
    const result = await read([gz, zip], { ...READ_LIMITS, fileBytes: 1_000_000 });
    expect(result.files).toEqual([]);
    expect(result.problems.map((problem) => problem.code)).toEqual(["too-large", "too-large"]);
  });

  it.each([
    ["cut.json.gz", gzipSync("{}").subarray(0, 12), "bad-archive"],
    ["cut.zip", strToU8("PK\u0003\u0004broken"), "bad-archive"],
  ])("tells that %s is damaged", async (name, bytes, code) => {
    expect((await read([put(name, bytes)])).problems).toMatchObject([{ code, file: name }]);
  });

  it("follows links inside the folder, and neither out of it nor around in it", async () => {
    put("in/real.sql", "select 1");
    mkdirSync(join(folder, "root"));
    symlinkSync(join(folder, "in"), join(folder, "root", "out"));
    symlinkSync(join(folder, "root"), join(folder, "root", "around"));
    put("root/a/b.sql", "select 1");
    symlinkSync(join(folder, "root", "a"), join(folder, "root", "same"));
    const result = await read([join(folder, "root")]);
    expect(paths(result)).toEqual(["root/a/b.sql", "root/same/b.sql"]);
    expect(result.problems.map((problem) => problem.message)).toEqual([
      "skipped: the link leads back to a folder that it is in",
      "skipped: the link leads out of the folder",
    ]);
  });

  it("says what is missing", async () => {
    expect((await read([join(folder, "none.json")])).problems).toMatchObject([
      { code: "unreadable-file", message: "cannot be read: there is nothing at this path" },
    ]);
  });

  it("reads UTF-16 and leaves what is no text", async () => {
    put(
      "utf16.sql",
      Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from("select 1", "utf16le")]),
    );
    put("binary.sql", Buffer.from([1, 0, 2]));
    put("binary.csv", Buffer.from([1, 0, 2]));
    const result = await read();
    expect(result.files).toMatchObject([{ path: "utf16.sql", text: "select 1" }]);
    expect(result.problems).toMatchObject([
      { code: "not-recognised", severity: "info", file: "binary.csv" },
      { code: "unreadable-file", severity: "warning", file: "binary.sql" },
    ]);
  });

  it("stops at a number of files", async () => {
    for (let at = 0; at < 5; at += 1) put(`${at}.sql`, "select 1");
    const result = await read([folder], { ...READ_LIMITS, files: 3 });
    expect(result.files).toHaveLength(3);
    expect(result.problems.map((problem) => problem.code)).toEqual(["too-large"]);
  });
});
