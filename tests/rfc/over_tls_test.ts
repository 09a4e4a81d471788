/**
 * Every dialogue of this folder once more under TLS: from the first byte on the control connection, and on
 * every data connection.
 */

import { again } from "./_again.ts";
import { layers } from "../support/raw_client.ts";
import { implicitTls } from "../support/server.ts";
import { tlsLayer, tlsSource } from "../support/tls_client.ts";

const IN_CLEAR = "turned away in clear, before TLS";
const URGENT = "nothing relies on urgent data under TLS (C8)";

const OWN_SERVER = "the server is another one, which has no TLS";

/** Tests that do not hold under TLS, and why. */
const NOT_OVER_TLS: ReadonlyMap<string, string> = new Map([
  [
    "The server's limit of connections is told to who comes too late, and a seat that is left is free",
    IN_CLEAR,
  ],
  ["The limit for one address counts that address alone", IN_CLEAR],
  ["Ten connections of one address are let in by default", IN_CLEAR],
  ["New limits hold at once, for connections and for transfers to come", IN_CLEAR],
  [
    "Z1 L5: ten wrong passwords over any number of connections refuse an address, its sessions go on",
    IN_CLEAR,
  ],
  ...["close", "reset"].map((how) =>
    [
      `L4: a client that leaves with a ${how} while its answer waits gives its place back at once`,
      IN_CLEAR,
    ] as const
  ),
  ...["BSD ftp and tnftp", "lftp", "RFC 959", "Python's ftplib"].flatMap((who) =>
    ["(skipped without python3)", "behind a transfer that is just over"].map((when) =>
      [`C7 A8: ABOR with truly urgent data as ${who} sends it ${when}`, URGENT] as const
    )
  ),
  ["D8: PORT to another address works where it is allowed", "excluded under PROT P (X17)"],
  ["In workers, also where the system itself moves the bytes, new files have their bits", OWN_SERVER],
  ["A welcome crosses to a session worker", OWN_SERVER],
  ["L10: before login these work and nothing else does", "rfc4217_test.ts has the answers under TLS"],
]);

implicitTls.source = await tlsSource();
layers.control = layers.data = await tlsLayer();

await again({ name: "over TLS", takes: (file) => !file.startsWith("rfc4217"), leftOut: NOT_OVER_TLS });
