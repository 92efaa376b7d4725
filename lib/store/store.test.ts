import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "./open-store.ts";
import { describeLineageStore, valueOf } from "./store.conformance.ts";

describeLineageStore({
  name: "store in memory",
  openEmpty: async () => valueOf(await openStore("memory:", {})),
  histories: 60,
});

describeLineageStore({
  name: "embedded store",
  openEmpty: async () =>
    valueOf(await openStore(`file:${mkdtempSync(join(tmpdir(), "faultline-store-"))}`, {})),
  histories: 20,
});
