import { execFileSync, spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "./tool-server.mjs";

const DEBIAN = "/usr/lib/postgresql";

/** Where the server's programs are; undefined: there is no PostgreSQL. */
export const postgresPrograms = () =>
  [
    ...(existsSync(DEBIAN) ? readdirSync(DEBIAN).sort().reverse() : []).map((version) =>
      join(DEBIAN, version, "bin"),
    ),
    ...(process.env.PATH ?? "").split(":"),
  ].find((folder) => existsSync(join(folder, "initdb")));

/** A PostgreSQL below `folder`. It refuses to run as root: root lends it another user. */
export async function startPostgres(folder) {
  const programs = postgresPrograms();
  const home = join(folder, "postgres");
  mkdirSync(home);
  const user = {};
  if (process.getuid?.() === 0) {
    const idOf = (flag) => Number(spawnSync("id", [flag, "nobody"], { encoding: "utf8" }).stdout);
    Object.assign(user, { uid: idOf("-u"), gid: idOf("-g") });
    chownSync(home, user.uid, user.gid);
    execFileSync("chmod", ["o+x", folder]);
  }
  const run = (program, ...args) =>
    execFileSync(join(programs, program), args, { ...user, cwd: home, stdio: "ignore" });
  const data = join(home, "data");
  const port = await freePort();
  run("initdb", "-D", data, "-A", "trust", "-U", "tester", "--no-sync");
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${home} -c shared_buffers=64MB`;
  run("pg_ctl", "-D", data, "-o", options, "-l", join(home, "log"), "-w", "start");
  return {
    port,
    /** Rows of texts. */
    rows: (sql) =>
      execFileSync(
        join(programs, "psql"),
        [
          "-h",
          "127.0.0.1",
          "-p",
          `${port}`,
          "-U",
          "tester",
          "-d",
          "postgres",
          "-At",
          "-F",
          "\t",
          "-c",
          sql,
        ],
        { encoding: "utf8", maxBuffer: 64_000_000 },
      )
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => line.split("\t")),
    stop: () => run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"),
  };
}
