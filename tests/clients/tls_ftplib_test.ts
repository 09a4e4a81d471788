/**
 * What has to work with Python's ftplib over TLS: it fails where the closing alert is missing on a data
 * connection.
 */

import { testClientOverTls } from "../support/client_tls.ts";
import { FTPLIB, ftplib } from "./ftplib.ts";

testClientOverTls({
  ...FTPLIB,
  abortUpload: (at, options) => ftplib(at, { do: "abort-upload", ...options }),
  async countResumed(at, options) {
    const reused: boolean[] = JSON.parse(await ftplib(at, { do: "reuse", ...options }));
    return reused.filter(Boolean).length;
  },
});
