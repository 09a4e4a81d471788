/** Dialogues about transfer parameters and data ports. */

import type { Dialogue } from "./dialogue.ts";

/** The dialogues. */
export const PORT_DIALOGUES: readonly Dialogue[] = [
  {
    name: "TYPE",
    steps: [
      "TYPE I",
      "TYPE A",
      "TYPE a",
      "TYPE A N",
      "TYPE A T",
      "TYPE A C",
      "TYPE L 8",
      "TYPE L 7",
      "TYPE L",
      "TYPE E",
      "TYPE X",
      "TYPE I N",
    ],
  },
  {
    name: "MODE and STRU",
    steps: [
      "MODE S",
      "MODE s",
      "MODE B",
      "MODE C",
      "MODE X",
      "MODE SS",
      "STRU F",
      "STRU f",
      "STRU R",
      "STRU P",
      "STRU X",
      "STRU FF",
    ],
  },
  {
    name: "forms of PORT",
    steps: [
      "PORT 127,0,0,1,{open}",
      "PORT 127,0,0,1",
      "PORT 127,0,0,1,200",
      "PORT 127,0,0,1,200,1,2",
      "PORT 127,0,0,1,256,1",
      "PORT 127,0,0,256,200,1",
      "PORT 127,0,0,1,-1,1",
      "PORT 127.0.0.1.200.1",
      "PORT junk",
      "PORT 127,0,0,1,0,21",
      "PORT 127,0,0,1,0,0",
      "PORT 127,0,0,2,200,1",
      "PORT 192,0,2,1,200,1",
    ],
  },
  {
    name: "forms of EPRT",
    steps: [
      "EPRT |1|127.0.0.1|{open}|",
      "EPRT !1!127.0.0.1!{open}!",
      "EPRT |1|127.0.0.1|{open}",
      "EPRT 1|127.0.0.1|{open}|",
      "EPRT |3|127.0.0.1|{open}|",
      "EPRT |1|127.0.0.1|65536|",
      "EPRT |1|127.0.0.1|junk|",
      "EPRT |1|junk|{open}|",
      "EPRT |1|127.0.0.1|21|",
      "EPRT |1|192.0.2.1|50000|",
      "EPRT |2|::1|{open}|",
      "EPRT junk",
    ],
  },
  {
    name: "PORT to where nobody listens",
    steps: ["PORT 127,0,0,1,{closed}", { lines: ["LIST", "QUIT"], until: 221 }],
  },
  {
    name: "EPRT to where nobody listens",
    steps: ["EPRT |1|127.0.0.1|{closed}|", { lines: ["LIST", "QUIT"], until: 221 }],
  },
  { name: "forms of EPSV", steps: ["EPSV", "EPSV 1", "EPSV 2", "EPSV 3", "EPSV junk", "EPSV 1 2"] },
  {
    name: "PASV again and again",
    steps: ["PASV", "PASV", "EPSV", "PASV", { download: "NLST", via: "PASV" }],
  },
  {
    name: "EPSV ALL",
    steps: [
      "EPSV ALL",
      "PASV",
      "PORT 127,0,0,1,{open}",
      "EPRT |1|127.0.0.1|{open}|",
      { download: "NLST", via: "EPSV" },
      "EPSV ALL",
      "PASV",
    ],
  },
  { name: "EPSV all", steps: ["EPSV all"] },
];
