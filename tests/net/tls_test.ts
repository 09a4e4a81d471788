/** Tests of src/net/tls.ts: which certificates are taken, and which handshakes come about. */

import assert from "node:assert/strict";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { TlsContext } from "../../src/net/tls.ts";
import { makeAuthority, sharedIdentity } from "../support/certificates.ts";
import { KINDS, plainPair, readText, securePair, testContext, writeAll } from "./_tls.ts";

const encoder = new TextEncoder();

Deno.test("A key that belongs to another certificate is named as the problem", async () => {
  const { certificate } = (await sharedIdentity()).identity;
  const { key } = await (await makeAuthority()).issue();
  assert.throws(() => new TlsContext({ certificate, key }), {
    message: "the key does not belong to the certificate",
  });
});

Deno.test("A file that is no certificate or no key is named as the problem", async () => {
  const { certificate, key } = (await sharedIdentity()).identity;
  for (const bad of ["", "nonsense", key, certificate.slice(0, 200)]) {
    assert.throws(() => new TlsContext({ certificate: bad, key }), {
      message: "the certificate file has no certificate in PEM form (-----BEGIN …)",
    });
  }
  for (const bad of ["", "nonsense", certificate, key.slice(0, 60)]) {
    assert.throws(() => new TlsContext({ certificate, key: bad }), {
      message: "the key file has no key in PEM form (-----BEGIN …)",
    });
  }
  const hollow = (pem: string): string => pem.replace(/-\n[^-]+\n-/g, "-\nAAAA\n-");
  assert.throws(() => new TlsContext({ certificate: hollow(certificate), key }), {
    message: /^the certificate cannot be read: /,
  });
  assert.throws(() => new TlsContext({ certificate, key: hollow(key) }), {
    message: /^the key cannot be read: /,
  });
});

Deno.test("A key with a passphrase is named as the problem", async () => {
  const { certificate, key } = (await sharedIdentity()).identity;
  const locked = createPrivateKey(key).export({
    type: "pkcs8",
    format: "pem",
    cipher: "aes-256-cbc",
    passphrase: "x",
  });
  assert.throws(() => new TlsContext({ certificate, key: locked as string }), {
    message: "the key has a passphrase: store it without one",
  });
});

Deno.test("No message about a bad key shows any of it", async () => {
  const { certificate, key } = (await sharedIdentity()).identity;
  const secret = key.split("\n")[1]!;
  assert.throws(
    () => new TlsContext({ certificate, key: key.replace("-----END", "!-----END") }),
    (error: Error) => !`${error.message}${error.stack}`.includes(secret.slice(0, 16)),
  );
});

Deno.test("Certificate, chain and key may lie in one file", async () => {
  const { certificate, key } = (await sharedIdentity()).identity;
  const both = `${certificate}\n${key}`;
  using pair = await securePair({ context: new TlsContext({ certificate: both, key: both }) });
  assert.equal(pair.server.protocol, "TLSv1.3");
});

Deno.test("The fingerprint is the SHA-256 digest of the certificate, as clients show it", async () => {
  const { certificate } = (await sharedIdentity()).identity;
  const { raw } = new X509Certificate(certificate);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(raw)));
  const expected = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0").toUpperCase()).join(":");
  assert.equal((await testContext()).fingerprint, expected);
});

