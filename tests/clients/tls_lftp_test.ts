/** What has to work with lftp over TLS. It does not tell which sessions it resumes; the server tells it apart. */

import { testClientOverTls } from "../support/client_tls.ts";
import { LFTP } from "./lftp.ts";

testClientOverTls(LFTP);
