import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "#lib/store/open-store.ts";
import { unwrap } from "#lib/store/unwrap.conformance.ts";
import { describeTwoWriters } from "./two-writers.conformance.ts";

describeTwoWriters("the embedded store", async () =>
  unwrap(await openStore(`file:${mkdtempSync(join(tmpdir(), "faultline-store-"))}`, {})),
);
