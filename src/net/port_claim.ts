/**
 * A claim on a port while a server starts: threads of two servers could share one port, which neither would
 * notice.
 */

/** Another server that starts needs no longer, milliseconds. */
const LONGEST_WAIT_MS = 3000;
const PAUSE_MS = 20;

/**
 * Waits until no other server of this machine is about to take the port, and keeps others waiting until it is
 * disposed of. The claim is the UDP port of the same number, which FTP has no use for. Should another program
 * have that, nothing is claimed.
 *
 * @param port 0 for any: nobody else can be given the same.
 */
export async function claimPort(port: number): Promise<Disposable> {
  const nothing = { [Symbol.dispose]: () => {} };
  if (port === 0 || !("listenDatagram" in Deno)) return nothing;
  const lateMs = performance.now() + LONGEST_WAIT_MS;
  while (performance.now() < lateMs) {
    try {
      const socket = Deno.listenDatagram({ hostname: "127.0.0.1", port, transport: "udp" });
      return { [Symbol.dispose]: () => socket.close() };
    } catch (error) {
      // Whatever else is in the way is told by the port itself.
      if (!(error instanceof Deno.errors.AddrInUse)) return nothing;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return nothing;
}
