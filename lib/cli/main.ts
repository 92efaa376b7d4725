import { setFlagsFromString } from "node:v8";
import { ioOfProcess } from "./cli-io.ts";
import { runCli } from "./run-cli.ts";

// `faultline export | head` closes the pipe early: that is the reader's right and no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
});

const [command] = process.argv.slice(2);
// A check is over before most of what the engine optimises on its other threads has paid: on the two cores of a runner,
// compiling took a third of the CPU time. What runs much longer is optimised all the same.
if (command === "check") setFlagsFromString("--interrupt-budget=600000");

process.exitCode = await runCli(process.argv.slice(2), ioOfProcess());
