import { NOT_FOR_CLINICAL_USE, type Volume } from "@isodose/core";

/**
 * A volume as the bytes of an NRRD file: float32, little endian, raw, in patient space (left-posterior-superior, mm).
 * @source NRRD file format definition, NRRD0005
 */
export function writeNrrd(volume: Volume): Uint8Array {
  const { size, spacingMm: s, originMm, direction: d } = volume.grid;
  const axis = (a: number): string => `(${d[a]! * s[a]!},${d[3 + a]! * s[a]!},${d[6 + a]! * s[a]!})`;
  const header = [
    "NRRD0005",
    `# ${NOT_FOR_CLINICAL_USE}`,
    "type: float",
    "dimension: 3",
    "space: left-posterior-superior",
    `sizes: ${size.join(" ")}`,
    `space directions: ${axis(0)} ${axis(1)} ${axis(2)}`,
    "kinds: domain domain domain",
    "endian: little",
    "encoding: raw",
    'space units: "mm" "mm" "mm"',
    `space origin: (${originMm.join(",")})`,
    `unit:=${volume.unit}`,
    `notice:=${NOT_FOR_CLINICAL_USE}`,
    `frameOfReferenceUid:=${volume.frameOfReferenceUid}`,
    "generator:=Isodose",
    "",
    "",
  ].join("\n");
  const text = new TextEncoder().encode(header);
  const data = volume.values.data;
  const out = new Uint8Array(text.length + 4 * data.length);
  out.set(text);
  const view = new DataView(out.buffer, text.length);
  for (let n = 0; n < data.length; n++) view.setFloat32(4 * n, data[n]!, true);
  return out;
}
