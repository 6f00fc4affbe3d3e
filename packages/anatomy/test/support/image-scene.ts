import { AXIAL_DIRECTION, type Grid } from "@isodose/core";
import { differenceOf, ellipsoid, ellipticCylinder, type Solid, sphere, unionOf } from "@isodose/geometry";

/** Like a part of the phantom. */
export interface ScenePart {
  readonly name: string;
  readonly solid: Solid;
  readonly tissue:
    | "fat"
    | "muscle"
    | "disc"
    | "corticalBone"
    | "cancellousBone"
    | "epiduralFat"
    | "csf"
    | "cord"
    | "blood"
    | "kidney"
    | "bowel"
    | "tumourEnhancing";
}

/** Middle of the lesion, LPS, mm. */
export const LESION_MM = [6, 7, 3] as const;

const tube = (x: number, y: number, a: number, b: number) => ellipticCylinder([x, y, 0], "z", [a, b, 400]);

function vertebra(z: number): ScenePart[] {
  const arch = (grow: number): Solid =>
    differenceOf(
      unionOf(
        ellipticCylinder([0, 22, z], "z", [17 + grow, 14 + grow, 9 + grow]),
        ellipticCylinder([0, 45, z - 4], "x", [3 + grow, 14 + grow, 8 + grow]),
        ellipsoid([26, 24, z], [16 + grow, 5 + grow, 6 + grow]),
        ellipsoid([-26, 24, z], [16 + grow, 5 + grow, 6 + grow]),
      ),
      tube(0, 22, 11 - grow, 8.5 - grow),
    );
  return [
    { name: `disc ${z}`, tissue: "disc", solid: ellipticCylinder([0, 0, z - 16], "z", [21, 16, 4]) },
    { name: `bone ${z}`, tissue: "corticalBone", solid: ellipticCylinder([0, 0, z], "z", [21, 16, 12]) },
    { name: `arch ${z}`, tissue: "corticalBone", solid: arch(0) },
    {
      name: `marrow ${z}`,
      tissue: "cancellousBone",
      solid: unionOf(ellipticCylinder([0, 0, z], "z", [19.8, 14.8, 10.8]), arch(-1.2)),
    },
  ];
}

/** A lumbar spine of simple shapes with its neighbours and a lesion: not the phantom, but of the same kind. */
export const SCENE: readonly ScenePart[] = [
  { name: "body", tissue: "fat", solid: tube(0, -20, 150, 105) },
  { name: "muscle", tissue: "muscle", solid: tube(0, -20, 134, 90) },
  { name: "bowel", tissue: "bowel", solid: ellipsoid([-30, -75, 20], [50, 25, 70]) },
  { name: "kidney left", tissue: "kidney", solid: ellipsoid([62, -5, 25], [26, 22, 50]) },
  { name: "kidney right", tissue: "kidney", solid: ellipsoid([-60, -8, 5], [25, 23, 48]) },
  { name: "fat left", tissue: "fat", solid: ellipsoid([85, 15, -40], [14, 20, 30]) },
  { name: "aorta", tissue: "blood", solid: tube(10, -28, 10, 10) },
  ...[-128, -96, -64, -32, 0, 32, 64, 96, 128].flatMap(vertebra),
  { name: "canal", tissue: "epiduralFat", solid: tube(0, 22, 10.5, 8) },
  { name: "sac", tissue: "csf", solid: tube(0, 22, 8.5, 6.5) },
  { name: "cord", tissue: "cord", solid: tube(0, 22, 5, 4) },
  { name: "lesion", tissue: "tumourEnhancing", solid: sphere(LESION_MM, 8) },
];

export const CT_GRID: Grid = {
  size: [213, 147, 100],
  spacingMm: [1.5, 1.5, 2],
  originMm: [-159, -129, -99],
  direction: AXIAL_DIRECTION,
};
