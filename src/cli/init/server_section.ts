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
  const both = reach === "internet" ? "\n# Let the router send both to this machine." : "";
  return `\
# "baseftp help serve" lists every setting. A new value holds after a restart,
# or after "baseftp reload" where that is enough.
[server]
# Clients come to the first port, their files to the others.${both}
port = ${port}
passive-ports = ${passivePorts.format(ports)}
# off, offered, required (to log in) or required-for-data. Where there is no
# certificate the start makes one.
tls = ${tls}
${reach === "internet" ? INTERNET : ""}`;
}

const INTERNET = `\
# The name or address of this machine in the internet, for clients outside.
# masquerade-address = ftp.example.org
`;
