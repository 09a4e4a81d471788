/** The library thread: checks what the runtime has no threads for, one password after the other. */

import type { LibraryAnswer, LibraryQuestion } from "./library_messages.ts";

const port = globalThis as unknown as {
  onmessage: (event: MessageEvent<LibraryQuestion>) => void;
  postMessage(answer: LibraryAnswer): void;
};

port.onmessage = ({ data }) => {
  isRight(data).then(
    (isRight) => port.postMessage({ isRight }),
    (error) => port.postMessage({ failure: error instanceof Error ? error.message : String(error) }),
  );
};

async function isRight({ form, stored, password }: LibraryQuestion): Promise<boolean> {
  if (form === "bcrypt") {
    const { default: bcrypt } = await import("bcryptjs");
    return bcrypt.compareSync(password, stored);
  }
  const { matchesShaCrypt } = await import("./sha_crypt_engine.ts");
  return matchesShaCrypt(stored, password);
}
