import {
  type Beam,
  createVolume,
  type Direction,
  type Grid,
  type Patient,
  type PatientPosition,
  type Plan,
  type Radiograph,
  type Structure,
  uidFromText,
  type Vec3,
  type Volume,
} from "@isodose/core";
import type { NamedBytes } from "@isodose/dicom";
import { type RawDataSet, type RawOptions, rawDicom, words } from "./raw-dicom.ts";

/** A CT slice of 4 × 3 pixels by hand; stored value n at pixel n + 100 k. */
export function rawCtSlice(k: number, overrides: RawDataSet = {}): RawDataSet {
  const little = true;
  return {
    "00080005": ["CS", "ISO_IR 192"],
    "00080008": ["CS", "ORIGINAL\\PRIMARY\\AXIAL"],
    "00080016": ["UI", "1.2.840.10008.5.1.4.1.1.2"],
    "00080018": ["UI", `1.2.3.4.${k + 1}`],
    "00080060": ["CS", "CT"],
    "00100010": ["PN", "Spine^Sam"],
    "00100020": ["LO", "ID7"],
    // Wrong on purpose: spacing comes from positions.
    "00180050": ["DS", "9"],
    "00185100": ["CS", "HFP"],
    "0020000D": ["UI", "1.2.3.1"],
    "0020000E": ["UI", "1.2.3.2"],
    "00200032": ["DS", [-10, 20, 5 + 2.5 * k]],
    "00200037": ["DS", "1\\0\\0\\0\\1\\0"],
    "00200052": ["UI", "1.2.3.3"],
    "00280002": ["US", 1],
    "00280010": ["US", 3],
    "00280011": ["US", 4],
    "00280030": ["DS", "1.5\\0.75"],
    "00280100": ["US", 16],
    "00280101": ["US", 12],
    "00280102": ["US", 11],
    "00280103": ["US", 0],
    "00281052": ["DS", "-1024"],
    "00281053": ["DS", String(k + 1)],
    "7FE00010": [
      "OW",
      words(
        Array.from({ length: 12 }, (_, n) => n + 100 * k),
        2,
        little,
      ),
    ],
    ...overrides,
  };
}

export function rawCtFile(k: number, overrides: RawDataSet = {}, options: RawOptions = {}): NamedBytes {
  return { name: `CT/slice-${k}.dcm`, bytes: rawDicom(rawCtSlice(k, overrides), options) };
}

/** Five slices, out of order. */
export function rawCtSeries(overrides: (k: number) => RawDataSet = () => ({}), count = 5): NamedBytes[] {
  const order = Array.from({ length: count }, (_, n) => (n * 3 + 2) % count);
  return order.map((k) => rawCtFile(k, overrides(k)));
}

/** An RTDOSE of 2 × 2 × 3 voxels by hand, 32 bits, stored value n at voxel n. */
export function rawDose(overrides: RawDataSet = {}): RawDataSet {
  return {
    "00080016": ["UI", "1.2.840.10008.5.1.4.1.1.481.2"],
    "00080018": ["UI", "1.2.3.9"],
    "00080060": ["CS", "RTDOSE"],
    "00200032": ["DS", "1\\2\\30"],
    "00200037": ["DS", "1\\0\\0\\0\\1\\0"],
    "00200052": ["UI", "1.2.3.3"],
    "00280002": ["US", 1],
    "00280008": ["IS", "3"],
    "00280010": ["US", 2],
    "00280011": ["US", 2],
    "00280030": ["DS", "2\\2"],
    "00280100": ["US", 32],
    "00280101": ["US", 32],
    "00280102": ["US", 31],
    "00280103": ["US", 0],
    "30040002": ["CS", "GY"],
    "30040004": ["CS", "PHYSICAL"],
    "3004000A": ["CS", "PLAN"],
    "3004000C": ["DS", "0\\3\\6"],
    "3004000E": ["DS", "0.5"],
    "7FE00010": [
      "OW",
      words(
        Array.from({ length: 12 }, (_, n) => n),
        4,
      ),
    ],
    ...overrides,
  };
}

export function rawDoseFile(overrides: RawDataSet = {}, options: RawOptions = {}): NamedBytes {
  return { name: "dose.dcm", bytes: rawDicom(rawDose(overrides), options) };
}

