/** The runtime's Node side of cryptography, loaded when a first password comes: idle servers need none. */

let loaded: Promise<typeof import("node:crypto")> | undefined;

/** Loads it once. */
export function nodeCrypto(): Promise<typeof import("node:crypto")> {
  return loaded ??= import("node:crypto");
}

/** Whether both are the same bytes, in a time that does not tell where they differ. */
export async function isSameBytes(one: Uint8Array, other: Uint8Array): Promise<boolean> {
  const { timingSafeEqual } = await nodeCrypto();
  return one.length === other.length && timingSafeEqual(one, other);
}

/** Random bytes. */
export function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(length));
}
