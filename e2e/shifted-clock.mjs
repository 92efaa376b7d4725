// Loaded into a server before it starts: its clock is ahead by as many hours as a file says. Windows last days; a test does not.
import { existsSync, readFileSync } from "node:fs";

const RealDate = Date;
const FRESH_MS = 100;
const file = process.env["FAULTLINE_E2E_CLOCK"] ?? "";
let hours = 0;
let readAt = 0;

function now() {
  const real = RealDate.now();
  if (real - readAt > FRESH_MS) {
    readAt = real;
    hours = existsSync(file) ? Number(readFileSync(file, "utf8")) || 0 : 0;
  }
  return real + hours * 3_600_000;
}

globalThis.Date = class extends RealDate {
  constructor(...parts) {
    super(...(parts.length === 0 ? [now()] : parts));
  }
  static now() {
    return now();
  }
};
