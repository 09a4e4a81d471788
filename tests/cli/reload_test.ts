/**
 * SIGHUP: which settings take effect, which need a restart, and what is refused. In each way to run sessions.
 */

import { doesNotMatch, match, strictEqual } from "node:assert/strict";
import { connect } from "node:tls";
import { once } from "node:events";
import { checkIdentity } from "../../src/net/tls_identity.ts";
import { makeAuthority } from "../support/certificates.ts";
import { RawSocket } from "../support/raw_socket.ts";
import { dialogue, Folder, type RunningProgram } from "./_program.ts";

/** Signals other than to kill are not for Windows. */
const ignore = Deno.build.os === "windows";
/** With the accounts file left as it is. */
const ANY_PORT = ["--port", "0", "--passive-ports", "any", "--no-hash-passwords"];
/** Sessions in the main thread, in one worker and in two. */
const WORKERS = [0, 1, 2];
/** So many connections that every worker has served some. */
const CONNECTIONS = 8;

/** Writes the settings, with a banner that tells them from others, and has them read. */
async function change(
  { folder, program, banner }: { folder: Folder; program: RunningProgram; banner: string },
  ...settings: string[]
): Promise<void> {
  await folder.write(["root x elr ../home", "[server]", `banner = ${banner}`, ...settings, ""].join("\n"));
  program.signal("SIGHUP");
}

/** Says the commands in a session that was greeted with the banner; workers take settings a moment later. */
async function dialogueUnder(banner: string, port: number, ...commands: string[]): Promise<string> {
  for (;;) {
    const replies = await dialogue(port, ...commands);
    if (replies.startsWith(`220 ${banner}\r\n`)) return replies;
  }
}

/**
 * Logs in under TLS in a session that was greeted with the banner; gives the fingerprint of the certificate
 * that was shown and the replies under it.
 */
async function loginUnderTls(
  banner: string,
  port: number,
): Promise<{ fingerprint: string; replies: string }> {
  const raw = await RawSocket.connect({ port });
  const text = async (end: RegExp): Promise<string> => {
    let text = "";
    while (!end.test(text)) text += new TextDecoder().decode(await raw.read() ?? new Uint8Array());
    return text;
  };
  if (await text(/\r\n$/) !== `220 ${banner}\r\n`) {
    await raw.close();
    return await loginUnderTls(banner, port);
  }
  await raw.write("AUTH TLS\r\n");
  match(await text(/\r\n$/), /^234 /);
  raw.socket.removeAllListeners("readable").removeAllListeners("end");
  const socket = connect({ socket: raw.socket, rejectUnauthorized: false });
  await once(socket, "secureConnect");
  const { fingerprint256: fingerprint } = socket.getPeerCertificate();
  socket.write("USER root\r\nPASS x\r\nQUIT\r\n");
  let replies = "";
  for await (const chunk of socket) replies += new TextDecoder().decode(chunk);
  return { fingerprint, replies };
}

const CLEAR_LOGIN = ["USER root", "PASS x"];

