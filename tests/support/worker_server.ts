/**
 * A server as `serve` runs it, for tests that were written for one thread: session workers, and disks that
 * are called without leaving the thread.
 */

import assert from "node:assert/strict";
import { checkIdentity } from "../../src/net/tls_identity.ts";
import type { FtpServerOptions } from "../../src/server.ts";
import { WorkerPool } from "../../src/workers/worker_pool.ts";
import { sharedIdentity } from "./certificates.ts";
import { permissionsOf, type RunningServer } from "./server.ts";

/**
 * Starts one. Its certificate is that of all tests, where the options have one.
 *
 * @param workers The homes of its accounts, and how many workers there are.
 * @throws {AssertionError} for options that only a server in this thread can have.
 */
export async function startWorkers(
  options: FtpServerOptions,
  { homes, count }: { homes: readonly string[]; count: number },
): Promise<RunningServer> {
  const { users, record = () => {}, tls, openStorage, quickDisks, diskThreads, bans, ...server } = options;
  assert.deepEqual({ openStorage, quickDisks, diskThreads }, {
    openStorage: undefined,
    quickDisks: undefined,
    diskThreads: undefined,
  }, "session workers take no objects: leave the test out in in_workers_test.ts");
  const { identity } = await sharedIdentity();
  const identities = { latest: () => Promise.resolve(checkIdentity(identity)) };
  const pool = new WorkerPool({
    count,
    server,
    users,
    accounts: () =>
      homes.map((home) => ({ name: "", home, password: undefined, permissions: permissionsOf("") })),
    ...tls && { identities },
    ...bans && { bans },
    // Not the system's own table: what lies in memory there (/dev/shm) is closed to workers.
    readMounts: () => Promise.resolve([{ path: "/", isQuick: true }]),
    record,
  });
  await pool.listen();
  return {
    get address() {
      return pool.address;
    },
    get implicitTlsAddress() {
      return pool.implicitTlsAddress;
    },
    get sessionCount() {
      return pool.sessionCount;
    },
    reconfigure({ tls: changed, ...server }) {
      pool.reconfigure({ server, ...changed && { identities } });
    },
    shutdown: (grace) => pool.shutdown(grace),
  };
}
