import { Command, CommanderError } from "commander";
import type { CliIo } from "./cli-io.ts";
import type { CommandHost } from "./command-host.ts";
import { addBackupCommand, addRestoreCommand } from "./commands/backup.ts";
import { addCheckCommand } from "./commands/check.ts";
import { addContractCommand } from "./commands/contract.ts";
import { addDiffCommand } from "./commands/diff.ts";
import { addExportCommand } from "./commands/export.ts";
import { addFillDemoCommand } from "./commands/fill-demo.ts";
import { addIdentityCommand } from "./commands/identity.ts";
import { addImpactCommand } from "./commands/impact.ts";
import { addIncidentsCommand } from "./commands/incidents.ts";
import { addIngestCommand } from "./commands/ingest.ts";
import { addInitCommand } from "./commands/init.ts";
import { addLineageCommand } from "./commands/lineage.ts";
import { addMcpCommand } from "./commands/mcp.ts";
import { addPolicyCommand } from "./commands/policy.ts";
import { addProfileCommand } from "./commands/profile.ts";
import { addServeCommand } from "./commands/serve.ts";
import { addSyncCommand } from "./commands/sync.ts";
import { addTokenCommand } from "./commands/token.ts";
import { addTriageCommand } from "./commands/triage.ts";
import { EXIT } from "./exit-codes.ts";

/** Runs one command line and gives its exit code. Bad usage, as commander finds it, is 2 like every other bad input. */
export async function runCli(argv: readonly string[], io: CliIo): Promise<number> {
  let exitCode: number = EXIT.ok;
  const program = createProgram(io);
  const host: CommandHost = {
    program,
    io,
    endWith: (code) => {
      exitCode = code;
    },
  };
  addInitCommand(host);
  addServeCommand(host);
  addFillDemoCommand(host);
  addIngestCommand(host);
  addSyncCommand(host);
  addProfileCommand(host);
  addLineageCommand(host);
  addImpactCommand(host);
  addCheckCommand(host);
  addPolicyCommand(host);
  addContractCommand(host);
  addDiffCommand(host);
  addIdentityCommand(host);
  addMcpCommand(host);
  addTriageCommand(host);
  addIncidentsCommand(host);
  addExportCommand(host);
  addBackupCommand(host);
  addRestoreCommand(host);
  addTokenCommand(host);
  try {
    await program.parseAsync([...argv], { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    io.err(`faultline: an error in Faultline itself [internal]\n${text}\n`);
    return EXIT.unreachable;
  }
  return exitCode;
}

function createProgram(io: CliIo): Command {
  return new Command("faultline")
    .description("Which dashboards, ML jobs and reports break when a column changes, how, and why")
    .version(process.env["FAULTLINE_VERSION"] ?? "0.0.0-source")
    .showSuggestionAfterError()
    .showHelpAfterError("(faultline --help lists the commands, faultline help COMMAND its options)")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.out(text),
      writeErr: (text) => io.err(text),
    })
    .addHelpText(
      "after",
      "\nStart:\n  faultline init                     look about here and connect what is found\n" +
        "  faultline impact orders.amount     what breaks when this column is dropped\n" +
        "  faultline serve                    the same in a browser\n",
    );
}