for (const workers of WORKERS) {
  for (const began of ["off", "auto"]) {
    Deno.test({
      name: `tls = required takes effect where tls = ${began} left TLS out, with workers = ${workers}`,
      ignore,
      async fn() {
        await using folder = await Folder.make(`root x elr ../home\n[server]\ntls = ${began}\n`);
        await using program = folder.start([...ANY_PORT, "--workers", String(workers)]);
        const port = await program.port();
        match(await dialogue(port, ...CLEAR_LOGIN, "AUTH TLS"), /^230 [^]*^502 TLS is not configured/m);

        await change({ folder, program, banner: "two" }, "tls = required");
        await program.until(/Settings and accounts read again/);
        const [, fingerprint] = await program.until(/the certificate SHA-256 (\S+)/);
        for (let count = 0; count < CONNECTIONS; count++) {
          doesNotMatch(await dialogueUnder("two", port, ...CLEAR_LOGIN), /^230 /m);
        }
        const secure = await loginUnderTls("two", port);
        strictEqual(secure.fingerprint, fingerprint);
        match(secure.replies, /^230 /m);

        await change({ folder, program, banner: "three" }, "tls = off");
        await program.until(/New sessions have no TLS/);
        for (let count = 0; count < CONNECTIONS; count++) {
          const replies = await dialogueUnder("three", port, ...CLEAR_LOGIN, "AUTH TLS");
          match(replies, /^230 [^]*^502 TLS is not configured/m);
        }
        doesNotMatch(program.text, /A restart is needed/);
      },
    });
  }

  Deno.test({
    name: `Another certificate is shown after SIGHUP, with workers = ${workers}`,
    ignore,
    async fn() {
      await using folder = await Folder.make("root x elr ../home\n[server]\nbanner = one\ntls = required\n");
      await using program = folder.start([...ANY_PORT, "--workers", String(workers)]);
      const port = await program.port();
      const [, own] = await program.until(/^Certificate {4}SHA-256 (\S+)$/m);
      strictEqual((await loginUnderTls("one", port)).fingerprint, own);

      const identity = await (await makeAuthority()).issue();
      await Deno.writeTextFile(folder.file("other.pem"), identity.certificate + identity.key);
      await change({ folder, program, banner: "two" }, "tls = required", "tls-certificate = other.pem");
      await program.until(/Settings and accounts read again/);
      const { fingerprint } = checkIdentity(identity);
      for (let count = 0; count < CONNECTIONS; count++) {
        const secure = await loginUnderTls("two", port);
        strictEqual(secure.fingerprint, fingerprint);
        match(secure.replies, /^230 /m);
      }
    },
  });

  Deno.test({
    name:
      `tls = required without a certificate that can be read is refused as a whole, with workers = ${workers}`,
    ignore,
    async fn() {
      await using folder = await Folder.make("root x elr ../home\n[server]\nbanner = one\n");
      await using program = folder.start([...ANY_PORT, "--workers", String(workers)]);
      const port = await program.port();
      await change({ folder, program, banner: "two" }, "tls = required", "tls-certificate = none.pem");
      await program.until(new RegExp(`ERROR .*${folder.file("none.pem")}`));
      await program.until(/Settings and accounts stay as they were/);
      doesNotMatch(program.text, /read again/);
      const replies = await dialogueUnder("one", port, ...CLEAR_LOGIN, "AUTH TLS");
      match(replies, /^230 [^]*^502 TLS is not configured/m);

      await change({ folder, program, banner: "three" });
      await program.until(/Settings and accounts read again/);
      match(await dialogueUnder("three", port, ...CLEAR_LOGIN), /^230 /m);
    },
  });
}

Deno.test({
  name: "A setting that waits for a restart is named at each SIGHUP, until it is what is in force again",
  ignore,
  async fn() {
    await using folder = await Folder.make("root x elr ../home\n");
    await using program = folder.start(ANY_PORT);
    const port = await program.port();
    const named = /A restart is needed for the new value of (.*)/g;
    await change({ folder, program, banner: "one" }, "log-level = error", "implicit-tls-port = 990");
    await program.until(/(?:A restart is needed[^]*){1}/);
    await change({ folder, program, banner: "two" }, "log-level = error", "transfer-memory = 16M");
    await program.until(/(?:A restart is needed[^]*){2}/);
    await change({ folder, program, banner: "three" });
    await program.until(/(?:accounts read again[^]*){3}/);
    await dialogueUnder("three", port);
    program.signal("SIGTERM");
    strictEqual(await program.ended(), 0);
    strictEqual(
      [...program.text.matchAll(named)].map(([, names]) => names).join("; "),
      "implicit-tls-port, log-level; transfer-memory, log-level",
    );
  },
});

Deno.test({
  name: "A certificate whose key lies in a home is refused at SIGHUP, in words",
  ignore,
  async fn() {
    await using folder = await Folder.make("root x elr ../home\n[server]\nbanner = one\n");
    await using program = folder.start(ANY_PORT);
    const port = await program.port();
    const identity = await (await makeAuthority()).issue();
    await Deno.writeTextFile(folder.file("../home/own.pem"), identity.certificate + identity.key);
    await change({ folder, program, banner: "two" }, "tls = required", "tls-certificate = ../home/own.pem");
    await program.until(/ERROR .* as home of root: it holds the certificate's key .*own\.pem/);
    await program.until(/Settings and accounts stay as they were/);
    match(await dialogueUnder("one", port, ...CLEAR_LOGIN), /^230 /m);
  },
});
