import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readFiles } from "./read-files.ts";
import { isTar, unpackTar } from "./unpack-tar.ts";

const LIMITS = { entryBytes: 1_000_000, totalBytes: 2_000_000, entries: 100 };

interface Entry {
  readonly path: string;
  readonly text: string;
  readonly type?: string;
}

/** An archive as `tar` writes it, by hand, so that it can hold what `tar` itself would refuse to write. */
function tarOf(entries: readonly Entry[]): Uint8Array {
  const blocks = entries.flatMap(({ path, text, type = "0" }) => {
    const body = Buffer.from(text);
    const header = Buffer.alloc(512);
    header.write(path, 0, 100);
    header.write(body.length.toString(8).padStart(11, "0"), 124);
    header.write(type, 156);
    header.write("ustar\u000000", 257, "latin1");
    header.fill(0x20, 148, 156);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\u0000 `, 148, "latin1");
    return [header, body, Buffer.alloc((512 - (body.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

const pathsIn = (bytes: Uint8Array) => unpackTar(bytes, LIMITS).entries.map(({ path }) => path);

describe("a tar archive", () => {
  it("gives the files that the machine's own tar packed, long and foreign names included, and no links", () => {
    const folder = mkdtempSync(join(tmpdir(), "tar-"));
    const long = `${"very-long-folder-name/".repeat(6)}tables.sql`;
    for (const [path, text] of [
      ["a.sql", "select 1"],
      ["größe/ß.sql", "select 2"],
      [long, "select 3"],
    ] as const) {
      mkdirSync(dirname(join(folder, "in", path)), { recursive: true });
      writeFileSync(join(folder, "in", path), text);
    }
    symlinkSync("/etc/passwd", join(folder, "in", "link.sql"));
    for (const format of ["gnu", "pax", "ustar"]) {
      const args = [`--format=${format}`, "-cf", "x.tar", "-C", "in", "."];
      execFileSync("tar", args, { cwd: folder, stdio: "pipe" });
      const bytes = readFileSync(join(folder, "x.tar"));
      expect(isTar(bytes)).toBe(true);
      const { entries, problems } = unpackTar(bytes, LIMITS);
      expect(problems).toEqual([]);
      expect(entries.map(({ path, bytes: own }) => [path, Buffer.from(own).toString()])).toEqual(
        [
          ["a.sql", "select 1"],
          ["größe/ß.sql", "select 2"],
          [long, "select 3"],
        ].sort(([a = ""], [b = ""]) => (a < b ? -1 : 1)),
      );
    }
    rmSync(folder, { recursive: true });
  });

  it("refuses paths that climb out, and keeps what is beside them", () => {
    const bytes = tarOf([
      { path: "../../etc/cron.d/x.sql", text: "x" },
      { path: "/etc/x.sql", text: "x" },
      { path: "ok.sql", text: "select 1" },
    ]);
    const { entries, problems } = unpackTar(bytes, LIMITS);
    expect(entries.map(({ path }) => path)).toEqual(["ok.sql"]);
    expect(problems.map(({ message }) => message)).toEqual([
      'the path "../../etc/cron.d/x.sql" leads out of the archive',
      'the path "/etc/x.sql" leads out of the archive',
    ]);
  });

  it("refuses what is over a limit, in bytes and in number", () => {
    const large = tarOf([{ path: "large.sql", text: "x".repeat(1_000_001) }]);
    expect(unpackTar(large, LIMITS)).toMatchObject({ entries: [], problems: [{ large: true }] });
    const many = tarOf(
      Array.from({ length: 101 }, (_, index) => ({ path: `${index}.sql`, text: "x" })),
    );
    expect(pathsIn(many)).toHaveLength(100);
  });

  it("that was cut off gives what came before, and says so", () => {
    const whole = tarOf([
      { path: "a.sql", text: "select 1" },
      { path: "b.sql", text: "select 2".repeat(200) },
    ]);
    const { entries, problems } = unpackTar(whole.subarray(0, 1800), LIMITS);
    expect(entries.map(({ path }) => path)).toEqual(["a.sql"]);
    expect(problems[0]?.message).toContain("ends before");
  });

  it("with a damaged header says so and never hangs", () => {
    const bytes = Buffer.from(tarOf([{ path: "a.sql", text: "select 1" }]));
    bytes.write("zz", 130);
    expect(unpackTar(bytes, LIMITS)).toMatchObject({ entries: [], problems: [{ large: false }] });
  });

  it("packed with gzip is read in a folder like the files themselves, without dbt's copies", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tgz-"));
    const bytes = tarOf([
      { path: "shop/target/manifest.json", text: "{}" },
      { path: "shop/target/compiled/a.sql", text: "select 1" },
      { path: "shop/.git/config.json", text: "{}" },
      { path: "shop/logo.png", text: "no text" },
      { path: "shop/ddl/a.sql", text: "select 1" },
    ]);
    writeFileSync(join(folder, "shop.tgz"), gzipSync(bytes));
    const { files, problems } = await readFiles([folder], { cwd: folder });
    expect(problems).toEqual([]);
    expect(files.map(({ path }) => path)).toEqual([
      "shop.tgz/shop/ddl/a.sql",
      "shop.tgz/shop/target/manifest.json",
    ]);
    rmSync(folder, { recursive: true });
  });
});
