/** One session of basic-ftp in Node: does the task that the JSON on standard input describes. */

import { readFileSync, statSync } from "node:fs";
import process from "node:process";
import tls from "node:tls";

const task = JSON.parse(readFileSync(0, "utf8"));
const { local, remote } = task;

/** For each TLS connection, the control connection first, whether it resumed a session. */
const resumed = [];
const { connect } = tls;
tls.connect = (...args) => {
  const socket = connect(...args);
  // Works around a fault of basic-ftp 6.2.6: it takes a cipher for the end of the handshake, but one to resume has it from the start. It then ends empty
  // uploads before the handshake is done, and Node sends no closing alert. It can go when uploads of trees pass without it.
  socket.getCipher = () => undefined;
  socket.once("secureConnect", () => {
    delete socket.getCipher;
    resumed.push(socket.isSessionReused());
  });
  return socket;
};

const { Client } = await import(task.library);

const TASKS = {
  "upload-tree": (ftp) => ftp.uploadFromDir(local),
  "download-tree": (ftp) => ftp.downloadToDir(local),
  "list": async (ftp) => (await ftp.list()).map(({ name }) => name).join("\n"),
  "upload": (ftp) => ftp.uploadFrom(local, remote),
  "download": (ftp) => ftp.downloadTo(local, remote),
  "resume-upload": async (ftp) => ftp.appendFrom(local, remote, { localStart: await ftp.size(remote) }),
  "resume-download": (ftp) => ftp.downloadTo(local, remote, statSync(local).size),
  "make-directory": (ftp) => ftp.send(`MKD ${remote}`),
  "remove-directory": (ftp) => ftp.send(`RMD ${remote}`),
  "rename": (ftp) => ftp.rename(remote, task.to),
  "delete": (ftp) => ftp.remove(remote),
  async "reuse"(ftp) {
    for (let count = 0; count < task.times; count += 2) {
      await ftp.downloadTo(local, remote);
      await ftp.uploadFrom(local, remote);
    }
    return JSON.stringify(resumed.slice(1));
  },
};

const ftp = new Client(30_000);
const version = `TLSv${task.tls.version}`;
await ftp.access({
  host: task.host,
  port: task.port,
  user: task.name,
  password: task.password,
  secure: task.tls.implicit ? "implicit" : true,
  secureOptions: { ca: readFileSync(task.tls.authority), minVersion: version, maxVersion: version },
});
const said = await TASKS[task.do](ftp);
if (typeof said === "string") process.stdout.write(said);
ftp.close();
