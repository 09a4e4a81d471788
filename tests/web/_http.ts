/** HTTP as bytes, for tests of what no well-behaved client sends, or when. */

import { RawSocket } from "../support/raw_socket.ts";
import { basic } from "../support/web_server.ts";

/** A response as it came. */
export interface RawResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** The head of a request of `alice`. */
export function head(target: string, headers: Readonly<Record<string, string>> = {}): string {
  const all = { "Host": "files.test", "Authorization": basic("alice"), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${target} HTTP/1.1\r\n${lines.join("")}\r\n`;
}

/** Connects and sends a head. */
export async function begin(
  { port }: { readonly port: number },
  target: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<RawSocket> {
  const socket = await RawSocket.connect({ port });
  await socket.write(head(target, headers));
  return socket;
}

/** Reads the next response; its body has a length, or there is none. Interim responses are left out. */
export async function response(socket: RawSocket): Promise<RawResponse> {
  let text = "";
  while (true) {
    const end = text.indexOf("\r\n\r\n");
    const [first = "", ...lines] = end < 0 ? [] : text.slice(0, end).split("\r\n");
    const status = Number(first.split(" ")[1]);
    if (end >= 0 && status < 200) {
      text = text.slice(end + 4);
      continue;
    }
    const headers = new Headers(
      lines.map((line) => /^([^:]+): ?(.*)$/.exec(line)!.slice(1) as [string, string]),
    );
    const length = Number(headers.get("content-length") ?? 0);
    if (end >= 0 && text.length - end - 4 >= length) return { status, headers, body: text.slice(end + 4) };
    const chunk = await socket.read();
    if (chunk === null) throw new Error(`The connection ended behind ${JSON.stringify(text)}`);
    text += new TextDecoder("latin1").decode(chunk);
  }
}
