/** Why the server cannot listen, and what to do about it. */

import { fileErrorReason } from "../users/file_error.ts";

/** The address that was tried. */
export interface BindAddress {
  readonly host: string;
  readonly port: number;
  /** What the flags of port and address begin with, such as `metrics-`; default nothing. */
  readonly prefix?: string;
}

/** The error in words for the person who started the server. */
export function explainBindError(error: unknown, { host, port, prefix = "" }: BindAddress): string {
  const code = (error as { code?: unknown } | undefined)?.code;
  const attempt = `Cannot listen on port ${port}`;
  if (error instanceof Deno.errors.AddrInUse || code === "EADDRINUSE") {
    return `${attempt}: it is in use; stop the program that has it (another baseftp?) or choose another with --${prefix}port`;
  }
  if ((error instanceof Deno.errors.PermissionDenied || code === "EACCES") && port < 1024) {
    return `${attempt}: permission denied for ports below 1024; choose a port above 1023, such as --${prefix}port 2121, ` +
      `or allow it with: sudo setcap cap_net_bind_service=+ep ${Deno.execPath()}`;
  }
  if (error instanceof Deno.errors.AddrNotAvailable || code === "EADDRNOTAVAIL") {
    return `Cannot listen on ${host}: this machine has no such address; --${prefix}host :: listens on all`;
  }
  if (code === "EAFNOSUPPORT") {
    return `Cannot listen on ${host}: this machine has no IPv6; --${prefix}host 0.0.0.0 listens on all IPv4 addresses`;
  }
  return `Cannot listen on ${host} port ${port}: ${fileErrorReason(error)}`;
}
