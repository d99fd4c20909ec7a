import type { HubOptions } from "@sinqbench/hub";
import { describe, expect, it } from "vitest";
import { Interruption } from "../io.ts";
import { Session } from "../session.ts";
import { withHub } from "./with-hub.ts";

function recorder(isTTY: boolean) {
  const written: string[] = [];
  const controller = new AbortController();
  const output = { write: (text: string) => void written.push(text), isTTY, columns: 120 };
  const io = { stdout: output, stderr: output, env: { HF_HOME: "/cache" }, cwd: "/", signal: controller.signal };
  return { session: new Session(io), written, controller };
}

const progress = (done: number, total: number) => ({ file: "model.safetensors", done, total });

describe("withHub", () => {
  it("hands over the command's environment and signal, and the call's result", async () => {
    const { session } = recorder(false);
    const options = await withHub(session, "org/name", async (options) => options);
    expect(options).toMatchObject({ env: session.io.env, signal: session.io.signal });
  });

  it("announces a large download once, and no small one", async () => {
    const { session, written } = recorder(false);
    await withHub(session, "org/name", async ({ onProgress, onNote }: HubOptions) => {
      onProgress!(progress(1, 19_000_000));
      onNote!("a note");
      onProgress!(progress(1, 3_400_000_000));
      onProgress!(progress(2, 3_400_000_000));
    });
    expect(written).toEqual(["a note\n", "org/name: downloading 3.40 GB into /cache/hub\n"]);
  });

  it("draws a bar that makes room for notes and is gone at the end", async () => {
    const { session, written } = recorder(true);
    await withHub(session, "org/name", async ({ onProgress, onNote }: HubOptions) => {
      onProgress!(progress(50, 100));
      onNote!("a note");
      onProgress!(progress(75, 100));
    });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is left out.
    const plain = written.map((text) => text.replace(/\u001b\[[0-9;]*[a-zA-Z]|\r/g, ""));
    expect(plain[0]).toMatch(/^org\/name █{12}░{12} 50 %.*model\.safetensors$/);
    expect(plain.slice(1, 3)).toEqual(["", "a note\n"]);
    expect(plain[3]).toMatch(/ 75 %/);
    expect(plain[4]).toBe("");
    expect(plain).toHaveLength(5);
  });

  it("says what Ctrl-C keeps while it runs, and what was said before once it is done", async () => {
    const { session, controller } = recorder(false);
    session.kept = "a.csv is complete";
    await withHub(session, "org/name", async ({ onProgress }) => onProgress!(progress(1, 2)));
    expect(session.kept).toBe("a.csv is complete");
    const call = withHub(session, "org/name", async ({ onProgress, signal }) => {
      onProgress!(progress(1, 2));
      controller.abort(new Interruption("SIGINT", 130));
      signal!.throwIfAborted();
    });
    await expect(call).rejects.toBeInstanceOf(Interruption);
    expect(session.kept).toBe("what was downloaded is kept in /cache/hub; the same command goes on from there");
  });
});
