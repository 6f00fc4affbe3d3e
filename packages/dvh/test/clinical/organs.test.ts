import { describe, expect, test } from "vitest";
import { organOfStructure } from "../../src/index.ts";

describe("the organ that a structure's name means", () => {
  test.each([
    ["SpinalCord", "spinal cord"],
    ["SPINAL CORD", "spinal cord"],
    ["cord", "spinal cord"],
    ["SpinalCord_PRV02", "spinal cord PRV"],
    ["cord+2mm", "spinal cord PRV"],
    ["SpinalCordPRV", "spinal cord PRV"],
    ["SpinalCanal", "spinal canal"],
    ["ThecalSac", "thecal sac"],
    ["Cauda_Equina", "cauda equina"],
    ["CaudaEquina", "cauda equina"],
    ["Esophagus", "oesophagus"],
    ["Oesophagus 1", "oesophagus"],
    ["Kidney_L", "kidney"],
    ["Kidneys", "kidneys"],
    ["Kidney both", "kidneys"],
    ["Kidney_Cortex_L", "renal cortex"],
    ["Lung_R", "lung"],
    ["Lungs", "lungs"],
    ["Lung total", "lungs"],
    ["Bowel_Small", "jejunum and ileum"],
    ["Bowel", "bowel"],
    ["Skin", "skin"],
    ["BrachialPlex_R", "brachial plexus"],
    ["Nerve root L5 left", "nerve root"],
    ["Bronchus_Main", "trachea and large bronchus"],
    ["A_Aorta", "great vessels"],
    ["Brainstem", "brainstem"],
  ])("%s is %s", (name, organ) => {
    expect(organOfStructure(name)).toBe(organ);
  });

  test.each([
    "PTV_L1",
    "CTV cord",
    "Ring",
    "Lungs minus GTV",
    "Vertebra_L1",
    "Body",
    "VocalCords",
    "Anal canal",
    "",
  ])("%j is none", (name) => {
    expect(organOfStructure(name)).toBeUndefined();
  });
});
