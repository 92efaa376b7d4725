import { ok, type Result } from "#lib/kit/result.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import type { IdentityAction, IdentityOutcome } from "#lib/usecases/identity/decide-identity.ts";
import type { IdentityPage, SuggestedAsset } from "#lib/view/identity-page.ts";
import { callServer } from "../call-server.ts";
import { chooseConfig } from "../choose-config.ts";
import { addServerOption, type ServerOptions, serverUrlOf, withStore } from "../choose-store.ts";
import type { CliIo } from "../cli-io.ts";
import type { CommandHost } from "../command-host.ts";
import { EXIT } from "../exit-codes.ts";
import { LOCAL_ACTOR } from "../local-actor.ts";
import { reportFailure } from "../report-failure.ts";

interface IdentityOptions extends ServerOptions {
  readonly format: string;
  readonly reason?: string;
}

const ACTIONS: readonly { readonly action: IdentityAction; readonly description: string }[] = [
  { action: "confirm", description: "two names mean one asset" },
  { action: "reject", description: "two names mean two assets: it is not suggested again" },
  { action: "undo", description: "takes a decision back: each is what it was" },
];

/** `identity`: names that may mean one asset, and what people say of them. */
export function addIdentityCommand({ program, io, endWith }: CommandHost): void {
  const identity = program.command("identity").description("which names mean one asset");
  addServerOption(identity.command("list", { isDefault: true }))
    .description("what may be one and why, what was decided, what is ambiguous")
    .option("--format <format>", "text or json", "text")
    .action(async (options: IdentityOptions) => {
      const page = await readPage(io, options);
      if (!page.ok) return endWith(reportFailure(io, page.error));
      io.out(
        options.format === "json"
          ? `${JSON.stringify(page.value, null, 2)}\n`
          : renderPage(page.value),
      );
      endWith(EXIT.ok);
    });
  for (const { action, description } of ACTIONS)
    addServerOption(identity.command(action))
      .description(description)
      .argument("<a>", "an asset by id or the shortest unambiguous name")
      .argument("<b>", "another")
      .option("--reason <text>", "why")
      .option("--format <format>", "text or json", "text")
      .action(async (a: string, b: string, options: IdentityOptions) => {
        const done = await decide({ io, action, names: [a, b], options });
        if (!done.ok) return endWith(reportFailure(io, done.error));
        io.out(
          options.format === "json"
            ? `${JSON.stringify(done.value, null, 2)}\n`
            : sayOutcome(action, done.value),
        );
        endWith(EXIT.ok);
      });
}

async function readPage(
  io: CliIo,
  options: IdentityOptions,
): Promise<Result<IdentityPage, Failure>> {
  const server = serverUrlOf(io, options);
  if (server !== undefined) {
    const text = await callServer(io, { server, method: "GET", path: "/api/v1/identity" });
    return text.ok ? ok(JSON.parse(text.value) as IdentityPage) : text;
  }
  return withStore({ io, options, mustExist: true }, async (store) => {
    const { loadGraphView } = await import("#lib/usecases/graph/load-graph-view.ts");
    const { showIdentity } = await import("#lib/usecases/identity/show-identity.ts");
    const view = await loadGraphView(store);
    return view.ok ? showIdentity(store, view.value.graph) : view;
  });
}

async function decide({
  io,
  action,
  names: [a, b],
  options,
}: {
  readonly io: CliIo;
  readonly action: IdentityAction;
  readonly names: readonly [string, string];
  readonly options: IdentityOptions;
}): Promise<Result<IdentityOutcome, Failure>> {
  const asked = {
    action,
    a,
    b,
    ...(options.reason === undefined ? {} : { reason: options.reason }),
  };
  const server = serverUrlOf(io, options);
  if (server !== undefined) {
    const text = await callServer(io, {
      server,
      method: "POST",
      path: "/api/v1/identity",
      body: asked,
    });
    return text.ok ? ok(JSON.parse(text.value) as IdentityOutcome) : text;
  }
  const chosen = await chooseConfig(io, {});
  if (!chosen.ok) return chosen;
  const configured = chosen.value?.config.names;
  return withStore({ io, options, mustExist: true }, async (store) => {
    const { decideIdentity } = await import("#lib/usecases/identity/decide-identity.ts");
    return decideIdentity({
      ...asked,
      store,
      actor: LOCAL_ACTOR,
      now: io.now().toISOString(),
      ...(configured === undefined ? {} : { names: configured }),
    });
  });
}

const SAID: Readonly<Record<IdentityAction, string>> = {
  confirm: "are one asset from now on",
  reject: "stay two assets",
  undo: "are each what they were",
};

const sayOutcome = (
  action: IdentityAction,
  { decision: { a, b }, version }: IdentityOutcome,
): string =>
  `${a.name} (${a.namespace}) and ${b.name} (${b.namespace}) ${SAID[action]}. Version ${version}.\n`;

function renderPage({ suggestions, more, decisions, ambiguous, tooCommon }: IdentityPage): string {
  const lines = [
    suggestions.length === 0
      ? "No two names look like one asset."
      : `${suggestions.length + more} pairs may be one asset:`,
    ...suggestions.flatMap(({ a, b, reasons, confidence }) => [
      `${Math.round(confidence * 100)}%  ${sayAsset(a)}`,
      `     ${sayAsset(b)}`,
      `     ${reasons.join("; ")}`,
    ]),
    ...(more > 0 ? [`and ${more} more`] : []),
    ...(decisions.length === 0 ? [] : ["", "Decided:"]),
    ...decisions.map(
      ({ a, b, decision, by, at }) =>
        `${decision === "same" ? "one " : "two "} ${a.name} (${a.namespace}) | ${b.name} (${b.namespace}), ${by}, ${at}`,
    ),
    ...(ambiguous.count === 0
      ? []
      : [
          "",
          `${ambiguous.count} names could mean several assets, and stay apart:`,
          ...ambiguous.examples.map((one) => `  ${one}`),
        ]),
    ...(tooCommon.length === 0
      ? []
      : [
          "",
          `Not compared, because so many are called so: ${tooCommon.map(({ name, assets }) => `${name} (${assets})`).join(", ")}`,
        ]),
  ];
  return `${lines.join("\n")}\n`;
}

const sayAsset = ({ namespace, name, kind, columns }: SuggestedAsset): string =>
  `${namespace} ${name} (${kind}, ${columns} columns)`;
