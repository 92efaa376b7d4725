import { BlockList, isIP } from "node:net";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { ProxyConfig } from "../access/authenticate-request.ts";
import type { Failure } from "../failure.ts";

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The trusted proxy, from the environment:
 * - `FAULTLINE_PROXY`: addresses or CIDR ranges that may say who a user is, by commas; absent: there is no proxy;
 * - `FAULTLINE_PROXY_USER_HEADER` (`x-forwarded-user`), `FAULTLINE_PROXY_GROUPS_HEADER` (`x-forwarded-groups`);
 * - `FAULTLINE_PROXY_TEAMS`: `group=team` by commas, for groups that are called otherwise here;
 * - `FAULTLINE_PROXY_ADMINS`: teams that may administer, by commas.
 */
export function readProxyConfig(env: Env): Result<ProxyConfig | undefined, Failure> {
  const listed = splitList(env["FAULTLINE_PROXY"]);
  if (listed.length === 0) return ok(undefined);
  const addresses = new BlockList();
  for (const entry of listed) {
    if (!addAddress(addresses, entry)) {
      return err({
        code: "bad-usage",
        message: `FAULTLINE_PROXY: "${entry}" is neither an address nor a range such as 10.0.0.0/8`,
      });
    }
  }
  return ok({
    addresses,
    userHeader: (env["FAULTLINE_PROXY_USER_HEADER"] ?? "x-forwarded-user").toLowerCase(),
    groupsHeader: (env["FAULTLINE_PROXY_GROUPS_HEADER"] ?? "x-forwarded-groups").toLowerCase(),
    teams: Object.fromEntries(splitList(env["FAULTLINE_PROXY_TEAMS"]).flatMap(readPair)),
    adminTeams: splitList(env["FAULTLINE_PROXY_ADMINS"]),
  });
}

const splitList = (text: string | undefined): readonly string[] =>
  (text ?? "")
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");

function readPair(text: string): [string, string][] {
  const cut = text.indexOf("=");
  return cut > 0 ? [[text.slice(0, cut).trim(), text.slice(cut + 1).trim()]] : [];
}

function addAddress(list: BlockList, entry: string): boolean {
  const [address = "", bits] = entry.split("/", 2);
  const version = isIP(address);
  if (version === 0) return false;
  const family = version === 6 ? "ipv6" : "ipv4";
  if (bits === undefined) {
    list.addAddress(address, family);
    return true;
  }
  const width = Number(bits);
  if (!Number.isInteger(width) || width < 0 || width > (version === 6 ? 128 : 32)) return false;
  list.addSubnet(address, width, family);
  return true;
}
