/** Tests of hooks/webhook.ts with a real receiver: signatures, and answers of every kind. */

import assert from "node:assert/strict";
import { Webhook } from "standardwebhooks";
import { Hooks } from "../../src/hooks/hooks.ts";
import type { ReceiverTarget } from "../../src/hooks/hook.ts";
import { postWebhook } from "../../src/hooks/webhook.ts";
import { happening, HookFolder, NEVER, Receiver, SILENCE } from "./_hooks.ts";

const KEY = new TextEncoder().encode("0123456789abcdef0123456789abcdef");
const SECRET = `whsec_${btoa(String.fromCharCode(...KEY))}`;
const OTHER_KEY = KEY.toReversed();

function target(url: string, ...secrets: Uint8Array<ArrayBuffer>[]): ReceiverTarget {
  return { kind: "receiver", url, secrets };
}

const TIMES = { timeoutMs: 30_000, signal: NEVER };

Deno.test("A receiver can verify a call with a library of Standard Webhooks", async () => {
  await using receiver = new Receiver();
  const facts = { account: "alice", path: '/a "b"\n.txt', bytes: 5 };
  await postWebhook(target(receiver.url, KEY), happening({ facts }), TIMES);
  const [{ headers, body }] = await receiver.came(1) as [typeof receiver.calls[0]];
  const said = new Webhook(SECRET).verify(body, Object.fromEntries(headers));
  assert.deepEqual(said, { type: "upload", timestamp: "2023-11-14T22:13:20.000Z", data: facts });
  assert.equal(headers.get("webhook-id"), "msg_1");
  assert.equal(headers.get("content-type"), "application/json");
  assert.throws(() =>
    new Webhook(SECRET).verify(body.replace("alice", "mallory"), Object.fromEntries(headers))
  );
});

Deno.test("While a secret is replaced, either one verifies", async () => {
  await using receiver = new Receiver();
  await postWebhook(target(receiver.url, OTHER_KEY, KEY), happening(), TIMES);
  const [call] = await receiver.came(1);
  for (const key of [KEY, OTHER_KEY]) {
    new Webhook(btoa(String.fromCharCode(...key))).verify(call!.body, Object.fromEntries(call!.headers));
  }
});

Deno.test("Without a secret there is no signature", async () => {
  await using receiver = new Receiver();
  await postWebhook(target(receiver.url), happening(), TIMES);
  const [call] = await receiver.came(1);
  assert.equal(call!.headers.get("webhook-signature"), null);
});

Deno.test("A redirect is an answer, and not followed", async () => {
  await using elsewhere = new Receiver();
  await using receiver = new Receiver(() => Response.redirect(elsewhere.url, 307));
  assert.deepEqual(await postWebhook(target(receiver.url), happening(), TIMES), {
    kind: "answered",
    status: 307,
    text: "",
  });
  assert.equal(elsewhere.calls.length, 0);
});

Deno.test("Retry-After is read as seconds and as a date, and nonsense in it is left out", async () => {
  await using receiver = new Receiver();
  const retryAfterMs = async (header: string): Promise<number | undefined> => {
    receiver.answer = () => new Response("busy", { status: 503, headers: { "retry-after": header } });
    const response = await postWebhook(target(receiver.url), happening(), TIMES);
    return response.kind === "answered" ? response.retryAfterMs : assert.fail(response.kind);
  };
  assert.equal(await retryAfterMs("120"), 120_000);
  const dated = await retryAfterMs(new Date(Date.now() + 3_600_000).toUTCString());
  assert.ok(dated !== undefined && dated > 3_000_000 && dated <= 3_600_000);
  assert.equal(await retryAfterMs("soon"), undefined);
  assert.equal(await retryAfterMs("-5"), undefined);
});

Deno.test("Of a body without end little is read", async () => {
  await using receiver = new Receiver(() =>
    new Response(
      new ReadableStream({
        pull: (controller) => controller.enqueue(new TextEncoder().encode("x".repeat(9999))),
      }),
    )
  );
  const response = await postWebhook(target(receiver.url), happening(), TIMES);
  assert.equal(response.kind === "answered" && response.text, "x".repeat(1024));
});

Deno.test("A receiver that does not answer in time is given up, and so is one whose body does not end", async () => {
  await using receiver = new Receiver(SILENCE);
  const short = { timeoutMs: 30, signal: NEVER };
  assert.deepEqual(await postWebhook(target(receiver.url), happening(), short), { kind: "timed-out" });
  receiver.answer = () => new Response(new ReadableStream());
  const response = await postWebhook(target(receiver.url), happening(), short);
  assert.equal(response.kind, "answered");
});

Deno.test("One who talks no HTTP, and one who is not there, cannot be reached, and no address is told", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const garbage = (async () => {
    using conn = await listener.accept();
    await conn.write(new TextEncoder().encode("220 hello\r\n"));
    await conn.read(new Uint8Array(9999));
  })();
  const { port } = listener.addr;
  const one = await postWebhook(target(`http://127.0.0.1:${port}/token-x`), happening(), TIMES);
  await garbage;
  listener.close();
  const other = await postWebhook(target(`http://127.0.0.1:${port}/token-x`), happening(), TIMES);
  for (const response of [one, other]) {
    assert.ok(response.kind === "unreachable", response.kind);
    assert.doesNotMatch(response.why, /token-x|127\.0\.0\.1/);
  }
  assert.match(other.kind === "unreachable" ? other.why : "", /Connection refused/i);
});

Deno.test("A call that nobody waits for any more ends", async () => {
  await using receiver = new Receiver(SILENCE);
  const leaving = new AbortController();
  const calling = postWebhook(target(receiver.url), happening(), {
    timeoutMs: 30_000,
    signal: leaving.signal,
  });
  await receiver.came(1);
  leaving.abort();
  assert.deepEqual(await calling, { kind: "stopped" });
});

Deno.test("A receiver is told with the hook's own values, the size and the hash of the file among them", async () => {
  await using folder = await HookFolder.make();
  await using receiver = new Receiver();
  await Deno.writeTextFile(`${folder.home}/a.txt`, "hello");
  const hook = await folder.hook("[hook:a]", "on = upload", `url = ${receiver.url}`, "sha256 = yes");
  await using hooks = await Hooks.open([hook], folder.options());
  hooks.take(folder.upload("a.txt"));
  const [call] = await receiver.came(1);
  assert.deepEqual(call!.said.data, {
    account: "alice",
    address: "192.0.2.1",
    session: 7,
    path: "/a.txt",
    file: `${folder.home}/a.txt`,
    bytes: 5,
    seconds: 0.25,
    verb: "STOR",
    size: 5,
    sha256: "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
  });
});
