// A Spark session in a process of its own, asked line by line (spark_session.py).
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

/**
 * @param {{python: string, folder: string, ansi: boolean}} options a Python with PySpark, and a folder for what Spark writes
 */
export async function openSpark({ python, folder, ansi }) {
  const script = join(import.meta.dirname, "spark_session.py");
  const child = spawn(python, [script, folder, String(ansi)], {
    cwd: folder,
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, SPARK_LOCAL_IP: "127.0.0.1", PYSPARK_PYTHON: python },
  });
  let said = "";
  child.stderr.on("data", (bytes) => {
    said = `${said}${bytes}`.slice(-4000);
  });
  const ended = new Promise((done) => {
    child.once("close", (code) => done(code));
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`Spark ended: ${said.trim().split("\n").at(-1)}`);
    return JSON.parse(value);
  };
  const { version } = await next();
  const ask = async (order) => {
    child.stdin.write(`${JSON.stringify(order)}\n`);
    const reply = await next();
    if (reply.error !== undefined) throw new Error(reply.error);
    return reply;
  };
  return {
    version,
    ask,
    close: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
