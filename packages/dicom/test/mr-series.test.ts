import { createVolume } from "@isodose/core";
import {
  inspectFiles,
  type MrSeriesContent,
  mrSeriesUids,
  readMrSeries,
  writeCtSeries,
  writeMrSeries,
} from "@isodose/dicom";
import { describe, expect, it } from "vitest";
import { makeMr, makePatient, rawCtSeries } from "./support/fixtures.ts";

const mr = makeMr();
const patient = makePatient(
  { size: [4, 3, 2], spacingMm: [1, 1, 2], originMm: [0, 0, 0], direction: [1, 0, 0, 0, 1, 0, 0, 0, 1] },
  () => 0,
);
const content: MrSeriesContent = { mr, patient, seriesDescription: "T2" };

describe("MR series", () => {
  it("comes back as written: grid, signal, frame, UIDs", () => {
    const files = writeMrSeries(content);
    const back = readMrSeries([...files].reverse());
    expect(back.mr.unit).toBe("mr-signal");
    expect(back.mr.grid.size).toEqual(mr.grid.size);
    for (const key of ["spacingMm", "originMm", "direction"] as const) {
      for (const [n, value] of mr.grid[key].entries()) expect(back.mr.grid[key][n]).toBeCloseTo(value, 6);
    }
    expect(back.mr.values.data).toEqual(mr.values.data);
    expect(back.mr.frameOfReferenceUid).toBe(mr.frameOfReferenceUid);
    expect(back.position).toBe("FFDL");
    expect(back.seriesDescription).toContain("T2");
    expect(back.references).toEqual(mrSeriesUids(content));
    expect(back.identity.name).toBe("TEST^Päris");
    expect(writeMrSeries(content)).toEqual(files);
  });

  it("tells two series apart, and is chosen among them", () => {
    const other: MrSeriesContent = { ...content, seriesDescription: "T1 with contrast" };
    const both = [...writeMrSeries(content), ...writeMrSeries(other), ...writeCtSeries(patient)];
    expect(new Set(both.map(({ name }) => name)).size).toBe(both.length);
    expect(() => readMrSeries(both)).toThrow(expect.objectContaining({ code: "MIXED_SERIES" }));
    const { seriesInstanceUid } = mrSeriesUids(other);
    expect(readMrSeries(both, { seriesInstanceUid }).references.seriesInstanceUid).toBe(seriesInstanceUid);
    expect(() => readMrSeries(both, { seriesInstanceUid: "1.2.3" })).toThrow(/seriesInstanceUid/);
  });

  it("is rescaled slice by slice where the file says so, and not where it does not", () => {
    const raw = (slope: string | undefined) =>
      rawCtSeries((k) => ({
        "00080016": ["UI", "1.2.840.10008.5.1.4.1.1.4"],
        "00080060": ["CS", "MR"],
        "00281052": slope === undefined ? undefined : ["DS", String(k)],
        "00281053": slope === undefined ? undefined : ["DS", slope],
      }));
    expect(readMrSeries(raw(undefined)).mr.values.get(2, 1, 3)).toBe(207);
    expect(readMrSeries(raw("2")).mr.values.get(2, 1, 3)).toBe(2 * 207 + 2);
    expect(() => readMrSeries(raw("0"))).toThrow(expect.objectContaining({ code: "NO_RESCALE" }));
  });

  it("refuses what is no MR", () => {
    expect(() => readMrSeries(writeCtSeries(patient))).toThrow(expect.objectContaining({ code: "NO_MR" }));
    expect(() => writeMrSeries({ ...content, mr: patient.ct })).toThrow(/mr.unit/);
    const negative = createVolume(mr.grid, "mr-signal", "1.2", new Float32Array(105).fill(-1));
    expect(() => writeMrSeries({ ...content, mr: negative })).toThrow(/MR signal: is -1/);
    expect(() => writeMrSeries({ ...content, seriesDescription: " " })).toThrow(/seriesDescription/);
  });

  it("is listed by inspectFiles", () => {
    const found = inspectFiles(writeMrSeries(content));
    expect(found.problems).toEqual([]);
    expect(found.images).toMatchObject([{ modality: "MR", size: [5, 7, 3] }]);
  });
});
