import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "./open-store.ts";
import { describeLineageStore } from "./store.conformance.ts";
import { unwrap } from "./unwrap.conformance.ts";

describeLineageStore({
  name: "store in memory",
  openEmpty: async () => unwrap(await openStore("memory:", {})),
  histories: 60,
});

describeLineageStore({
  name: "embedded store",
  openEmpty: async () =>
    unwrap(await openStore(`file:${mkdtempSync(join(tmpdir(), "faultline-store-"))}`, {})),
  histories: 20,
});
