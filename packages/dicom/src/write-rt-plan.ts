import {
  type Beam,
  InvalidInputError,
  NOT_FOR_CLINICAL_USE,
  type Patient,
  type Plan,
  UnsupportedError,
  uidFromText,
} from "@isodose/core";
import { commonModules, fitText, stampOf, type WriteOptions } from "./common-modules.ts";
import { formatDecimalString, formatDecimalStrings } from "./decimal-string.ts";
import type { NamedBytes } from "./named-bytes.ts";
import { sopInstanceUidsOf } from "./plan-uids.ts";
import { SOP_CLASS } from "./sop-class.ts";
import { TRANSFER_SYNTAX } from "./transfer-syntax.ts";
import { type DataSetByKeyword, writeDicom } from "./write-dicom.ts";

export interface RtPlanContent {
  readonly plan: Plan;
  readonly patient: Patient;
}

/** An angle as RTPLAN wants it: 0 ≤ angle < 360 degrees. */
function angle(degrees: number): string {
  const turned = Number((((degrees % 360) + 360) % 360).toFixed(6));
  return formatDecimalString(turned === 360 ? 0 : turned);
}

/** Distance from the source to the beam's own isocenter, mm. */
function sourceAxisDistanceMm({ sourceMm: s, aimMm: a }: Beam): number {
  return Math.hypot(s[0] - a[0], s[1] - a[1], s[2] - a[2]);
}

/** One static beam with its cone. */
function beamItem(beam: Beam, index: number, plan: Plan): DataSetByKeyword {
  const sadMm = sourceAxisDistanceMm(beam);
  if (beam.aperture.kind !== "circle")
    throw new UnsupportedError(
      `RTPLAN of the ${beam.aperture.kind} aperture of beam ${beam.name}`,
      "cones are written",
    );
  const { diameterMm } = beam.aperture;
  // Beam-limiting devices are stated in the plane of the isocenter: the square around the cone, projected there.
  const halfWidthMm = Number((((diameterMm / 2) * sadMm) / beam.sadMm).toFixed(3));
  const jaws = formatDecimalStrings([-halfWidthMm, halfWidthMm]);
  const diameter = formatDecimalString(diameterMm);
  return {
    TreatmentMachineName: fitText(plan.machine, 16),
    Manufacturer: "Isodose",
    ManufacturerModelName: fitText(plan.machineLabel, 64) || null,
    PrimaryDosimeterUnit: "MU",
    SourceAxisDistance: formatDecimalString(Number(sadMm.toFixed(6))),
    BeamLimitingDeviceSequence: ["X", "Y"].map((type) => ({
      RTBeamLimitingDeviceType: type,
      NumberOfLeafJawPairs: "1",
    })),
    BeamNumber: String(index + 1),
    BeamName: fitText(beam.name, 64),
    BeamDescription: fitText(
      `${diameter} mm cone at ${formatDecimalString(beam.sadMm)} mm from the source, node ${beam.node}`,
      1024,
    ),
    BeamType: "STATIC",
    RadiationType: "PHOTON",
    TreatmentDeliveryType: "TREATMENT",
    NumberOfWedges: "0",
    NumberOfCompensators: "0",
    NumberOfBoli: "0",
    NumberOfBlocks: "0",
    ApplicatorSequence: [
      {
        ApplicatorID: `CONE ${diameter}`.slice(0, 16),
        ApplicatorType: "STEREOTACTIC",
        ApplicatorDescription: `Circular cone of ${diameter} mm`,
        ApplicatorGeometrySequence: [
          { ApplicatorApertureShape: "SYM_CIRCULAR", ApplicatorOpening: diameterMm },
        ],
      },
    ],
    FinalCumulativeMetersetWeight: "1",
    NumberOfControlPoints: "2",
    ReferencedPatientSetupNumber: "1",
    ControlPointSequence: [
      {
        ControlPointIndex: "0",
        BeamLimitingDevicePositionSequence: ["X", "Y"].map((type) => ({
          RTBeamLimitingDeviceType: type,
          LeafJawPositions: jaws,
        })),
        GantryAngle: angle(beam.gantryDeg),
        GantryRotationDirection: "NONE",
        BeamLimitingDeviceAngle: angle(beam.collimatorDeg),
        BeamLimitingDeviceRotationDirection: "NONE",
        PatientSupportAngle: angle(beam.couchDeg),
        PatientSupportRotationDirection: "NONE",
        TableTopEccentricAngle: "0",
        TableTopEccentricRotationDirection: "NONE",
        TableTopVerticalPosition: null,
        TableTopLongitudinalPosition: null,
        TableTopLateralPosition: null,
        IsocenterPosition: formatDecimalStrings(beam.aimMm.map((mm) => Number(mm.toFixed(6)))),
        CumulativeMetersetWeight: "0",
      },
      { ControlPointIndex: "1", CumulativeMetersetWeight: "1" },
    ],
  };
}

