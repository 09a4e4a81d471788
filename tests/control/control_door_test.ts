/** The control door, when the system does not do as it is told. */

import assert from "node:assert/strict";
import { ControlClient } from "../../src/control/control_client.ts";
import { openControlDoor } from "../../src/control/control_door.ts";
import { openEndpoint } from "../../src/control/endpoint.ts";
import { NotingServer } from "./_scene.ts";

const ignore = Deno.build.os === "windows";

Deno.test({
  name: "A door that has no descriptors for a client lets the next one in",
  ignore,
  async fn() {
    const folder = await Deno.makeTempDir();
    await using door = await openControlDoor({
      places: [`${folder}/s`],
      running: new NotingServer(),
      async open(path, kind) {
        const endpoint = await openEndpoint(path, kind);
        const { listener } = endpoint;
        const accept = listener.accept.bind(listener);
        const errors = ["Too many open files (os error 24)", "Too many open files (os error 24)"];
        listener.accept = () => {
          const message = errors.pop();
          return message === undefined ? accept() : Promise.reject(new Error(message));
        };
        return endpoint;
      },
    });
    using client = await ControlClient.connect([door!.path]);
    assert.equal(client.greeting.pid, 1);
    await Deno.remove(folder, { recursive: true });
  },
});
