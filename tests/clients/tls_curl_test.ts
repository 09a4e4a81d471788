/** What has to work with curl over TLS. */

import { testClientOverTls } from "../support/client_tls.ts";
import { CURL, curl, download } from "./curl.ts";

testClientOverTls({
  ...CURL,
  // Under TLS, curl 7.88 gives up with "sa_addr inet_ntop() failed" once the server has connected.
  cannot: ["active over IPv4", "active over IPv6"],
  doesNotResume: {
    "1.2": "curl takes no tickets with TLS 1.2, and the runtime keeps no sessions by their IDs",
    "1.3": "it does not take the next ticket after an upload",
  },
  neverResumes: ["1.2"],
  // Says "SSL re-using session ID" also where the server does not go along; the server shows no certificate
  // only where it does.
  async countResumed(at, { local, remote, times }) {
    const words = await curl(
      at,
      "verbose",
      ...Array.from({ length: times }, () => download(at, { local, remote })).flat(),
    );
    const count = (pattern: RegExp): number => words.match(pattern)?.length ?? 0;
    const certificates = count(/\(IN\), TLS handshake, Certificate \(11\)/g);
    return count(/SSL (re-using|reusing) session/g) - (certificates - 1);
  },
});