for (const kind of KINDS) {
  Deno.test(`Bytes go both ways under TLS, on an ${kind} connection`, async () => {
    using pair = await securePair({ kind });
    const buffer = new Uint8Array(64);
    await pair.server.write(encoder.encode("220 Ready\r\n"));
    assert.equal(await pair.client.read(buffer), 11);
    await writeAll(pair.client, encoder.encode("QUIT\r\n"));
    assert.equal(await pair.server.read(buffer), 6);
    assert.equal(pair.server.remote.hostname, "127.0.0.1");
    assert.equal(pair.server.local.port, pair.client.remoteAddr.port);
    assert.equal(pair.server.isResumed, false);
  });

  Deno.test(`A handshake that never comes is given up, on an ${kind} connection`, async () => {
    const { server, client } = await plainPair(kind);
    await assert.rejects((await testContext()).secure(server, { timeoutMs: 20 }), {
      message: "TLS handshake took too long",
    });
    assert.equal(await readText(client).catch(() => ""), "");
    client.close();
  });

  Deno.test(`A timeout of 0 waits for the handshake, on an ${kind} connection`, async () => {
    using pair = await securePair({ kind, timeoutMs: 0 });
    assert.equal(pair.server.protocol, "TLSv1.3");
  });

  Deno.test(`A client that leaves during the handshake is an error, on an ${kind} connection`, async () => {
    for (const first of ["", "\x16\x03\x01"]) {
      const { server, client } = await plainPair(kind);
      const securing = (await testContext()).secure(server, { timeoutMs: 10_000 });
      await client.write(encoder.encode(first));
      client.close();
      await assert.rejects(securing);
    }
  });

  Deno.test(`What is no handshake is an error and closes the connection, on an ${kind} connection`, async () => {
    for (const junk of ["USER alice\r\nPASS secret\r\n", "GET / HTTP/1.1\r\n\r\n", "\0".repeat(1000)]) {
      const { server, client } = await plainPair(kind);
      const securing = (await testContext()).secure(server, { timeoutMs: 10_000 });
      await client.write(encoder.encode(junk));
      await assert.rejects(securing);
      await readText(client).catch(() => "");
      client.close();
    }
  });

  Deno.test(`X16: clients that offer ftp or nothing by ALPN are served, on an ${kind} connection`, async () => {
    for (
      const [alpnProtocols, chosen] of [[["ftp"], "ftp"], [["h2", "ftp"], "ftp"], [undefined, null]] as const
    ) {
      using pair = await securePair({ kind, ...alpnProtocols && { alpnProtocols: [...alpnProtocols] } });
      assert.equal((await pair.client.handshake()).alpnProtocol, chosen);
    }
  });

  Deno.test(`X16: a client that offers only other protocols by ALPN is turned away, on an ${kind} connection`, async () => {
    const { authority } = await sharedIdentity();
    const { server, client } = await plainPair(kind);
    const securing = (await testContext()).secure(server, { timeoutMs: 10_000 });
    const refused = assert.rejects(securing);
    const strayed = await Deno.startTls(client, {
      hostname: "localhost",
      caCerts: [authority.certificate],
      alpnProtocols: ["h2", "http/1.1"],
    });
    await assert.rejects(strayed.handshake(), /NoApplicationProtocol/);
    strayed.close();
    await refused;
  });

  Deno.test(`X15: TLS 1.0 and 1.1 are refused, on an ${kind} connection`, async () => {
    for (const minor of [1, 2]) {
      const { server, client } = await plainPair(kind);
      const securing = (await testContext()).secure(server, { timeoutMs: 10_000 });
      const refused = assert.rejects(securing);
      await client.write(oldHello(minor));
      await refused;
      const answer = new Uint8Array(64);
      const length = await client.read(answer);
      // RFC 8446 §6: a record of the type alert, of two bytes, the first of which is fatal.
      assert.deepEqual([length, answer[0], answer[4], answer[5]], [7, 21, 2, 2]);
      assert.equal(await readText(client), "");
      client.close();
    }
  });
}

/**
 * The ClientHello of a client that knows nothing newer than TLS 1.0 (`minor` 1) or 1.1 (`minor` 2). RFC 4346
 * §7.4.1.2.
 */
function oldHello(minor: number): Uint8Array {
  const body = [
    ...[3, minor],
    ...crypto.getRandomValues(new Uint8Array(32)),
    0, // no session
    ...[0, 4, 0xc0, 0x14, 0x00, 0x2f], // ECDHE-RSA-AES256-SHA, AES128-SHA
    ...[1, 0], // no compression
  ];
  const handshake = [1, 0, 0, body.length, ...body];
  return Uint8Array.from([22, 3, 1, 0, handshake.length, ...handshake]);
}
