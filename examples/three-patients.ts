// Three patients as DICOM and pictures; coarser voxels are quicker.
//   node --conditions=@isodose/source examples/three-patients.ts [folder [voxel in mm]]
import { join } from "node:path";
import * as isodose from "isodose";
import { writeFiles } from "isodose/node";

const [out = "out/three-patients", mm = "1"] = process.argv.slice(2);
const spacingMm = [Number(mm), Number(mm), Number(mm) + 1] as const;
const preset = isodose.lesionOfPreset;
const patients: Record<string, isodose.SpinePhantomOptions> = {
  "thoracic-metastasis": { level: "T6", lesion: "epidural" }, // breaks into the canal: Bilsky 2
  "cervical-meningioma": { level: "C5", lesion: "meningioma" }, // intradural, extramedullary
  "lumbar-after-surgery": {
    lesions: [preset("vertebral-body", "L2"), preset("posterior-element", "L4")],
    hardware: { levels: ["L1", "L3"] },
    laminectomy: { levels: ["L2"] },
  },
};
for (const [name, options] of Object.entries(patients)) {
  const phantom = isodose.spinePhantom({ ...options, spacingMm });
  const { patient, parts, exactVolumesCc } = phantom;
  const files = await isodose.phantomFiles(phantom, { modalities: ["ct", "mr-t1", "mr-t2"] });

  // Axial and sagittal through the first lesion, painted from the solids finer than the CT; sagittal with all lesions.
  const gtvs = phantom.lesions.map(({ gtvName }) => phantom.solids[gtvName]!);
  const middle = ({ boundsMm: { min, max } }: isodose.Solid) => min.map((low, a) => (low + max[a]!) / 2);
  const [[x = 0, y = 0, z = 0], all] = [middle(gtvs[0]!), middle(isodose.unionOf(...gtvs))];
  const structures = patient.structures.filter(({ name: s }) => /^(GTV|PTV|SpinalCord$|ThecalSac)/.test(s));
  const slices = { axial: [200, 200, 1], sagittal: [1, 200, 200] } as const;
  const panels = Object.entries(slices).flatMap(([axis, size], row) => {
    const centre = axis === "axial" ? [x, y, z] : [x, ...all.slice(1)];
    const originMm = centre.map((c, a) => c - 0.25 * (size[a]! - 1)) as [number, number, number];
    const grid = { size, spacingMm: [0.5, 0.5, 0.5], originMm, direction: isodose.AXIAL_DIRECTION } as const;
    const ct = isodose.paintVolume(parts, grid, ({ hu }) => hu, "HU", "");
    const t2 = isodose.renderMr({ parts, grid, weighting: "t2", frameOfReferenceUid: "" });
    const common = { dose: isodose.createVolume(grid, "Gy", ""), prescriptionGy: 1, widthPx: 400 };
    const view = { ...common, axis: axis as "axial", positionMm: axis === "axial" ? z : x };
    const pictures = [
      isodose.renderSlice({ ...view, ct, structures, windowHu: 1100, levelHu: 300 }),
      isodose.renderSlice({ ...view, ct: t2, structures: [], windowHu: 1000, levelHu: 480 }),
    ];
    return pictures.map((svg, n) => svg.replace("<svg ", `<svg x="${410 * n}" y="${410 * row}" `));
  });
  const picture = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 810 810" width="810" height="810">${panels.join("")}</svg>`;
  files.push({ name: "picture.svg", bytes: new TextEncoder().encode(picture) });
  await writeFiles(join(out, name), files);

  console.log(`\n${name}: ${files.length} files in ${join(out, name)}`);
  const cc = (value = 0) => Number(value.toFixed(3));
  console.table(
    structures.map((s) => ({
      structure: s.name,
      "exact cc": cc(exactVolumesCc[s.name]),
      "from contours": cc(isodose.structureVolumeCc(s)),
    })),
  );
}
console.log(isodose.NOT_FOR_CLINICAL_USE);
