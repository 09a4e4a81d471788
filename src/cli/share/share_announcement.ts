/** What a share says when it starts: links, who may log in, commands for other machines, and a QR code. */

import { printable } from "../../protocol/reply.ts";
import { links } from "../announcement.ts";
import { shellWord } from "../shell_word.ts";

/** What there is to tell. */
export interface ShareAnnouncementOptions {
  /** The folder: an absolute path. */
  readonly folder: string;
  readonly access: "read" | "write";
  /** Who may log in; undefined for anyone. */
  readonly account: { readonly name: string; readonly password: string } | undefined;
  /** The address that it listens on; `::` for all. */
  readonly host: string;
  readonly port: number;
  /** The port of the web page; undefined where there is none. */
  readonly webPort: number | undefined;
  /** The SHA-256 fingerprint of the certificate, where TLS is demanded. */
  readonly fingerprint: string | undefined;
  /** The machine's own addresses, the best one first. */
  readonly addresses: readonly string[];
  readonly forMs: number | undefined;
  readonly transfers: "one" | "many";
  readonly qr: "shown" | "left out";
  /** Whether the terminal takes colours, which make the QR code readable on every background. */
  readonly colors: boolean;
}

/** The text to show; it ends without a line end. */
export async function shareAnnouncement(options: ShareAnnouncementOptions): Promise<string> {
  const { folder, access, account, host, port, fingerprint, addresses } = options;
  const found = links(host, port, addresses);
  const all = found.length > 0 ? found : links("127.0.0.1", port, []);
  const best = all[0]!;
  const pages = pageLinks(options);
  const user = account
    ? [`  user      ${account.name}`, `  password  ${account.password}`]
    : ["  Anyone may log in, as anonymous and with any password"];
  const text = [
    `Sharing ${folder}, to read${access === "write" ? " and write" : " only"}`,
    ...all.map((link) => `  ${link}`),
    "",
    ...pages.length > 0 ? ["In a browser", ...pages.map((link) => `  ${link}`), ""] : [],
    ...user,
    "",
    "On another machine",
    ...commands(best, options).map((command) => `  ${command}`),
    "",
    ...fingerprint === undefined
      ? []
      : ["TLS is required; the certificate is", `  SHA-256 ${fingerprint}`, ""],
  ].map(printable);
  if (options.qr === "shown") {
    text.push((await import("../qr_code.ts")).qrCode(pages[0] ?? withAccount(best, account), options), "");
  }
  return [...text, endingOf(options)].join("\n");
}

/** Where the folder opens in a browser: whoever scans the first of them types name and password there. */
function pageLinks({ host, webPort, fingerprint, addresses }: ShareAnnouncementOptions): string[] {
  if (webPort === undefined) return [];
  const options = { scheme: fingerprint === undefined ? "http" : "https" } as const;
  const found = links(host, webPort, addresses, options);
  return found.length > 0 ? found : links("127.0.0.1", webPort, [], options);
}

/** To list and to fetch everything, and to send a file where that is allowed. */
function commands(
  link: string,
  { access, account, fingerprint }: Pick<ShareAnnouncementOptions, "access" | "account" | "fingerprint">,
): string[] {
  const tls = fingerprint === undefined ? "" : " --ssl-reqd -k";
  const login = account ? ` -u ${shellWord(`${account.name}:${account.password}`)}` : "";
  const curl = `curl${tls}${login}`;
  const set = fingerprint === undefined ? "" : "set ftp:ssl-force yes; set ssl:verify-certificate no; ";
  const lftpLogin = account ? ` -u ${shellWord(`${account.name},${account.password}`)}` : "";
  return [
    `${curl} ${link}`,
    // Without a path: lftp would go into that before it has read what is set.
    `lftp${lftpLogin} -e '${set}mirror; quit' ${link.replace(/\/$/, "")}`,
    ...access === "write" ? [`${curl} -T FILE ${link}`] : [],
  ];
}

/** The link with name and password in it: whoever scans the code sees both above it. */
function withAccount(link: string, account: ShareAnnouncementOptions["account"]): string {
  if (!account) return link;
  const [name, password] = [account.name, account.password].map(encodeURIComponent);
  return link.replace("ftp://", `ftp://${name}:${password}@`);
}

function endingOf({ forMs, transfers }: Pick<ShareAnnouncementOptions, "forMs" | "transfers">): string {
  const reasons = [
    ...forMs === undefined ? [] : [`at ${clockOf(new Date(Date.now() + forMs))}`],
    ...transfers === "one" ? ["after the first whole transfer"] : [],
  ];
  return reasons.length === 0 ? "Ctrl+C ends it." : `It ends ${reasons.join(" or ")}; Ctrl+C ends it before.`;
}

/** Local time to the second, with the date. */
function clockOf(time: Date): string {
  const two = (number: number): string => String(number).padStart(2, "0");
  const date = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join("-");
  return `${date} ${[time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(":")}`;
}
