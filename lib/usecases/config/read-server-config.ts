import { dirname } from "node:path";
import type { FaultlineConfig } from "./faultline-config.ts";
import { readConfig } from "./read-config.ts";

export interface ServerConfig {
  readonly config: FaultlineConfig;
  /** The folder of the configuration. */
  readonly root: string;
}

export type ReadServerConfig = () => Promise<ServerConfig | undefined>;

/** The server's faultline.yaml, read again for every use: a company adds rules as it finds out. Undefined: it has none. */
export function createConfigReader(path: string): ReadServerConfig {
  let lastSaid = "";
  return async () => {
    const config = await readConfig(path);
    if (config.ok) return { config: config.value, root: dirname(path) };
    const { code, message } = config.error;
    if (code !== "unreadable-file" && message !== lastSaid) {
      process.stderr.write(`faultline: ${message}\n`);
    }
    lastSaid = message;
    return undefined;
  };
}
