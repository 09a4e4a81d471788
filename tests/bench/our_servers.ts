/**
 * Ours, as it stands or at another commit, and the bare loop, which is the floor of what the runtime can do.
 */

import { join } from "node:path";
import { SERVE, SERVE_FLAGS } from "../support/serve_command.ts";
import { ACCOUNT, firstLineOf, type Server, startKept } from "./server.ts";

/** Enough that a port rests in TIME_WAIT while others are used, below those that clients draw theirs from. */
const PASSIVE_PORTS = 5000;

/** Which of ours. */
export interface OurShape {
  /** Default: `baseftp`. */
  readonly name?: string;
  /** An executable in the place of our `main.ts`. */
  readonly program?: string;
  /** Another checkout, whose `main.ts` it is. */
  readonly checkout?: string;
  /** Threads for sessions, 0 for the main thread. Default: what it does by default. */
  readonly workers?: number;
}

/** Ours. */
export function baseftp(shape: OurShape = {}): Server {
  const { name = "baseftp", program, workers } = shape;
  const command = commandOf(shape);
  return {
    name,
    kind: "ours",
    async version() {
      const text = await firstLineOf(command[0]!, [...command.slice(1), "--version"]);
      const how = program ? "executable" : `Deno ${Deno.version.deno}`;
      const threads = workers === undefined ? "" : `, ${workers} ${workers === 1 ? "worker" : "workers"}`;
      return text === undefined ? undefined : `${text.replace("baseftp ", "")} (${how}${threads})`;
    },
    async start({ home, own, pem, settings: more }) {
      const accounts = join(own, "accounts.ini");
      await Deno.writeTextFile(accounts, `${ACCOUNT.user} ${ACCOUNT.password} elradfmwMT ${home}\n`, {
        // Peers are measured with plain text too: a read-only file is left as it is.
        mode: 0o400,
      });
      const first = 10_000 + Math.floor(Math.random() * 15_000);
      const settings = {
        "config": accounts,
        "host": "127.0.0.1",
        "port": "0",
        "passive-ports": `${first}-${first + PASSIVE_PORTS - 1}`,
        "max-connections": "0",
        "max-connections-per-ip": "0",
        "login-timeout": "600",
        "idle-timeout": "3600",
        "shutdown-timeout": "0",
        "log-level": "warning",
        ...workers !== undefined && { "workers": String(workers) },
        // Deno lets only a thread with every permission into /dev, where systems have their file system in
        // memory.
        ...home.startsWith("/dev/") && { "workers": "0" },
        ...(pem ? { "tls": "offered", "tls-certificate": pem } : { "tls": "off" }),
        ...more,
      };
      const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
      return await startKept(name, [...command, ...flags], {
        ready: /ftp:\/\/127\.0\.0\.1:(\d+)\/[^]*Ctrl\+C/,
      });
    },
  };
}

function commandOf({ program, checkout }: OurShape): string[] {
  if (program) return [program];
  if (!checkout) return [Deno.execPath(), ...SERVE];
  const folder = Deno.realPathSync(checkout);
  return [Deno.execPath(), ...SERVE_FLAGS, "--config", join(folder, "deno.json"), join(folder, "main.ts")];
}

/** The floor. */
export const BARE: Server = {
  name: "bare",
  kind: "floor",
  runs: new Set([
    "memory",
    "check",
    "noop",
    "small_retr",
    "small_stor",
    "login_in_turn",
    "retr_copy",
    "retr_discard",
    "stor",
  ]),
  version: () => Promise.resolve(`loop (Deno ${Deno.version.deno})`),
  async start({ home, pem }) {
    const script = join(import.meta.dirname!, "bare.ts");
    const command = [Deno.execPath(), ...SERVE_FLAGS, script, home, ...pem ? [pem] : []];
    return await startKept(this.name, command, { ready: /^(\d+)\n/ });
  },
};
