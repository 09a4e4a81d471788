/** Tests of a server that gets its certificate by itself. */

import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { connect } from "node:tls";
import { isDue } from "../../src/cli/acme_renewal.ts";
import { makeSelfSigned } from "../../src/net/self_signed.ts";
import { makeAuthority } from "../support/certificates.ts";
import { clientTest } from "../support/client_program.ts";
import { freePort, PEBBLE_PROGRAM, startPebble } from "../support/pebble.ts";
import { Folder } from "./_program.ts";

const NAME = "home.example.org";
const DAY = 86_400_000;
const ACCOUNTS = "alice secret elradfmwMT ../home\n";

/** What a client is shown on a port where TLS comes first. */
async function shownOn(port: number): Promise<X509Certificate> {
  const socket = connect({ port, host: "127.0.0.1", servername: NAME, rejectUnauthorized: false });
  try {
    await new Promise((resolve, reject) => socket.once("secureConnect", resolve).once("error", reject));
    return new X509Certificate(socket.getPeerCertificate().raw);
  } finally {
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.destroy();
    await closed;
  }
}

function modeOf(path: string): number | null {
  const { mode } = Deno.statSync(path);
  return mode === null ? null : mode & 0o777;
}

clientTest({
  name: PEBBLE_PROGRAM,
  test: "gives a running server its certificate, new clients are shown it, and a restart keeps it",
  async fn() {
    await using folder = await Folder.make(ACCOUNTS);
    const [httpPort, tlsPort] = [freePort(), freePort()];
    await using pebble = await startPebble({ httpPort });
    await Deno.writeTextFile(folder.file("root.pem"), pebble.root);
    const flags = [
      ...["serve", "--host", "127.0.0.1", "--port", "0", "--implicit-tls-port", String(tlsPort)],
      ...["--tls-acme", NAME, "--acme-port", String(httpPort), "--acme-directory", pebble.directory],
      ...["--acme-roots", "root.pem"],
    ];
    const file = folder.file("baseftp-acme.pem");
    {
      await using program = folder.start(flags);
      await program.until(/There is a certificate for home\.example\.org from Pebble.*, good until \d{4}-/);
      const shown = await shownOn(tlsPort);
      assert.match(shown.issuer, /Pebble/);
      assert.equal(shown.checkHost(NAME), NAME);
      program.signal("SIGTERM");
      assert.equal(await program.ended(), 0);
    }
    const text = await Deno.readTextFile(file);
    if (Deno.build.os !== "windows") {
      for (const name of ["baseftp-acme.pem", "baseftp-acme-account.json"]) {
        assert.equal(modeOf(folder.file(name)), 0o600, name);
      }
    }
    const names = (await Array.fromAsync(Deno.readDir(folder.path))).map(({ name }) => name);
    assert.deepEqual(names.filter((name) => name.includes("acme")).sort(), [
      "baseftp-acme-account.json",
      "baseftp-acme.pem",
    ]);
    {
      await using program = folder.start(flags);
      await program.port();
      assert.match((await shownOn(tlsPort)).issuer, /Pebble/);
      assert.doesNotMatch(program.text, /There is a certificate|Cannot get/);
    }
    assert.equal(await Deno.readTextFile(file), text);
  },
});

clientTest({
  name: PEBBLE_PROGRAM,
  test: "is asked when a reload names the machine, and its refusal does not touch the server",
  async fn() {
    await using folder = await Folder.make(ACCOUNTS);
    const [httpPort, elsewhere] = [freePort(), freePort()];
    await using pebble = await startPebble({ httpPort: elsewhere });
    await Deno.writeTextFile(folder.file("root.pem"), pebble.root);
    await using program = folder.start(["serve", "--host", "127.0.0.1", "--port", "0"]);
    await program.port();
    const settings = [
      `acme-port = ${httpPort}`,
      `acme-directory = ${pebble.directory}`,
      "acme-roots = root.pem",
      `tls-acme = ${NAME}`,
    ];
    await folder.write(`${ACCOUNTS}\n[server]\n${settings.join("\n")}\n`);
    program.signal("SIGHUP");
    await program.until(
      /Cannot get a certificate for home\.example\.org: .*refuses home\.example\.org: .*; the next try comes in 15 minutes/,
    );
    // Until there is one, a certificate that nobody vouches for is shown.
    const held = new X509Certificate(await Deno.readTextFile(folder.file("baseftp-acme.pem")));
    assert.equal(held.issuer, held.subject);
    assert.equal(held.checkHost(NAME), NAME);
    program.signal("SIGTERM");
    assert.equal(await program.ended(), 0);
  },
});

Deno.test("A port for the authority's look that cannot be had is told with the setting's name", async () => {
  await using folder = await Folder.make(ACCOUNTS);
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using program = folder.start([
    ...["serve", "--host", "127.0.0.1", "--port", "0", "--tls-acme", NAME],
    ...["--acme-port", String(taken.addr.port)],
  ]);
  await program.until(
    /Cannot get a certificate for home\.example\.org: Cannot listen on port \d+: it is in use; .* --acme-port;/,
  );
});

Deno.test("What is no name of the DNS is refused", async () => {
  await using folder = await Folder.make(ACCOUNTS);
  for (const name of ["192.0.2.1", "home", "*.example.org"]) {
    const { code, stderr } = await folder.run(["serve", "--tls-acme", name]);
    assert.equal(code, 2);
    assert.match(stderr, /tls-acme.*full host names with commas between, such as home\.example\.org/);
  }
});

Deno.test("A certificate is due when there is none, for other names, and with a third of its time left", async () => {
  const { certificate } = await (await makeAuthority()).issue();
  const { validFrom, validTo } = new X509Certificate(certificate);
  const [from, to] = [Date.parse(validFrom), Date.parse(validTo)];
  const late = to - (to - from) / 3;
  assert.equal(isDue(certificate, ["localhost"], late - DAY), false);
  assert.equal(isDue(certificate, ["localhost"], late + DAY), true);
  assert.equal(isDue(certificate, ["localhost", NAME], from), true);
  assert.equal(isDue(undefined, ["localhost"], from), true);
  assert.equal(isDue("no certificate", ["localhost"], from), true);
  assert.equal(isDue((await makeSelfSigned(["localhost"])).certificate, ["localhost"], from), true);
});
