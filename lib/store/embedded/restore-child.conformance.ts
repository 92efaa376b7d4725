import { restoreStore } from "../backup.ts";

/** A process of its own, as the command is: `restore-child URL FILE`. Prints what `restoreStore` gives. */
const [url = "", file = ""] = process.argv.slice(2);
process.stdout.write(JSON.stringify(await restoreStore(url, file)));
