import { createHmac } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openMemoryStore } from "#lib/store/embedded/open-embedded-store.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { Channel } from "./channel.ts";
import { deliverMessages } from "./deliver-messages.ts";
import { listDeliveries, listMessages, retryDelivery } from "./list-outbox.ts";
import { notifySchema } from "./notify-config.ts";
import { openChannels } from "./open-channels.ts";
import type { OutboxMessage } from "./outbox-message.ts";
import { postMessages } from "./post-messages.ts";
import { renderAtom } from "./render-feed.ts";

interface Received {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

let store: LineageStore;
let http: Server;
let smtp: SMTPServer;
let received: Received[];
let mails: { readonly to: readonly string[]; readonly text: string }[];
let status = 200;
let isMailDown = false;
let time = Date.parse("2026-03-02T09:00:00Z");
const now = () => new Date(time);
const opened: Channel[] = [];

beforeEach(async () => {
  const made = openMemoryStore();
  if (!made.ok) throw new Error(made.error.message);
  store = made.value;
  [received, mails, status, isMailDown] = [[], [], 200, false];
  time = Date.parse("2026-03-02T09:00:00Z");
  http = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => {
      body += part;
    });
    request.on("end", () => {
      received.push({ path: request.url ?? "", headers: request.headers, body });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onData: (stream, session, done) => {
      let text = "";
      stream.on("data", (part) => {
        text += part;
      });
      stream.on("end", () => {
        if (isMailDown) return done(Object.assign(new Error("try later"), { responseCode: 451 }));
        mails.push({ to: session.envelope.rcptTo.map(({ address }) => address), text });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => smtp.listen(0, "127.0.0.1", () => resolve()));
});

afterEach(async () => {
  for (const channel of opened.splice(0)) channel.close();
  await store.close();
  http.closeAllConnections();
  await new Promise((resolve) => http.close(resolve));
  await new Promise<void>((resolve) => smtp.close(() => resolve()));
});

const hook = (path: string): string =>
  `http://127.0.0.1:${(http.address() as AddressInfo).port}${path}`;

function channels(): readonly Channel[] {
  const config = notifySchema.parse({
    url: "https://faultline.example",
    channels: [
      { name: "hook", type: "webhook", url: hook("/hook"), secret_env: "SECRET" },
      { name: "chat", type: "slack", url_env: "CHAT", owners: ["finance-data"] },
      {
        name: "mail",
        type: "email",
        from: "Faultline <faultline@shop.example>",
        to: {
          "finance-data": "finance@shop.example",
          search: ["one@shop.example", "two@shop.example"],
        },
      },
    ],
  });
  const { port } = smtp.server.address() as AddressInfo;
  const made = openChannels(config, {
    SECRET: "k",
    CHAT: hook("/chat"),
    FAULTLINE_SMTP: `smtp://127.0.0.1:${port}`,
  });
  expect(made.problems).toEqual([]);
  opened.push(...made.channels);
  return made.channels;
}

const message = (owner: string, key = `REV-1:asked:${owner}`): OutboxMessage => ({
  key,
  kind: "review.asked",
  subject: "REV-1",
  audience: { owner },
  title: `${owner}: orders.amount is dropped`,
  lines: ["orders.amount is dropped.", "Affected of yours: <revenue> & co."],
  path: "/changes/REV-1",
  at: now().toISOString(),
});

const deliver = (all: readonly Channel[]) => deliverMessages({ store, channels: all, now });

async function states(): Promise<readonly string[]> {
  const listed = await listDeliveries(store);
  return listed.ok
    ? listed.value
        .map(({ channel, state, message: of }) => `${channel} ${of.audience.owner} ${state}`)
        .sort()
    : [];
}

describe("the outbox", () => {
  it("tells each owner through the channels that are its own, once, however often it is posted", async () => {
    const all = channels();
    const messages = [message("finance-data"), message("search"), message("marketing")];
    await postMessages(store, { messages, channels: all });
    await postMessages(store, { messages, channels: all });
    await deliver(all);
    await deliver(all);
    expect(received.map(({ path }) => path).sort()).toEqual(["/chat", "/hook", "/hook", "/hook"]);
    expect(mails.map(({ to }) => to)).toEqual([
      ["finance@shop.example"],
      ["one@shop.example", "two@shop.example"],
    ]);
    expect(mails[0]?.text).toContain("Subject: finance-data: orders.amount is dropped");
    expect(mails[0]?.text).toContain("https://faultline.example/changes/REV-1");
    expect(mails[0]?.text).toContain("&lt;revenue&gt;");
  });

  it("signs what it posts, so that the receiver can tell who sent it", async () => {
    const all = channels();
    await postMessages(store, { messages: [message("search")], channels: all });
    await deliver(all);
    const [post] = received;
    const [, seconds, digest] =
      /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(post?.headers["x-faultline-signature"])) ?? [];
    const wanted = createHmac("sha256", "k").update(`${seconds}.${post?.body}`).digest("hex");
    expect(digest).toBe(wanted);
    expect(JSON.parse(post?.body ?? "")).toMatchObject({
      kind: "review.asked",
      url: "https://faultline.example/changes/REV-1",
      id: post?.headers["idempotency-key"],
    });
  });

  it("speaks to chats as their incoming webhooks read it, with nothing that could be taken for a command", async () => {
    const all = channels();
    await postMessages(store, { messages: [message("finance-data")], channels: all });
    await deliver(all);
    const body = JSON.parse(received.find(({ path }) => path === "/chat")?.body ?? "{}");
    expect(body.text).toContain("orders.amount is dropped");
    expect(body.blocks[0].text.text).toContain("&lt;revenue&gt; &amp; co.");
  });

  it("tries again, later and later, while a receiver is away, and gives up what is refused for good", async () => {
    const all = channels();
    [status, isMailDown] = [503, true];
    await postMessages(store, { messages: [message("search")], channels: all });
    await deliver(all);
    await deliver(all);
    expect(received).toHaveLength(1);
    time += 11_000;
    await deliver(all);
    expect(received).toHaveLength(2);
    time += 11_000;
    await deliver(all);
    expect(received).toHaveLength(2);
    [status, isMailDown] = [404, false];
    time += 60_000;
    await deliver(all);
    expect(await states()).toEqual(["hook search given_up", "mail search sent"]);
    expect(mails).toHaveLength(1);
    time += 86_400_000;
    await deliver(all);
    expect(received).toHaveLength(3);
  });

  it("sends nothing twice after the process died while it was sending, and says so until somebody looks", async () => {
    const all = channels();
    await postMessages(store, { messages: [message("search")], channels: all });
    const dying = all.map((channel) => ({
      ...channel,
      send: () => new Promise<never>(() => undefined),
    }));
    void deliver(dying);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await deliver(all);
    expect(received).toEqual([]);
    time += 600_000;
    await deliver(all);
    await deliver(all);
    expect([received, mails]).toEqual([[], []]);
    expect(await states()).toEqual(["hook search unclear", "mail search unclear"]);
    const listed = await listDeliveries(store);
    const id = listed.ok ? listed.value.find(({ channel }) => channel === "hook")?.id : undefined;
    expect((await retryDelivery(store, { id: id ?? "", now: now().toISOString() })).ok).toBe(true);
    await deliver(all);
    expect(received).toHaveLength(1);
    const again = await retryDelivery(store, { id: id ?? "", now: now().toISOString() });
    expect(again).toMatchObject({ ok: false, error: { code: "conflict" } });
  });

  it("sends once where two processes deliver at the same moment", async () => {
    const all = channels();
    await postMessages(store, { messages: [message("search")], channels: all });
    await Promise.all([deliver(all), deliver(all), deliver(all)]);
    expect(received).toHaveLength(1);
    expect(mails).toHaveLength(1);
  });

  it("keeps what was told as a feed for each owner, well-formed whatever names contain", async () => {
    const odd = { ...message("search"), title: "a <b> & \u0007 c" };
    await postMessages(store, { messages: [odd, message("finance-data")], channels: [] });
    const own = await listMessages(store, { owner: "search", limit: 10 });
    expect(own.ok && own.value.map(({ audience }) => audience.owner)).toEqual(["search"]);
    const feed = renderAtom({
      messages: own.ok ? own.value : [],
      base: "https://faultline.example",
      title: "Faultline",
      path: "/api/v1/feed.atom",
    });
    expect(feed).toContain("<title>a &lt;b&gt; &amp;  c</title>");
    const { SaxesParser } = await import("saxes");
    const parser = new SaxesParser();
    parser.on("error", (error) => {
      throw error;
    });
    parser.write(feed).close();
  });

  it("names channels that cannot be used because something is missing in the environment", () => {
    const config = notifySchema.parse({
      channels: [
        { name: "a", type: "slack", url_env: "NONE" },
        { name: "b", type: "email", from: "f@shop.example", to: { "*": "x@shop.example" } },
      ],
    });
    expect(openChannels(config, {}).problems).toEqual([
      "notify: channel a: NONE is no address",
      "notify: channel b: FAULTLINE_SMTP is not set",
    ]);
  });
});
