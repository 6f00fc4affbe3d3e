/**
 * The page docs/validation.md.
 * @param engines - the section that holds every engine against every case
 */
export function validationPage(engines: string): string {
  return `# Validation

The engines are held against Monte Carlo results (EGSnrc), absolute dose per unit photon fluence; a few cases, whose name begins with "own-", are Isodose's own Monte Carlo of
full fields at other source distances. This page is written by \`npm run validate\`; the cases, their provenance and the code are in \`test/golden/reference\` and \`packages/commissioning\`.

${engines}
## What is independent of what

- \`monte-carlo\` and \`ray-trace\` share one Monte Carlo: the beam data of \`ray-trace\` are made of it (\`npm run beam-data\`), and nothing in them was fitted to the EGSnrc cases. So every EGSnrc
  case is evidence for both. The cases "own-" test what superposition and inverse square do to those beam data at 650 and 1000 mm, not the Monte Carlo itself.
- \`collapsed-cone\` uses point kernels computed with EGSnrc, as the cases are; the cases are fields in slabs and in a spine, the kernels points in endless water.

## What this does not show

- The EGSnrc circles were themselves superposed from one simulated pencil beam, so their statistical errors are alike (all five 6 MV fields deviate the same way at 275 mm). Scatter of the
  beam's head, leakage, electron contamination and the spectrum of a real machine are in none of them.
- The first millimetre of \`ray-trace\`: the engine samples depth every 1 mm along a ray, linear in between, so next to a surface that falls between two samples it is up to 0.25 mm too deep.
- The engines' machines are blurred by a focal spot; this comparison is made without, with ideal edges.
- \`ray-trace\` is compared in water only: in and behind lung or bone it errs by several percent.
- The 6 MV spectrum is that of a flattened beam ("mohan6-based, not FFF"); Co-60 is the two bare gamma lines.

For research and teaching, not for clinical use.
`;
}
