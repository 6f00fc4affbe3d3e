import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { vi } from "vitest";
import { main } from "../../src/index.ts";

/** What a run of the command came to. */
export interface Ran {
  /** Exit code; null if a signal ended the process. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Run `isodose` in this process, with what it prints caught. */
export async function runHere(...args: string[]): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const spies = [
    vi.spyOn(process.stdout, "write").mockImplementation((text) => out.push(String(text)) > 0),
    vi.spyOn(process.stderr, "write").mockImplementation((text) => err.push(String(text)) > 0),
    vi.spyOn(console, "log").mockImplementation((...texts) => void out.push(`${texts.join(" ")}\n`)),
    vi.spyOn(console, "error").mockImplementation((...texts) => void err.push(`${texts.join(" ")}\n`)),
    vi.spyOn(console, "warn").mockImplementation((...texts) => void err.push(`${texts.join(" ")}\n`)),
  ];
  try {
    return { code: await main(args), stdout: out.join(""), stderr: err.join("") };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

/** Start `isodose` as a process of its own. */
export function startChild(...args: string[]): ChildProcess {
  const entry = fileURLToPath(new URL("isodose-child.ts", import.meta.url));
  return spawn(process.execPath, ["--conditions=@isodose/source", entry, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Wait for a process to end. */
export function ended(child: ChildProcess): Promise<Ran> {
  let stdout = "";
  let stderr = "";
  child.stdout!.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr!.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

/** Run `isodose` as a process of its own. */
export function runChild(...args: string[]): Promise<Ran> {
  return ended(startChild(...args));
}
