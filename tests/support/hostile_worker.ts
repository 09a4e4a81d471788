/**
 * A session worker that a client has got hold of: it takes a seat and asks for the mounts as a real one
 * would, and says nonsense when it is reconfigured. Which one is the text of its banner.
 */

import { ALL, SeatColumn } from "../../src/limits/seat_column.ts";
import type { WorkerStart } from "../../src/workers/messages.ts";
import { NONSENSE } from "./nonsense.ts";

interface Heard {
  readonly kind: string;
  readonly start?: WorkerStart;
  readonly port?: number;
  readonly options?: { readonly banner?: string };
}

const PEER = "192.0.2.7";
const scope = self as unknown as {
  postMessage(message: unknown): void;
  onmessage: (message: { readonly data: Heard }) => void;
};
let own = { id: 0, peer: PEER };

scope.onmessage = ({ data }) => {
  if (data.kind === "start") {
    new SeatColumn(data.start!.ownSeats).add(ALL);
    own = { ...own, id: data.start!.numbers.first };
  } else if (data.kind === "listen") {
    scope.postMessage({ kind: "listening", addresses: [{ hostname: "127.0.0.1", port: data.port || 4711 }] });
    scope.postMessage({ kind: "call", call: 1, ask: "mounts" });
  } else if (data.kind === "answer") {
    scope.postMessage({ kind: "event", event: { kind: "session-opened", session: own } });
  } else if (data.kind === "reconfigure") {
    const [, message] = NONSENSE.find(([what]) => what === data.options?.banner)!;
    scope.postMessage(message(own));
  }
};
scope.postMessage({ kind: "ready" });
