/**
 * The table of all verbs: dispatch, HELP, FEAT and the compliance table read from it and from nothing else.
 */

import type { Command, CommandTable } from "../command.ts";
import { ABOR } from "./abort.ts";
import { ACCT, PASS, QUIT, REIN, USER } from "./access_control.ts";
import { EPRT, EPSV, PASV, PORT } from "./data_port.ts";
import { CDUP, CWD, MKD, PWD, RMD } from "./directories.ts";
import { RETR } from "./download.ts";
import { DELE, MDTM, RNFR, RNTO, SIZE } from "./files.ts";
import { HASH, XCRC, XMD5, XSHA1, XSHA256, XSHA512 } from "./hashes.ts";
import { makeFeat, makeHelp, NOOP, SYST } from "./information.ts";
import { LIST, MLSD, MLST, NLST, STAT } from "./listing.ts";
import { AUTH, CCC, PBSZ, PROT } from "./security.ts";
import { CLNT, HOST, LANG } from "./negotiation.ts";
import { OPTS } from "./options.ts";
import { RANG, REST } from "./restart.ts";
import { SITE } from "./site.ts";
import { MFCT, MFF, MFMT } from "./stored_facts.ts";
import { AVBL, COMB, RMDA } from "./streamlined.ts";
import { MODE, STRU, TYPE } from "./transfer_parameters.ts";
import { ALLO, APPE, STOR, STOU } from "./upload.ts";

/** Every verb and alias. */
export const COMMANDS: CommandTable = makeTable();

function makeTable(): CommandTable {
  const table = new Map<string, Command>();
  const commands: Command[] = [
    ...[USER, PASS, ACCT, REIN, QUIT],
    ...[AUTH, PBSZ, PROT, CCC],
    ...[HOST, LANG, CLNT],
    ...[TYPE, STRU, MODE],
    ...[PASV, EPSV, PORT, EPRT],
    ...[RETR, STOR, STOU, APPE, ALLO, REST, RANG, ABOR],
    ...[LIST, NLST, MLSD, MLST, STAT],
    ...[CWD, CDUP, PWD, MKD, RMD, RMDA, AVBL],
    ...[DELE, RNFR, RNTO, SIZE, MDTM, MFMT, MFCT, MFF, COMB],
    ...[HASH, XCRC, XMD5, XSHA1, XSHA256, XSHA512],
    ...[SYST, NOOP, OPTS, SITE, makeFeat(table), makeHelp(table)],
  ];
  for (const command of commands) {
    for (const verb of [command.verb, ...command.aliases ?? []]) table.set(verb, command);
  }
  return table;
}
