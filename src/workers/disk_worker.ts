/**
 * One disk thread: it may hang with its mount. Started by workers/disk_starter.ts, which sends it a port for
 * each session thread.
 */

import { serveDisk } from "../storage/disk_service.ts";

/** What a worker has for a global scope; the types of this program are those of a main thread. */
interface WorkerScope {
  onmessage: (message: { readonly ports: readonly MessagePort[] }) => void;
}

(self as unknown as WorkerScope).onmessage = ({ ports }) => ports.forEach(serveDisk);
