import { ioOfProcess } from "./cli-io.ts";
import { runCli } from "./run-cli.ts";

// `faultline export | head` closes the pipe early: that is the reader's right and no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
});

process.exitCode = await runCli(process.argv.slice(2), ioOfProcess());
