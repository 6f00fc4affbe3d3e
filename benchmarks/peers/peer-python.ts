import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A Python with the packages of a peer, or why there is none here. */
export type PeerPython = { readonly python: string } | { readonly missing: string };

/**
 * A virtual environment of its own for one peer, made on first use in benchmarks/peers/.venv-NAME with the versions of
 * NAME_requirements.txt from PyPI.
 */
export function peerPython(name: "gamma" | "dvh" | "pyradmc"): PeerPython {
  const folder = join(import.meta.dirname, `.venv-${name}`);
  const requirements = join(import.meta.dirname, `${name}_requirements.txt`);
  const wanted = readFileSync(requirements, "utf8");
  const python = join(folder, "bin/python");
  const stamp = join(folder, "installed.txt");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return { python };
  if (spawnSync("python3", ["-m", "venv", folder]).status !== 0) return { missing: "no python3 with venv" };
  console.error(`installing ${wanted.split("\n")[0]} into benchmarks/peers/.venv-${name} …`);
  const { status, stderr } = spawnSync(python, ["-m", "pip", "install", "-q", "-r", requirements], {
    encoding: "utf8",
  });
  if (status !== 0) return { missing: stderr.trim().split("\n").at(-1) ?? "pip failed" };
  writeFileSync(stamp, wanted);
  return { python };
}

/** Run a peer's script and parse what it prints. */
export function runPeer<T>(python: string, script: string, args: readonly string[]): T {
  const out = execFileSync(python, [join(import.meta.dirname, script), ...args], {
    encoding: "utf8",
    maxBuffer: 1 << 26,
    stdio: ["ignore", "pipe", "ignore"],
  });
  return JSON.parse(out.trim().split("\n").at(-1)!) as T;
}
