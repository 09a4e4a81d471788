/** What every real client has to get done over TLS: everything that it does in clear, and what TLS is for. RFC 4217. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { TlsContext } from "../../src/net/tls.ts";
import { makeAuthority, sharedIdentity } from "./certificates.ts";
import { clientTest } from "./client_program.ts";
import { ACCOUNT, type ClientServer, serve, type ServeTls } from "./client_server.ts";
import {
  type Address,
  type Client,
  type ClientTls,
  type Conditions,
  PASSIVE,
  testClient,
} from "./client_suite.ts";
import { BIG_BYTES, digestFile, makeFile, memoryFolder, smallTree, temporaryFolder } from "./client_tree.ts";

/** A client with a way to tell how its TLS sessions go on. */
export interface TlsClient extends Client {
  /**
   * Moves a file up and down so many times in one session and returns how many data connections resumed a TLS session, in the client's own words.
   * Left out where it does not tell.
   */
  countResumed?(at: Address, options: ReuseOptions): Promise<number>;
}

/** What {@linkcode TlsClient.countResumed} moves. */
export interface ReuseOptions {
  /** Path on the client's disk. */
  readonly local: string;
  /** How often it is uploaded, and downloaded. */
  readonly times: number;
}

/** Versions and ways to begin, each policy with both. */
const MODES = [
  { version: "1.2", implicit: false, policy: "login" },
  { version: "1.3", implicit: false, policy: "data" },
  { version: "1.2", implicit: true, policy: "data" },
  { version: "1.3", implicit: true, policy: "login" },
] as const;

type Mode = typeof MODES[number];

/** Twice as many transfers, and as many data connections. */
const REUSE_TIMES = 10;

/** Registers the tests of one client over TLS. */
export function testClientOverTls(client: TlsClient): void {
  for (const mode of MODES) {
    testClient(client, conditionsOf(mode));
    testTls(client, mode);
  }
  testBigFile(client);
}

function testTls(client: TlsClient, mode: Mode): void {
  const { suffix, options, address } = conditionsOf(mode);
  const { countResumed } = client;

  clientTest({
    ...client,
    test: `does not log in where another authority vouches for the server${suffix}`,
    async fn() {
      await using server = serve({ home: await memoryFolder(), ...await options() });
      const at = await address(server);
      await assert.rejects(
        client.list({ ...at, tls: { ...at.tls!, authority: await otherAuthority() } }),
        /certificate|CERTIFICATE|UnknownIssuer|self.signed/,
      );
      assert.deepEqual(server.commands().filter((line) => /^(USER|PASS)/i.test(line)), []);
    },
  });

  if (!countResumed) return;
  clientTest({
    ...client,
    test: `resumes the TLS session on every data connection of a long session${suffix}`,
    async fn() {
      const [home, folder] = [await memoryFolder(), await memoryFolder()];
      await makeFile(join(folder, "file"), 100_000);
      await using server = serve({ home, ...await options() });
      const resumed = await countResumed(await address(server), {
        local: join(folder, "file"),
        times: REUSE_TIMES,
      });
      const logins = server.commands().filter((line) => /^USER/i.test(line));
      assert.deepEqual({ resumed, logins: logins.length, transfers: server.transfers().length }, {
        resumed: 2 * REUSE_TIMES,
        logins: 1,
        transfers: 2 * REUSE_TIMES,
      });
    },
  });
}

function testBigFile(client: Client): void {
  const { suffix, options, address } = conditionsOf(MODES[1]);
  clientTest({
    ...client,
    test: `moves 300 MiB both ways${suffix}`,
    async fn() {
      const [home, folder] = [await memoryFolder(), await memoryFolder()];
      const [local, copy] = [join(folder, "big"), join(folder, "copy")];
      await makeFile(local, BIG_BYTES);
      await using server = serve({ home, ...await options() });
      const at = await address(server);
      await client.upload(at, { local, remote: "big" });
      await client.download(at, { local: copy, remote: "big" });
      assert.equal(await digestFile(copy), await digestFile(local));
    },
  });
}

function conditionsOf({ version, implicit, policy }: Mode): Conditions {
  return {
    suffix: ` over ${implicit ? "implicit" : "explicit"} TLS ${version}`,
    tree: smallTree,
    options: async () => ({ tls: await serverTls(policy) }),
    async address({ port, implicitPort }: ClientServer, { host, active } = PASSIVE) {
      const tls: ClientTls = { version, implicit, authority: await ownAuthority() };
      return { host, port: implicit ? implicitPort : port, active, account: ACCOUNT, tls };
    },
  };
}

let context: Promise<TlsContext> | undefined;

async function serverTls(policy: ServeTls["policy"]): Promise<ServeTls> {
  const current = await (context ??= sharedIdentity().then(({ identity }) => new TlsContext(identity)));
  return { source: { current, latest: () => Promise.resolve(current) }, policy };
}

let own: Promise<string> | undefined;
let other: Promise<string> | undefined;

/** The path of the certificate of who vouches for the server. */
function ownAuthority(): Promise<string> {
  return own ??= sharedIdentity().then(({ authority }) => store(authority.certificate));
}

/** The path of a certificate with the same name and another key. */
function otherAuthority(): Promise<string> {
  return other ??= makeAuthority().then(({ certificate }) => store(certificate));
}

async function store(certificate: string): Promise<string> {
  const path = join(await temporaryFolder(), "authority.pem");
  await Deno.writeTextFile(path, certificate);
  return path;
}
