/**
 * What every real client has to get done over TLS: every transfer that it does in clear, and what TLS is for.
 * RFC 4217.
 */

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

/** A client, and how its TLS sessions go on. */
export interface TlsClient extends Client {
  /**
   * Transfers so many files in one session and returns how many data connections resumed a TLS session, in
   * the client's own words. Left out where it does not tell.
   */
  countResumed?(at: Address, options: ReuseOptions): Promise<number>;
  /**
   * Sends so many bytes of an upload, then ABOR, and returns what it lists afterwards. Left out where it has
   * no ABOR.
   */
  abortUpload?(at: Address, options: AbortOptions): Promise<string>;
  /**
   * Why it does not resume on every data connection, by TLS version. Where it does, the server refuses every
   * data connection that does not.
   */
  readonly doesNotResume?: Partial<Record<ClientTls["version"], string>>;
  /** Versions where it never resumes: there is nothing to count. */
  readonly neverResumes?: readonly ClientTls["version"][];
}

/** What {@linkcode TlsClient.countResumed} transfers. */
export interface ReuseOptions {
  /** Path on the client's disk for one copy. */
  readonly local: string;
  /** Name of a file in the home. */
  readonly remote: string;
  /** How many transfers. */
  readonly times: number;
}

/** What {@linkcode TlsClient.abortUpload} sends. */
export interface AbortOptions {
  /** Path on the client's disk. */
  readonly local: string;
  /** Name in the home. */
  readonly remote: string;
  /** Bytes to send before ABOR. */
  readonly size: number;
}

/**
 * Versions and ways to begin, each policy with both. Two of the four have each version and each way once:
 * under them everything is done. How a session began says nothing of its transfers, so the other two only
 * show that the pair works.
 */
const MODES = [
  { version: "1.2", implicit: false, policy: "login", isWhole: false },
  { version: "1.3", implicit: false, policy: "data", isWhole: true },
  { version: "1.2", implicit: true, policy: "data", isWhole: true },
  { version: "1.3", implicit: true, policy: "login", isWhole: false },
] as const;

type Mode = typeof MODES[number];

const REUSE_TIMES = 10;

/** Registers the tests of one client over TLS. */
export function testClientOverTls(client: TlsClient): void {
  for (const mode of MODES) {
    testClient(client, conditionsOf(client, mode));
    testTls(client, mode);
  }
  testBigFile(client);
}

function testTls(client: TlsClient, mode: Mode): void {
  const { suffix, options, address } = conditionsOf(client, mode);
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

  testAbort(client, mode);
  if (!countResumed) return;
  const { policy, version } = mode;
  clientTest({
    ...client,
    test: `resumes the TLS session on every data connection of a long session${suffix}`,
    skip: client.neverResumes?.includes(version) ? client.doesNotResume?.[version] : undefined,
    async fn() {
      const [home, folder] = [await memoryFolder(), await memoryFolder()];
      await makeFile(join(home, "file"), 100_000);
      await using server = serve({
        home,
        tls: await serverTls({ policy, requireResumption: version === REQUIRABLE }),
      });
      const resumed = await countResumed(await address(server), {
        local: join(folder, "file"),
        remote: "file",
        times: REUSE_TIMES,
      });
      const logins = server.commands().filter((line) => /^USER/i.test(line)).length;
      const complete = server.transfers().filter((transfer) => transfer.complete).length;
      assert.deepEqual({ resumed, logins, complete }, {
        resumed: REUSE_TIMES,
        logins: 1,
        complete: REUSE_TIMES,
      });
    },
  });
}

function testAbort(client: TlsClient, mode: Mode): void {
  if (!client.abortUpload) return;
  const { suffix, options, address } = conditionsOf(client, mode);
  clientTest({
    ...client,
    test: `aborts an upload in the middle, which then shows in no listing${suffix}`,
    async fn() {
      const [home, folder] = [await memoryFolder(), await memoryFolder()];
      const local = join(folder, "half.bin");
      await makeFile(local, 20_000_000);
      await using server = serve({ home, ...await options() });
      const listing = await client.abortUpload!(await address(server), {
        local,
        remote: "half.bin",
        size: 10_000_000,
      });
      assert.equal(listing.trim(), "");
      assert.deepEqual(server.transfers().map(({ complete }) => complete), [false]);
    },
  });
}

function testBigFile(client: TlsClient): void {
  const { suffix, options, address } = conditionsOf(client, MODES[1]);
  clientTest({
    ...client,
    test: `moves a big file both ways${suffix}`,
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

function conditionsOf(client: TlsClient, { version, implicit, policy, isWhole }: Mode): Conditions {
  const requireResumption = version === REQUIRABLE && client.doesNotResume?.[version] === undefined;
  return {
    suffix: ` over ${implicit ? "implicit" : "explicit"} TLS ${version}`,
    extent: isWhole ? "transfers" : "routes",
    tree: smallTree,
    options: async () => ({ tls: await serverTls({ policy, requireResumption }) }),
    async address({ port, implicitPort }: ClientServer, { host, active } = PASSIVE) {
      const tls: ClientTls = { version, implicit, authority: await ownAuthority() };
      return { host, port: implicit ? implicitPort : port, active, account: ACCOUNT, tls };
    },
  };
}

/** Where resumption is required there is no TLS 1.3: see TlsContext.apart. */
const REQUIRABLE: ClientTls["version"] = "1.2";

let context: Promise<TlsContext> | undefined;

async function serverTls(rest: Omit<ServeTls, "source">): Promise<ServeTls> {
  const current = await (context ??= sharedIdentity().then(({ identity }) => new TlsContext(identity)));
  return { source: { current, latest: () => Promise.resolve(current) }, ...rest };
}

let own: Promise<string> | undefined;
let other: Promise<string> | undefined;

/** The path of the certificate of who vouches for the server. */
function ownAuthority(): Promise<string> {
  return own ??= sharedIdentity().then(({ authority }) => store(authority.certificate));
}

function otherAuthority(): Promise<string> {
  return other ??= makeAuthority("Another authority").then(({ certificate }) => store(certificate));
}

async function store(certificate: string): Promise<string> {
  const path = join(await temporaryFolder(), "authority.pem");
  await Deno.writeTextFile(path, certificate);
  return path;
}
