/** Tests of src/acme/: certificates from a real authority for tests, and from one that misbehaves. */

import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { AccountKey } from "../../src/acme/account_key.ts";
import { AcmeError } from "../../src/acme/acme_error.ts";
import { ChallengeAnswers } from "../../src/acme/challenge_answers.ts";
import { orderCertificate } from "../../src/acme/order.ts";
import { checkIdentity } from "../../src/net/tls_identity.ts";
import { makeAuthority } from "../support/certificates.ts";
import { clientTest } from "../support/client_program.ts";
import { PEBBLE_PROGRAM, startPebble } from "../support/pebble.ts";

const LOOPBACK = { hostname: "127.0.0.1", port: 0 };
const NEVER = new AbortController().signal;

clientTest({
  name: PEBBLE_PROGRAM,
  test: "gives a certificate for two names, with one account, though it refuses a fifth of the nonces",
  async fn() {
    await using answers = new ChallengeAnswers(LOOPBACK);
    await using pebble = await startPebble({ httpPort: answers.port, refusedNonces: 20 });
    const key = await AccountKey.make();
    const order = { ...pebble, key, roots: [pebble.root], answers, signal: NEVER };
    const names = ["home.example.org", "ftp.example.org"];
    const first = await orderCertificate({ ...order, names });
    const certificate = new X509Certificate(first.certificate);
    for (const name of names) assert.equal(certificate.checkHost(name), name);
    assert.equal(checkIdentity(first).fingerprint, certificate.fingerprint256);
    assert.ok(first.certificate.split("BEGIN CERTIFICATE").length > 2, "no chain");
    const second = await orderCertificate({ ...order, key: await AccountKey.from(key.jwk), names });
    assert.notEqual(second.key, first.key);
  },
});

clientTest({
  name: PEBBLE_PROGRAM,
  test: "gives none for a machine that does not answer, and its reason is told",
  async fn() {
    await using answers = new ChallengeAnswers(LOOPBACK);
    await using elsewhere = new ChallengeAnswers(LOOPBACK);
    await using pebble = await startPebble({ httpPort: elsewhere.port });
    const order = { ...pebble, key: await AccountKey.make(), roots: [pebble.root], answers, signal: NEVER };
    await assert.rejects(orderCertificate({ ...order, names: ["home.example.org"] }), (error) => {
      assert.ok(error instanceof AcmeError);
      assert.match(error.message, /refuses home\.example\.org: .*404/);
      return true;
    });
  },
});

clientTest({
  name: PEBBLE_PROGRAM,
  test: "is not talked to while its own certificate is not trusted",
  async fn() {
    await using answers = new ChallengeAnswers(LOOPBACK);
    await using pebble = await startPebble({ httpPort: answers.port });
    const order = { ...pebble, key: await AccountKey.make(), answers, signal: NEVER };
    await assert.rejects(
      orderCertificate({ ...order, names: ["home.example.org"] }),
      /Cannot reach localhost:\d+: .*certificate/,
    );
  },
});

Deno.test("The answers are given by their tokens and nothing else is", async () => {
  await using answers = new ChallengeAnswers(LOOPBACK);
  answers.set("token", "token.print");
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${answers.port}${path}`);
    return [response.status, await response.text()];
  };
  assert.deepEqual(await get("/.well-known/acme-challenge/token"), [200, "token.print"]);
  for (const path of ["/.well-known/acme-challenge/other", "/.well-known/acme-challenge/", "/token", "/"]) {
    assert.deepEqual(await get(path), [404, "Nothing here\n"]);
  }
});

/** An authority that answers everything with this. */
async function answering(answer: (request: Request) => Response) {
  const authority = await makeAuthority();
  const { certificate: cert, key } = await authority.issue();
  const server = Deno.serve({ ...LOOPBACK, cert, key, onListen: () => {} }, answer);
  const directory = `https://localhost:${server.addr.port}/dir`;
  return {
    order: {
      directory,
      roots: [authority.certificate],
      key: await AccountKey.make(),
      names: ["home.example.org"],
      signal: NEVER,
    },
    origin: new URL(directory).origin,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

const WRONG: readonly [what: string, answer: () => Response, message: RegExp][] = [
  ["no JSON", () => new Response("<html>"), /gives no address for newNonce/],
  ["a list", () => Response.json([]), /gives no address for newNonce/],
  [
    "an address without TLS",
    () => Response.json({ newNonce: "http://127.0.0.1/", newAccount: 1 }),
    /gives no address for newNonce/,
  ],
  ["somewhere else", () => Response.redirect("https://127.0.0.1:1/"), /Cannot reach localhost:\d+/],
  ["without end", () => new Response(new Uint8Array(1024 * 1024)), /an answer of more than 262144 bytes/],
  [
    "a refusal with control characters",
    () => Response.json({ type: "urn:x:rateLimited", detail: "slow\u001b[2J" }, { status: 429 }),
    /^localhost:\d+ refuses: slow\\u001b\[2J$/,
  ],
  ["an empty refusal", () => new Response(null, { status: 500 }), /refuses: status 500$/],
];

for (const [what, answer, message] of WRONG) {
  Deno.test(`An authority that answers ${what} is told of and no more`, async () => {
    await using authority = await answering(answer);
    await using answers = new ChallengeAnswers(LOOPBACK);
    await assert.rejects(orderCertificate({ ...authority.order, answers }), (error) => {
      assert.ok(error instanceof AcmeError);
      assert.match(error.message, message);
      return true;
    });
  });
}

Deno.test("How long an authority wants to be left alone is known", async () => {
  await using authority = await answering(() => {
    return Response.json({ type: "urn:x:rateLimited" }, { status: 429, headers: { "retry-after": "90" } });
  });
  await using answers = new ChallengeAnswers(LOOPBACK);
  const error = await orderCertificate({ ...authority.order, answers }).catch((error) => error);
  assert.deepEqual([error.type, error.retryAfterMs], ["rateLimited", 90_000]);
});

Deno.test("An order is broken off at once", async () => {
  const arrived = Promise.withResolvers<void>();
  const end = new AbortController();
  await using authority = await answering(() => {
    arrived.resolve();
    return new Response(new ReadableStream());
  });
  await using answers = new ChallengeAnswers(LOOPBACK);
  const order = orderCertificate({ ...authority.order, answers, signal: end.signal });
  await arrived.promise;
  end.abort();
  await assert.rejects(order, AcmeError);
});
