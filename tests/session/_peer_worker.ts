/**
 * A client's end of a data connection in a thread of its own, as fast as it goes: one in the server's own
 * thread would make the server wait.
 */

/// <reference lib="webworker" />

/** What it is told. */
export interface Peer {
  readonly port: number;
  /** How much it sends; without it, it takes what comes. */
  readonly sends?: number;
}

const BUFFER_BYTES = 1024 * 1024;

self.onmessage = async ({ data: { port, sends } }: MessageEvent<Peer>): Promise<void> => {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  self.postMessage("connected");
  const buffer = new Uint8Array(BUFFER_BYTES);
  if (sends === undefined) { while (await connection.read(buffer) !== null); }
  else for (let left = sends; left > 0;) left -= await connection.write(buffer.subarray(0, left));
  self.postMessage("through");
};
