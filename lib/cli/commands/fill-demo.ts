import { addStoreOption, type StoreOptions, withStore } from "../choose-store.ts";
import type { CommandHost } from "../command-host.ts";
import { EXIT } from "../exit-codes.ts";
import { findPackageRoot } from "../find-package-root.ts";
import { reportFailure } from "../report-failure.ts";

/** `fill-demo`: what `serve --demo` has done in a process of its own; not one of the commands that people are told of. */
export function addFillDemoCommand({ program, io, endWith }: CommandHost): void {
  addStoreOption(program.command("fill-demo", { hidden: true })).action(
    async (options: StoreOptions) => {
      const root = findPackageRoot();
      if (root === undefined) {
        const message = "the folder of the package was not found";
        return endWith(reportFailure(io, { code: "internal", message }));
      }
      const { fillDemo } = await import("../fill-demo.ts");
      const filled = await withStore({ io, options }, (store) => fillDemo(io, { root, store }));
      endWith(filled.ok ? EXIT.ok : reportFailure(io, filled.error));
    },
  );
}
