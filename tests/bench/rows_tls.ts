/** The rows of FTP over TLS, in the order in which they are measured. */

import { cpuOf, type Limits, type Row } from "./rows.ts";

/** Files a second with nothing but the wire: EPSV, a resumed handshake, and the reply to RETR or STOR. */
function smallFiles({ resumptions, round_trips }: Required<Limits>): number {
  return 1 / (1 / resumptions + 2 / round_trips);
}

/** All of them. */
export const TLS_ROWS: readonly Row[] = [
  {
    id: "tls_small_retr",
    run: "small_retr",
    title: () => "EPSV and RETR of 1 KiB, session resumed",
    unit: "files/s",
    target: { peer: 0.9 },
    limit: smallFiles,
  },
  cpuOf("tls_small_retr", "EPSV and RETR of 1 KiB"),
  {
    id: "tls_small_stor",
    run: "small_stor",
    title: () => "EPSV and STOR of 1 KiB, session resumed",
    unit: "files/s",
    target: { peer: 0.9 },
    limit: smallFiles,
  },
  cpuOf("tls_small_stor", "EPSV and STOR of 1 KiB"),
  {
    id: "tls_list",
    needs: "many",
    run: "list",
    title: ({ files }) => `LIST of ${files} files`,
    unit: "s",
    target: { peer: 0.9 },
    limit: (at) => at.listed,
  },
  {
    id: "tls_mlsd",
    needs: "many",
    run: "mlsd",
    title: ({ files }) => `MLSD of ${files} files`,
    unit: "s",
    target: { peer: 0.9 },
    limit: (at) => at.listed,
  },
  {
    id: "tls_retr",
    needs: "big",
    run: "retr_copy",
    title: ({ big }) => `RETR of ${big} MiB`,
    unit: "MB/s",
    target: { peer: 1 },
    limit: (at) => at.tls,
  },
  {
    id: "tls_cpu_retr",
    within: { row: "tls_retr", field: "cpu_per_gb" },
    title: () => "server CPU for a GB of RETR",
    unit: "s",
    target: { peer: 1 },
  },
  {
    id: "tls_stor",
    run: "stor",
    title: ({ big }) => `STOR of ${big} MiB`,
    unit: "MB/s",
    target: { peer: 0.85 },
    limit: (at) => at.tls,
  },
  {
    id: "tls_cpu_stor",
    within: { row: "tls_stor", field: "cpu_per_gb" },
    title: () => "server CPU for a GB of STOR",
    unit: "s",
    target: { peer: 1 },
  },
  {
    id: "tls_login",
    run: "login_in_turn",
    title: ({ clients }) => `${clients} logins, one after another`,
    unit: "s",
    target: { peer: 0.8 },
    limit: ({ handshakes, round_trips }, { clients }) => clients * (1 / handshakes + 6 / round_trips),
  },
  cpuOf("tls_login", "a login"),
];
