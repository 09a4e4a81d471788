/** Preloaded before a program: a runtime that does TLS in another way than the one that is known. */

import { Duplex } from "node:stream";
import { createSecureContext, TLSSocket } from "node:tls";

const socket = new TLSSocket(new Duplex(), { isServer: true, secureContext: createSecureContext() });
const { _handle: handle } = socket as unknown as { _handle: object };
socket.destroy();
if (!Reflect.deleteProperty(Object.getPrototypeOf(handle), "drainEncOut")) {
  throw new Error("Cannot take a method of the runtime's TLS away");
}
