/** The settings that follow from the answers, each with what it is for. */

import type { Settings } from "../../config/schema.ts";
import { passivePorts } from "../../options/kinds.ts";
import type { Answers } from "./answers.ts";

/** The text of the section `[server]`, with its comments. */
export function serverSection(
  { reach, tls, settings: { port, passivePorts: ports } }: Pick<Answers, "reach" | "tls"> & {
    settings: Pick<Settings, "port" | "passivePorts">;
  },
): string {
  const both = reach === "internet" ? "; let the router send both to this machine" : "";
  return `\
# "baseftp help serve" lists every setting. They hold after a restart, or a reload (SIGHUP).
[server]
# Clients come to the first port, their files to the others${both}.
port = ${port}
passive-ports = ${passivePorts.format(ports)}
# off, offered, required (to log in) or required-for-data; a certificate is made at the start.
tls = ${tls}
${reach === "internet" ? INTERNET : ""}`;
}

const INTERNET = `\
# The name or address of this machine in the internet, which clients outside are told.
# masquerade-address = ftp.example.org
`;
