import { describe, expect, it } from "vitest";
import {
  CancelledError,
  DicomFormatError,
  EngineError,
  InputFileError,
  InvalidInputError,
  isLibraryError,
  OutputError,
  throwIfCancelled,
  UnsupportedError,
  yieldToEventLoop,
} from "../src/index.ts";

describe("errors", () => {
  it("name field, value and what was expected, on one line", () => {
    const error = new InvalidInputError("prescription.doseGy", -24, "a dose > 0 Gy");
    expect(error.message).toBe("prescription.doseGy: is -24; expected a dose > 0 Gy");
    expect(error).toMatchObject({ name: "InvalidInputError", field: "prescription.doseGy", value: -24 });
    expect(new InvalidInputError("target", undefined, "a name").message).toBe(
      "target: missing; expected a name",
    );
    expect(new InvalidInputError("a", "b\nc", "d").message).toBe('a: is "b\\nc"; expected d');
    expect(new UnsupportedError("couch pitch", "use 0").message).toBe("couch pitch is not supported; use 0");
    expect(new OutputError("out", "not writable", "a folder").message).toBe(
      "out: not writable; expected a folder",
    );
  });

  it("show any value, shortly", () => {
    const shown = (value: unknown) => new InvalidInputError("x", value, "y").message.slice(6, -12);
    expect(shown(Number.NaN)).toBe("NaN");
    expect(shown(Number.NEGATIVE_INFINITY)).toBe("-Infinity");
    expect(shown(12n)).toBe("12");
    expect(shown(null)).toBe("null");
    expect(shown([1, 2])).toBe("[1,2]");
    expect(shown(Float32Array.of(1, 2))).toBe("[1,2]");
    const loop: { self?: unknown } = {};
    loop.self = loop;
    expect(shown(loop)).toBe("[object Object]");
    expect(shown(Array(1000).fill(0))).toHaveLength(120);
  });

  it("are told from others by the guard, by tag too, without instanceof", () => {
    const errors = [
      new InvalidInputError("a", 1, "b"),
      new UnsupportedError("a", "b"),
      new DicomFormatError("f.dcm", "TRUNCATED", "128 bytes", "512"),
      new EngineError("ray-trace", "failed", new Error("cause")),
      new InputFileError("f", "gone", "a file"),
      new OutputError("a", "b", "c"),
      new CancelledError(),
    ];
    for (const error of errors) {
      expect(isLibraryError(error)).toBe(true);
      for (const other of errors) expect(isLibraryError(error, other.tag)).toBe(error === other);
    }
    // As it arrives from another copy of the package.
    expect(isLibraryError(Object.assign(new Error("x"), { tag: "EngineError" }), "EngineError")).toBe(true);
    expect(isLibraryError(Object.assign(new Error("x"), { tag: "OtherError" }))).toBe(false);
    expect(isLibraryError(new TypeError("x"))).toBe(false);
    expect(isLibraryError({ tag: "EngineError" })).toBe(false);
    expect(errors[3]!.cause).toBeInstanceOf(Error);
  });
});

describe("cancelling", () => {
  it("throws once the signal is aborted, not before", async () => {
    const controller = new AbortController();
    throwIfCancelled(undefined);
    throwIfCancelled(controller.signal);
    await yieldToEventLoop(controller.signal);
    const waiting = yieldToEventLoop(controller.signal);
    controller.abort();
    await expect(waiting).rejects.toSatisfy((error) => isLibraryError(error, "CancelledError"));
    expect(() => throwIfCancelled(controller.signal)).toThrow("run cancelled");
  });

  it("lets timers run in between", async () => {
    let hasRun = false;
    setTimeout(() => {
      hasRun = true;
    }, 0);
    for (let i = 0; i < 1000 && !hasRun; i++) await yieldToEventLoop();
    expect(hasRun).toBe(true);
  });
});
