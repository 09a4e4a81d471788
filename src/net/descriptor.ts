/** The system's number of a connection, which the runtime keeps to itself. */

/** What the runtime has for itself; nothing promises that it stays. */
interface Internals {
  readonly internal?: symbol;
  readonly [key: symbol]: { readonly core?: { readonly internalFdSymbol?: symbol } } | undefined;
}

/** Under which symbol a connection that was accepted has its number: Deno 2.9.6. */
const symbol = ((): symbol | undefined => {
  const internals = Deno as unknown as Internals;
  return internals.internal && internals[internals.internal]?.core?.internalFdSymbol;
})();

/** The number; undefined where the runtime does not tell, as of connections that were not accepted. */
export function descriptorOf(connection: Deno.TcpConn): number | undefined {
  const number = symbol && (connection as unknown as Record<symbol, unknown>)[symbol];
  return Number.isInteger(number) && (number as number) >= 0 ? number as number : undefined;
}
