/** `share`: one folder, now, until somebody stops it. */

import { generatePassword } from "../../users/password.ts";
import { type Invocation, UsageError, valueOf } from "../command.ts";
import { DURATION_SYNTAX, parseDuration } from "../duration.ts";
import { givenPassword } from "../given_password.ts";
import { share } from "../share/share.ts";
import { NoAnswer, printError } from "../terminal.ts";

const NAME = "ftp";
const PORT = 2121;
const WEB_PORT = 8080;
/** The longest time that a timer of the runtime can wait is 24.8 days. */
const LONGEST_MS = 24 * 86_400_000;

/** Shares it; the exit code is 1 when the folder, the password or the port cannot be used. */
export async function run(invocation: Invocation): Promise<number> {
  const { operands: [folder], flags } = invocation;
  checkAnonymous(invocation);
  const port = portOf(invocation, { flag: "port", usual: PORT });
  const [webPort, forMs] = [webPortOf(invocation, port), durationOf(invocation)];
  const name = nameOf(invocation);
  try {
    const password = await givenPassword(invocation) ?? generatePassword();
    const account = flags.has("anonymous") ? undefined : { name, password };
    return await share({
      folder: folder!,
      access: flags.has("write") ? "write" : "read",
      account,
      port,
      webPort,
      tls: flags.has("tls") ? "data" : "off",
      forMs,
      transfers: flags.has("once") ? "one" : "many",
      qr: flags.has("qr") || Deno.stdout.isTerminal() ? "shown" : "left out",
    });
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    printError(error.message);
    return 1;
  }
}

function checkAnonymous({ flags }: Invocation): void {
  const other = ["user", "password"].find((name) => flags.has(name));
  if (flags.has("anonymous") && other !== undefined) {
    throw new UsageError(`Cannot take both --anonymous and --${other}: leave out one of them`);
  }
}

function portOf(
  invocation: Invocation,
  { flag, usual }: { readonly flag: string; readonly usual: number },
): number {
  const text = valueOf(invocation, flag) ?? String(usual);
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65535) return Number(text);
  throw new UsageError(`Cannot use "${text}" for --${flag}: expected a whole number from 0 to 65535`);
}

/** Who takes any port for FTP takes any for the page. */
function webPortOf(invocation: Invocation, port: number): number | undefined {
  const { flags } = invocation;
  if (!flags.has("no-web")) return portOf(invocation, { flag: "web-port", usual: port && WEB_PORT });
  if (!flags.has("web-port")) return undefined;
  throw new UsageError("Cannot take both --web-port and --no-web: leave out one of them");
}

function durationOf(invocation: Invocation): number | undefined {
  const text = valueOf(invocation, "for");
  if (text === undefined) return undefined;
  const ms = parseDuration(text);
  if (ms !== undefined && ms <= LONGEST_MS) return ms;
  throw new UsageError(`Cannot use "${text}" for --for: expected ${DURATION_SYNTAX}, up to 24d`);
}

function nameOf(invocation: Invocation): string {
  const name = valueOf(invocation, "user") ?? NAME;
  // The commands that are shown part name and password with : and with ,.
  if (/^[^\s:,\p{Cc}]+$/u.test(name)) return name;
  throw new UsageError("Cannot use that for --user: expected a name without blanks, colons and commas");
}
