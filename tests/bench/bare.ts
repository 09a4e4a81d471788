/**
 * The bare loop: an FTP server without checks, sessions and streams around the same calls of the runtime.
 * What it costs is what the runtime costs, so it is the floor under ours. Only for measuring.
 */
// `bare.ts HOME [PEM]`: any name and password are let in, and any path is opened. It prints its port.
// deno-lint-ignore-file no-console no-sync-fn-in-async-fn -- it says its port; calls to the disk stay in the
// thread, which costs least

import { createSecureContext } from "node:tls";
import { listenForTls, listenPlain, type Port, secured, type Wire } from "./bare_wires.ts";

const [home, pem] = Deno.args;
const text = pem ? Deno.readTextFileSync(pem) : undefined;
const context = text === undefined ? undefined : createSecureContext({ cert: text, key: text });
const encoder = new TextEncoder(), decoder = new TextDecoder();
const LINE_BYTES = 512, PIECE_BYTES = 256 * 1024;
const pieces: Uint8Array<ArrayBuffer>[] = [];

/** Sends a file. */
async function send(path: string, data: Wire): Promise<void> {
  using file = Deno.openSync(path);
  const piece = pieces.pop() ?? new Uint8Array(PIECE_BYTES);
  for (let length; (length = file.readSync(piece)) !== null;) {
    for (let at = 0; at < length;) at += await data.write(piece.subarray(at, length));
    if (length < piece.length) break;
  }
  pieces.push(piece);
}

/** Stores a file. */
async function store(path: string, data: Wire): Promise<void> {
  using file = Deno.openSync(path, { write: true, create: true, truncate: true });
  const piece = pieces.pop() ?? new Uint8Array(PIECE_BYTES);
  for (let length; (length = await data.read(piece)) !== null;) {
    for (let at = 0; at < length;) at += file.writeSync(piece.subarray(at, length));
  }
  pieces.push(piece);
}

const TRANSFERS: Readonly<Record<string, (path: string, data: Wire) => Promise<void>>> = {
  RETR: send,
  STOR: store,
};

const REPLIES: Readonly<Record<string, string>> = {
  USER: "331 Password?",
  PASS: "230 In",
  QUIT: "221 Bye",
  AUTH: "234 Now",
};

async function serve(conn: Wire): Promise<void> {
  const line = new Uint8Array(LINE_BYTES);
  let control = conn, held = "", passive: Port | undefined;
  const say = (reply: string): Promise<number> => control.write(encoder.encode(`${reply}\r\n`));
  await say("220 Bare");
  for (let length; (length = await control.read(line)) !== null;) {
    held += decoder.decode(line.subarray(0, length));
    for (let end; (end = held.indexOf("\r\n")) >= 0;) {
      const [verb = "", argument = ""] = held.slice(0, end).split(" ", 2);
      held = held.slice(end + 2);
      const transfer = TRANSFERS[verb];
      if (transfer) {
        const accepting = passive!.accept();
        await say("150 Go");
        const data = await accepting;
        passive!.close();
        await transfer(home + argument, data);
        data.close();
        await say("226 Done");
      } else if (verb === "EPSV") {
        passive = context ? await listenForTls({ context }) : listenPlain();
        await say(`229 At (|||${passive.port}|)`);
      } else {
        await say(REPLIES[verb] ?? "200 Well");
      }
      if (verb === "AUTH") control = secured(control, context!);
      if (verb === "QUIT") return control.close();
    }
  }
  control.close();
}

const listener = context ? await listenForTls({}) : listenPlain(0);
console.log(listener.port);
for (;;) void serve(await listener.accept()).catch(() => {});