/** An RTSTRUCT by hand: numbers and names out of order, one square contour each. */
export function rawStructureSet(contour: RawDataSet = {}, overrides: RawDataSet = {}): RawDataSet {
  const square: RawDataSet = {
    "30060042": ["CS", "CLOSED_PLANAR"],
    "30060046": ["IS", "4"],
    "30060050": ["DS", "0\\0\\5\\10\\0\\5\\10\\10\\5\\0\\10\\5"],
    ...contour,
  };
  const roi = (number: number, name: string): RawDataSet => ({
    "30060022": ["IS", String(number)],
    "30060024": ["UI", "1.2.3.3"],
    "30060026": ["LO", name],
  });
  return {
    "00080005": ["CS", "ISO_IR 192"],
    "00080016": ["UI", "1.2.840.10008.5.1.4.1.1.481.3"],
    "00080018": ["UI", "1.2.3.8"],
    "00080060": ["CS", "RTSTRUCT"],
    "30060002": ["SH", "SET"],
    "30060020": ["SQ", [roi(7, "Rückenmark"), roi(3, "PTV_L1")]],
    "30060039": [
      "SQ",
      [
        { "3006002A": ["IS", "1\\2\\3"], "30060040": ["SQ", [square]], "30060084": ["IS", "3"] },
        { "30060040": ["SQ", [square, square]], "30060084": ["IS", "7"] },
      ],
    ],
    "30060080": [
      "SQ",
      [
        { "30060082": ["IS", "1"], "30060084": ["IS", "7"], "300600A4": ["CS", "ORGAN"] },
        { "30060082": ["IS", "2"], "30060084": ["IS", "3"], "300600A4": ["CS", "PTV"] },
      ],
    ],
    ...overrides,
  };
}

export function rawStructureFile(
  contour: RawDataSet = {},
  overrides: RawDataSet = {},
  options: RawOptions = {},
): NamedBytes {
  return { name: "RTSTRUCT.dcm", bytes: rawDicom(rawStructureSet(contour, overrides), options) };
}

/** An RTPLAN by hand: one beam of beam number 4, cumulative weights as given. */
export function rawPlanFile(
  weights: readonly number[] = [0, 0.5, 1],
  meterset: string | null = "150",
): NamedBytes {
  const dataSet: RawDataSet = {
    "00080016": ["UI", "1.2.840.10008.5.1.4.1.1.481.5"],
    "00080018": ["UI", "1.2.3.7"],
    "00080060": ["CS", "RTPLAN"],
    "300A0002": ["SH", "ARC"],
    "300A0010": ["SQ", [{ "300A0012": ["IS", "1"], "300A0020": ["CS", "TARGET"], "300A0026": ["DS", "24"] }]],
    "300A0070": [
      "SQ",
      [
        {
          "300A0078": ["IS", "2"],
          "300A0080": ["IS", "1"],
          "300C0004": [
            "SQ",
            [{ "300A0086": meterset === null ? undefined : ["DS", meterset], "300C0006": ["IS", "4"] }],
          ],
        },
      ],
    ],
    "300A00B0": [
      "SQ",
      [
        {
          "300A00C0": ["IS", "4"],
          "300A00C2": ["LO", "Arc 1"],
          "300A00C4": ["CS", "DYNAMIC"],
          "300A00CE": ["CS", "TREATMENT"],
          "300A010E": ["DS", "1"],
          "300A0111": [
            "SQ",
            weights.map((weight, n) => ({
              "300A0112": ["IS", String(n)],
              "300A011E": ["DS", String(181 + n)],
              "300A0122": ["DS", "350"],
              "300A012C": n === 0 ? ["DS", "1\\2\\3.5"] : undefined,
              "300A0134": ["DS", String(weight)],
            })),
          ],
        },
      ],
    ],
  };
  return { name: "plan.dcm", bytes: rawDicom(dataSet) };
}

/** Rotation by roll, pitch and yaw, radians, as a grid direction. */
export function rotation(a: number, b: number, c: number): Direction {
  const [ca, sa, cb, sb, cc, sc] = [
    Math.cos(a),
    Math.sin(a),
    Math.cos(b),
    Math.sin(b),
    Math.cos(c),
    Math.sin(c),
  ];
  return [
    ca * cb,
    ca * sb * sc - sa * cc,
    ca * sb * cc + sa * sc,
    sa * cb,
    sa * sb * sc + ca * cc,
    sa * sb * cc - ca * sc,
    -sb,
    cb * sc,
    cb * cc,
  ];
}

