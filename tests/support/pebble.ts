/** Pebble, the ACME server of Let's Encrypt for tests, with a name server that leads every name here. */

import { join } from "node:path";
import { makeAuthority } from "./certificates.ts";
import { until } from "./raw_socket.ts";

/** The program that it needs; the name server comes with it. */
export const PEBBLE_PROGRAM = "pebble";

/** How it behaves. */
export interface PebbleOptions {
  /** Where it looks for the answers to its challenges. */
  readonly httpPort: number;
  /** In percent: how many good nonces it refuses. */
  readonly refusedNonces?: number;
}

/** A certificate authority that runs. Disposing ends it. */
export interface Pebble extends AsyncDisposable {
  /** The address of its directory. */
  readonly directory: string;
  /** PEM: the certificate that its own is vouched for by. */
  readonly root: string;
}

/** A port that is free at this moment. Programs that take no 0 have to be told one. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** Starts it; with other ports when somebody else took one of them meanwhile. */
export async function startPebble(options: PebbleOptions): Promise<Pebble> {
  for (let tries = 1;; tries++) {
    try {
      return await start(options);
    } catch (error) {
      if (tries === 5) throw error;
    }
  }
}

async function start({ httpPort, refusedNonces = 5 }: PebbleOptions): Promise<Pebble> {
  const folder = await Deno.makeTempDir({ prefix: "baseftp-pebble-" });
  const authority = await makeAuthority();
  const own = await authority.issue();
  const [port, management, names] = [freePort(), freePort(), freePort()];
  const [certificate, privateKey] = ["certificate.pem", "key.pem"].map((name) => join(folder, name));
  await Deno.writeTextFile(certificate!, own.certificate);
  await Deno.writeTextFile(privateKey!, own.key);
  const config = {
    listenAddress: `127.0.0.1:${port}`,
    managementListenAddress: `127.0.0.1:${management}`,
    ...{ certificate, privateKey, httpPort },
    tlsPort: 1,
  };
  await Deno.writeTextFile(join(folder, "config.json"), JSON.stringify({ pebble: config }));
  const none = ["http01", "https01", "tlsalpn01", "management"].map((service) => `-${service}=`);
  const programs = [
    spawn("pebble-challtestsrv", [...none, `-dns01=127.0.0.1:${names}`, "-defaultIPv6="], {}),
    spawn(PEBBLE_PROGRAM, [`-config=${folder}/config.json`, `-dnsserver=127.0.0.1:${names}`], {
      PEBBLE_VA_NOSLEEP: "1",
      PEBBLE_WFE_NONCEREJECT: String(refusedNonces),
    }),
  ];
  const end = async (): Promise<void> => {
    for (const program of programs) await program[Symbol.asyncDispose]();
    await Deno.remove(folder, { recursive: true });
  };
  const directory = `https://localhost:${port}/dir`;
  try {
    const client = Deno.createHttpClient({ caCerts: [authority.certificate] });
    const answers = async () => {
      const response = await fetch(directory, { client }).catch(() => undefined);
      await response?.body?.cancel();
      return response !== undefined || programs.some(({ hasEnded }) => hasEnded);
    };
    await until(answers, "an answer of pebble");
    client.close();
    if (programs.some(({ hasEnded }) => hasEnded)) throw new Error("Pebble has ended");
  } catch (error) {
    await end();
    throw error;
  }
  return { directory, root: authority.certificate, [Symbol.asyncDispose]: end };
}

interface Program extends AsyncDisposable {
  readonly hasEnded: boolean;
}

function spawn(program: string, args: string[], env: Record<string, string>): Program {
  const child = new Deno.Command(program, { args, env, stdin: "null", stdout: "null", stderr: "null" })
    .spawn();
  let hasEnded = false;
  const ended = child.status.then(() => hasEnded = true);
  return {
    get hasEnded() {
      return hasEnded;
    },
    async [Symbol.asyncDispose](): Promise<void> {
      if (!hasEnded) child.kill();
      await ended;
    },
  };
}
