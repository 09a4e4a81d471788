/** Tests of src/net/certificate_store.ts: files read, read again, and made. */

import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { join } from "node:path";
import { CertificateStore } from "../../src/net/certificate_store.ts";
import { makeSelfSigned } from "../../src/net/self_signed.ts";
import { TlsContext } from "../../src/net/tls.ts";
import { makeAuthority } from "../support/certificates.ts";

/** A folder with a pair of files in it. */
class PairFolder implements AsyncDisposable {
  readonly certificate: string;
  readonly key: string;
  readonly warnings: string[] = [];

  private constructor(readonly path: string) {
    this.certificate = join(path, "certificate.pem");
    this.key = join(path, "key.pem");
  }

  static async make(): Promise<PairFolder> {
    const folder = new PairFolder(await Deno.makeTempDir());
    await folder.renew();
    return folder;
  }

  /** Writes a new pair; returns its fingerprint. */
  async renew(): Promise<string> {
    const identity = await (await makeAuthority()).issue();
    await Deno.writeTextFile(this.certificate, identity.certificate);
    await Deno.writeTextFile(this.key, identity.key);
    return new X509Certificate(identity.certificate).fingerprint256;
  }

  open(): Promise<CertificateStore> {
    const { certificate, key } = this;
    return CertificateStore.open({ certificate, key, warn: (message) => this.warnings.push(message) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}

Deno.test("A renewed pair is shown from the next handshake on, and the former context stays what it was", async () => {
  await using folder = await PairFolder.make();
  const store = await folder.open();
  const former = store.current;
  assert.equal(await store.latest(), former);
  const { fingerprint } = former;
  const renewed = await folder.renew();
  assert.equal(store.current, former);
  assert.equal((await store.latest()).fingerprint, renewed);
  assert.equal(store.current.fingerprint, renewed);
  assert.equal(former.fingerprint, fingerprint);
  assert.deepEqual(folder.warnings, []);
});

Deno.test("Handshakes that begin together read changed files once", async () => {
  await using folder = await PairFolder.make();
  const store = await folder.open();
  await folder.renew();
  const contexts = await Promise.all([store.latest(), store.latest(), store.latest()]);
  assert.equal(new Set(contexts).size, 1);
});

Deno.test("A pair that does not match, half of a renewal, is told once and the former stays; the whole one is taken", async () => {
  await using folder = await PairFolder.make();
  const store = await folder.open();
  const former = store.current;
  const { certificate, key } = await (await makeAuthority()).issue();
  await Deno.writeTextFile(folder.certificate, certificate);
  assert.equal(await store.latest(), former);
  assert.equal(await store.latest(), former);
  assert.deepEqual(folder.warnings, [
    `Still using the former certificate: Cannot use certificate ${folder.certificate} with key ${folder.key}: the key does not belong to the certificate`,
  ]);
  await Deno.writeTextFile(folder.key, key);
  assert.equal((await store.latest()).fingerprint, new X509Certificate(certificate).fingerprint256);
  assert.equal(folder.warnings.length, 1);
});

Deno.test("Files that vanish leave the former certificate, and it is told once", async () => {
  await using folder = await PairFolder.make();
  const store = await folder.open();
  await Deno.remove(folder.certificate);
  for (let times = 0; times < 3; times++) assert.equal(await store.latest(), store.current);
  assert.equal(folder.warnings.length, 1);
  assert.match(folder.warnings[0]!, /^Still using the former certificate: /);
});

Deno.test("A file that cannot be read, or is no certificate, is named", async () => {
  await using folder = await PairFolder.make();
  const { certificate, key } = folder;
  await Deno.writeTextFile(key, "nonsense");
  await assert.rejects(folder.open(), {
    message:
      `Cannot use certificate ${certificate} with key ${key}: the key file has no key in PEM form (-----BEGIN …)`,
  });
  await Deno.remove(key);
  await assert.rejects(folder.open(), (error: Error) => error.message.includes(key));
});

Deno.test("A self-signed certificate is good for its hosts for ten years, and for TLS", async () => {
  const { certificate, key } = await makeSelfSigned(["localhost", "nas.example", "192.0.2.7", "2001:db8::7"]);
  const parsed = new X509Certificate(certificate);
  assert.equal(
    parsed.subjectAltName,
    "DNS:localhost, DNS:nas.example, IP Address:192.0.2.7, IP Address:2001:db8::7",
  );
  const days = (Date.parse(parsed.validTo) - Date.now()) / 86_400_000;
  assert.ok(days > 3600 && days < 3700, String(days));
  assert.equal(new TlsContext({ certificate, key }).fingerprint, parsed.fingerprint256);
  const other = await makeSelfSigned(["localhost"]);
  assert.notEqual(new X509Certificate(other.certificate).serialNumber, parsed.serialNumber);
});