/** A patient on the given CT grid; HU by function of the voxel index. */
export function makePatient(
  grid: Grid,
  hounsfield: (n: number) => number,
  structures: readonly Structure[] = [],
): Patient {
  const count = grid.size[0] * grid.size[1] * grid.size[2];
  const frame = uidFromText("frame of the test patient");
  return {
    identity: {
      name: "TEST^Päris",
      id: "T1",
      studyInstanceUid: uidFromText("study"),
      studyId: "1",
      studyDate: "20250102",
    },
    position: "FFDL",
    ct: createVolume(
      grid,
      "HU",
      frame,
      Float32Array.from({ length: count }, (_, n) => hounsfield(n)),
    ),
    structures: structures.map((structure) => ({ ...structure, frameOfReferenceUid: frame })),
    references: {
      ctSeriesInstanceUid: uidFromText("series"),
      ctSopInstanceUids: Array.from({ length: grid.size[2] }, (_, k) => uidFromText(`slice ${k}`)),
      structureSetSopInstanceUid: uidFromText("structures"),
    },
  };
}

/** A polygon in the axial plane z. */
export function polygon(z: number, ...xy: number[]): Structure["contours"][number] {
  const pointsMm = Float64Array.from({ length: (xy.length / 2) * 3 }, (_, n) =>
    n % 3 === 2 ? z : xy[Math.floor(n / 3) * 2 + (n % 3)]!,
  );
  return { type: "CLOSED_PLANAR", pointsMm };
}

export function makeStructure(
  name: string,
  number: number,
  contours: Structure["contours"],
  type: Structure["type"] = "PTV",
): Structure {
  return { name, number, type, colorRgb: [255, number % 256, 0], contours, frameOfReferenceUid: "" };
}

/** Beams all round, every one aimed elsewhere. */
export function makePlan(count: number, label = "test plan"): Plan {
  const beams: Beam[] = Array.from({ length: count }, (_, b) => {
    const aimMm: Vec3 = [b / 7, -100 + b / 3, 300];
    return {
      name: `N${b}`,
      sourceMm: [aimMm[0] + 800 * Math.sin(b), aimMm[1] + 800 * Math.cos(b), 300],
      aimMm,
      bldXAxis: [0, 0, 1],
      bldYAxis: [Math.cos(b), -Math.sin(b), 0],
      sadMm: 800,
      aperture: { kind: "circle", diameterMm: 12.5 },
      gantryDeg: -b * 7.123456789,
      couchDeg: 720 + b,
      collimatorDeg: 359.9999999999,
      node: b,
    };
  });
  return {
    label,
    machine: "cyberknife-synthetic",
    machineLabel: "synthetic",
    prescription: { doseGy: 24, fractions: 3, coveragePercent: 95 },
    target: "PTV",
    isocenterMm: [0, -100, 300],
    beams,
    monitorUnits: Float64Array.from(beams, (_, b) => 100 + b / 3),
  };
}

/** An oblique MR of 5 × 7 × 3 voxels, signal 10 n. */
export function makeMr(): Volume {
  const grid: Grid = {
    size: [5, 7, 3],
    spacingMm: [0.9, 1.1, 3.3],
    originMm: [-1, 2, 3],
    direction: rotation(0.1, 0.2, -0.3),
  };
  return createVolume(
    grid,
    "mr-signal",
    uidFromText("frame of the test MR"),
    Float32Array.from({ length: 105 }, (_, n) => 10 * n),
  );
}

/** A picture of 6 × 4 pixels from the patient's front, cranial up; optical depth n / 10 at pixel n. */
export function makeRadiograph(position: PatientPosition): Radiograph {
  return {
    label: "ap",
    widthPx: 6,
    heightPx: 4,
    pixelSpacingMm: 2,
    opticalDepth: Float32Array.from({ length: 24 }, (_, n) => n / 10),
    geometry: {
      sourceMm: [5, -990, 3],
      isocenterMm: [5, 10, 3],
      sourceToIsocenterMm: 1000,
      sourceToDetectorMm: 1500,
      xAxis: [1, 0, 0],
      yAxis: [0, 0, 1],
      position,
      frameOfReferenceUid: uidFromText("frame of the test patient"),
    },
  };
}
