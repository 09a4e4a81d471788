/** `link`: makes a share link, and shows where it opens. */

import type { LinkFacts } from "../../control/actions/link.ts";
import { resolvePathname, ROOT, type VirtualPath } from "../../protocol/pathname.ts";
import { escapeControls } from "../../telemetry/escape_controls.ts";
import { type Invocation, UsageError, valueOf } from "../command.ts";
import { DURATION_SYNTAX, parseDuration } from "../duration.ts";
import { type ShareLinks, withShareLinks } from "../share_links.ts";
import { explained } from "../user/account_error.ts";
import { newPassword } from "../user/questions.ts";
import { callOf, print } from "../terminal.ts";

/** Makes it; the exit code is 1 when the account may not have it. */
export async function run(invocation: Invocation): Promise<number> {
  const { operands: [path = ""], flags } = invocation;
  const request = {
    account: valueOf(invocation, "account"),
    path: pathOf(path),
    kind: flags.has("upload") ? "upload" : "download",
    seconds: secondsOf(valueOf(invocation, "for")),
    uses: usesOf(valueOf(invocation, "uses")),
  } as const;
  let password: string | undefined;
  const asked = await explained(async () => {
    if (flags.has("password")) password = await newPassword("the link", "asked");
  });
  if (asked !== 0) return asked;
  return await withShareLinks(invocation, async (links) => {
    const made = await links.make({ ...request, password });
    if (flags.has("json")) print(JSON.stringify(made));
    else await show(made, links, invocation);
    return 0;
  });
}

async function show(link: LinkFacts, { isServed }: ShareLinks, { flags }: Invocation): Promise<void> {
  const { id, account, path, kind, urls: [best, ...others] } = link;
  const what = kind === "upload" ? "Upload to" : "Download of";
  print(escapeControls(`${what} ${path} of ${account}, ${terms(link)}`));
  for (const url of best === undefined ? [] : [best, ...others]) print(`  ${url}`);
  print("");
  if (best !== undefined && (flags.has("qr") || Deno.stdout.isTerminal())) {
    const { qrCode, takesColors } = await import("../qr_code.ts");
    print(qrCode(best, { colors: takesColors() }));
    print("");
  }
  if (best === undefined) print("Links open at the web page: set web-port and start the server");
  else if (!isServed) print("It opens when the server runs");
  print(`"${callOf(`link revoke ${id}`)}" takes it back`);
}

/** When it ends, and how often it opens. */
function terms({ expires, usesLeft, hasPassword }: LinkFacts): string {
  return [
    expires === null ? "for good" : `until ${expires.slice(0, 16).replace("T", " ")} UTC`,
    ...usesLeft === null ? [] : [usesLeft === 1 ? "once" : `${usesLeft} times`],
    ...hasPassword ? ["with its password"] : [],
  ].join(", ");
}

function pathOf(text: string): VirtualPath {
  if (text.startsWith("/") && !text.includes("\0")) return resolvePathname(ROOT, text);
  throw new UsageError(
    `Cannot share ${JSON.stringify(text)}: expected the path in the account's own tree, such as /photos/2026`,
  );
}

function secondsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = parseDuration(text);
  if (ms !== undefined) return ms / 1000;
  throw new UsageError(`Cannot use "${text}" for --for: expected ${DURATION_SYNTAX}`);
}

function usesOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new UsageError(`Cannot use "${text}" for --uses: expected a whole number above 0`);
}