/**
 * Write a plan as rtplan.dcm: one static beam per beam of the plan, each with its own isocenter (the point that it is aimed
 * at) and cone; metersets per fraction; the prescription of the whole course as a target dose reference.
 *
 *   BeamMeterset = monitor units / fractions
 *
 * @throws InvalidInputError if the monitor units are not one finite number ≥ 0 per beam, or there is no beam
 */
export function writeRtPlan({ plan, patient }: RtPlanContent, options: WriteOptions = {}): NamedBytes {
  const { beams, monitorUnits, prescription } = plan;
  if (beams.length === 0) throw new InvalidInputError("plan.beams", 0, "at least one beam");
  if (monitorUnits.length !== beams.length || !monitorUnits.every((mu) => Number.isFinite(mu) && mu >= 0)) {
    throw new InvalidInputError(
      "plan.monitorUnits",
      monitorUnits.length,
      `${beams.length} finite numbers ≥ 0, one per beam`,
    );
  }
  const stamp = stampOf(options);
  const uids = sopInstanceUidsOf(plan, patient);
  const { structureSetSopInstanceUid } = patient.references;
  const target = patient.structures.find((structure) => structure.name === plan.target);
  const object = {
    sopClassUid: SOP_CLASS.rtPlan,
    sopInstanceUid: uids.plan,
    seriesInstanceUid: uidFromText(`series of ${uids.plan}`),
    modality: "RTPLAN",
    seriesDescription: `plan, ${plan.label}`,
    seriesNumber: 3,
  };
  const metersets = Array.from(monitorUnits, (mu) => mu / prescription.fractions);
  const bytes = writeDicom(
    {
      ...commonModules(patient, object, stamp, patient.ct.frameOfReferenceUid),
      RTPlanLabel: fitText(plan.label, 16) || "ISODOSE",
      RTPlanName: fitText(plan.label, 64) || null,
      RTPlanDescription: NOT_FOR_CLINICAL_USE,
      RTPlanDate: stamp.date,
      RTPlanTime: stamp.time,
      PlanIntent: "RESEARCH",
      RTPlanGeometry: structureSetSopInstanceUid === "" ? "TREATMENT_DEVICE" : "PATIENT",
      DoseReferenceSequence: [
        {
          ReferencedROINumber: target === undefined ? undefined : String(target.number),
          DoseReferenceNumber: "1",
          DoseReferenceStructureType: target === undefined ? "SITE" : "VOLUME",
          DoseReferenceDescription: fitText(plan.target, 64),
          DoseReferenceType: "TARGET",
          TargetPrescriptionDose: formatDecimalString(prescription.doseGy),
        },
      ],
      FractionGroupSequence: [
        {
          FractionGroupNumber: "1",
          NumberOfFractionsPlanned: String(prescription.fractions),
          NumberOfBeams: String(beams.length),
          NumberOfBrachyApplicationSetups: "0",
          ReferencedBeamSequence: metersets.map((meterset, index) => ({
            BeamMeterset: formatDecimalString(Number(meterset.toFixed(6))),
            ReferencedBeamNumber: String(index + 1),
          })),
        },
      ],
      PatientSetupSequence: [{ PatientPosition: patient.position, PatientSetupNumber: "1" }],
      BeamSequence: beams.map((beam, index) => beamItem(beam, index, plan)),
      ReferencedStructureSetSequence:
        structureSetSopInstanceUid === ""
          ? undefined
          : [
              {
                ReferencedSOPClassUID: SOP_CLASS.rtStructureSet,
                ReferencedSOPInstanceUID: structureSetSopInstanceUid,
              },
            ],
      ApprovalStatus: "UNAPPROVED",
    },
    TRANSFER_SYNTAX.explicitLittleEndian,
  );
  return { name: "rtplan.dcm", bytes };
}
