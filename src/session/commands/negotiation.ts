/** What client and server tell each other before they work: HOST, LANG, CLNT. RFC 7151, RFC 2640 §4. */

import { parseHostName } from "../../protocol/host_name.ts";
import { type Reply, reply } from "../../protocol/reply.ts";
import type { Command } from "../command.ts";
import type { Session } from "../session.ts";

/** `HOST name`: which of its names the client knows the server by. RFC 7151 §3. */
export const HOST: Command = {
  verb: "HOST",
  argument: "required",
  login: false,
  rfc: "RFC 7151 §3",
  syntax: "HOST <SP> name",
  feature: () => "HOST",
  run: (session, argument) => Promise.resolve(answerHost(session, argument)),
};

function answerHost(session: Session, argument: string): Reply {
  const host = parseHostName(argument);
  if (host === undefined) return reply(501, "Bad HOST: a domain name or an IP address, IPv6 in brackets");
  if (session.user || session.claimedName !== undefined) return reply(503, "HOST comes before USER");
  const { hostNames } = session.services.options;
  const isKnown = hostNames.length === 0 || hostNames.includes(host) || host === session.control.ends.local;
  return isKnown ? reply(220, `This is ${host}`) : reply(504, "No such host here");
}

/** `LANG [tag]`: the language of reply texts; there is one. RFC 2640 §4. */
export const LANG: Command = {
  verb: "LANG",
  argument: "optional",
  login: false,
  rfc: "RFC 2640 §4.1",
  syntax: "LANG [<SP> language-tag]",
  feature: () => "LANG EN*",
  run(_session, argument) {
    if (argument === "" || argument.toUpperCase() === "EN") {
      return Promise.resolve(reply(200, "Replies are in English"));
    }
    const isTag = /^[a-z]{1,8}(?:-[a-z0-9]{1,8})*$/i.test(argument);
    return Promise.resolve(
      isTag ? reply(504, "Replies are in English only") : reply(501, "Bad LANG: a language tag such as EN"),
    );
  },
};

/** `CLNT name`: what program the client is. Practice. */
export const CLNT: Command = {
  verb: "CLNT",
  argument: "required",
  login: false,
  rfc: "practice",
  syntax: "CLNT <SP> name",
  feature: () => "CLNT",
  run(session, argument) {
    session.report({ kind: "client-program", session: session.label, name: argument });
    return Promise.resolve(reply(200, "Noted"));
  },
};
