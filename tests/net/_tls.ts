/** Both ends of TLS for the net tests: ours, and a client that is strict about the closing alert. */

import { type Connection, TcpConnection } from "../../src/net/connection.ts";
import { connect } from "../../src/net/connector.ts";
import { type HandshakeOptions, type SecureConnection, TlsContext } from "../../src/net/tls.ts";
import { sharedIdentity } from "../support/certificates.ts";

/** What TLS is laid over: connections that were accepted, and those that we opened in active mode. */
export const KINDS = ["accepted", "active"] as const;

/** One of them. */
export type Kind = typeof KINDS[number];

/** A context with the certificate of all tests. */
export async function testContext(): Promise<TlsContext> {
  return new TlsContext((await sharedIdentity()).identity);
}

/** A plain connection on both sides. */
export async function plainPair(kind: Kind): Promise<{ server: Connection; client: Deno.TcpConn }> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { hostname, port } = listener.addr;
  if (kind === "accepted") {
    const [conn, client] = await Promise.all([listener.accept(), Deno.connect({ hostname, port })]);
    return { server: new TcpConnection(conn), client };
  }
  const { signal } = new AbortController();
  const [server, client] = await Promise.all([
    connect({ localHostname: hostname, hostname, port, signal }),
    listener.accept(),
  ]);
  return { server, client };
}

/** Both ends of a connection under TLS. */
export interface SecurePair extends Disposable {
  readonly server: SecureConnection;
  /** It rejects a read when the connection ends without the closing alert. */
  readonly client: Deno.TlsConn;
}

/** A connection under TLS. */
export async function securePair(
  { kind = "accepted", context, ...options }:
    & { kind?: Kind; context?: TlsContext }
    & Partial<HandshakeOptions>
    & Pick<Deno.StartTlsOptions, "alpnProtocols">,
): Promise<SecurePair> {
  const { authority } = await sharedIdentity();
  const { alpnProtocols, timeoutMs = 10_000, ...rest } = options;
  const plain = await plainPair(kind);
  const used = context ?? await testContext();
  const [server, client] = await Promise.all([
    used.secure(plain.server, { timeoutMs, ...rest }),
    Deno.startTls(plain.client, {
      hostname: "localhost",
      caCerts: [authority.certificate],
      ...alpnProtocols && { alpnProtocols },
    }),
  ]);
  await client.handshake();
  return {
    server,
    client,
    [Symbol.dispose](): void {
      server.close();
      try {
        client.close();
      } catch (error) {
        // The test has closed it already.
        if (!(error instanceof Deno.errors.BadResource)) throw error;
      }
    },
  };
}

/** All that comes until the end, as text. */
export async function readText(
  connection: { read(buffer: Uint8Array): Promise<number | null> },
): Promise<string> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(64 * 1024);
  let text = "";
  for (let length; (length = await connection.read(buffer)) !== null;) {
    text += decoder.decode(buffer.subarray(0, length), { stream: true });
  }
  return text;
}

/** Writes all of it. */
export async function writeAll(
  connection: { write(bytes: Uint8Array): Promise<number> },
  bytes: Uint8Array,
): Promise<void> {
  for (let sent = 0; sent < bytes.length;) sent += await connection.write(bytes.subarray(sent));
}
