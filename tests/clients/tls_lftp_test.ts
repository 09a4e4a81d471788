/**
 * What has to work with lftp over TLS. It does not say which sessions it resumes: the server, which insists
 * on it, tells.
 */

// Of the other clients, Debian's ncftp has no TLS at all, and its tnftp has it for https only.

import { testClientOverTls } from "../support/client_tls.ts";
import { LFTP } from "./lftp.ts";

testClientOverTls(LFTP);
