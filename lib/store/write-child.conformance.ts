import { openNeo4jStore } from "./neo4j/open-neo4j-store.ts";
import { openStore } from "./open-store.ts";
import { batchOf, claimOf } from "./sample-batches.conformance.ts";

/**
 * A process of its own that writes, for tests that end it in the middle: `write-child URL SOURCE CLAIMS ROUNDS`. Each
 * round is one complete batch in which every claim has the column `round_N`; a line says when it is durable.
 */
const [url = "", source = "", claims = "0", rounds = "0"] = process.argv.slice(2);

const roundOf = (round: number) =>
  batchOf(
    Array.from({ length: Number(claims) }, (_, at) =>
      claimOf(`table_${at}`, {
        columns: ["id", `round_${round}`],
        edges: Array.from({ length: 10 }, (_, edge) => `up_${at}.c${edge} -> round_${round}`),
      }),
    ),
    { source, at: new Date(Date.UTC(2026, 0, 1 + round)).toISOString() },
  );

const opened = url.startsWith("bolt")
  ? // Many small transactions for each batch, to be killed between them.
    await openNeo4jStore(url, process.env, { textPerTransaction: 20_000 })
  : await openStore(url, process.env);
if (!opened.ok) throw new Error(opened.error.message);
for (let round = 1; round <= Number(rounds); round++) {
  const applied = await opened.value.apply(roundOf(round));
  if (!applied.ok) throw new Error(`${applied.error.code}: ${applied.error.message}`);
  process.stdout.write(`round ${round} is version ${applied.value.version}\n`);
}
await opened.value.close();
