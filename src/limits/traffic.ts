/** Traffic: how much has gone up and down since the start, over all threads that share its cells. */

/** What has passed since the start. */
export interface TrafficSums {
  /** Bytes from clients, those of uploads that run among them. */
  readonly uploadedBytes: number;
  /** Bytes to clients, listings among them. */
  readonly downloadedBytes: number;
  /** Of all protocols. */
  readonly logins: number;
}

const UPLOADED = 0, DOWNLOADED = 1, LOGINS = 2, CELLS = 3;

/** Counts what passes; any thread may. */
export class Traffic {
  readonly #cells: BigInt64Array;

  /** @param memory Where it counts; shared memory makes it one count for all threads that have it. */
  constructor(memory: ArrayBufferLike = new ArrayBuffer(8 * CELLS)) {
    this.#cells = new BigInt64Array(memory);
  }

  /** Memory for the traffic of several threads, at zero. */
  static shared(): SharedArrayBuffer {
    return new SharedArrayBuffer(8 * CELLS);
  }

  /** What has passed so far. */
  get sums(): TrafficSums {
    const [uploadedBytes, downloadedBytes, logins] = [UPLOADED, DOWNLOADED, LOGINS].map((cell) =>
      Number(Atomics.load(this.#cells, cell))
    );
    return { uploadedBytes: uploadedBytes!, downloadedBytes: downloadedBytes!, logins: logins! };
  }

  /** Bytes of a transfer have passed. */
  passed(bytes: number, direction: "download" | "upload" | "listing"): void {
    Atomics.add(this.#cells, direction === "upload" ? UPLOADED : DOWNLOADED, BigInt(bytes));
  }

  /** Somebody has logged in. */
  loggedIn(): void {
    Atomics.add(this.#cells, LOGINS, 1n);
  }
}
