import { defineConfig } from "vitepress";

const guide = [
  { text: "Getting started", link: "/getting-started" },
  { text: "The way of the data", link: "/way-of-the-data" },
  { text: "The plan file", link: "/plan-file" },
];
const concepts = [
  { text: "Conventions and frames", link: "/conventions" },
  { text: "Machines", link: "/machines" },
  { text: "Beam data", link: "/beam-data" },
  { text: "Commissioning", link: "/commissioning" },
  { text: "Dose engines", link: "/engines" },
  { text: "Backends", link: "/backends" },
  { text: "Influence matrices", link: "/influence" },
  { text: "Fields", link: "/fields" },
  { text: "Comparing plans", link: "/compare" },
];
const analysis = [
  { text: "Dose–volume histograms", link: "/dvh" },
  { text: "Plan indices", link: "/indices" },
  { text: "Gamma and other comparisons", link: "/gamma" },
  { text: "Radiobiology", link: "/radiobiology" },
  { text: "Clinical context", link: "/clinical" },
];
const geometry = [
  { text: "The spine phantom", link: "/phantom" },
  { text: "Lesions", link: "/lesions" },
  { text: "Images of the phantom", link: "/images" },
  { text: "Registration", link: "/registration" },
  { text: "Structures", link: "/structures" },
  { text: "Operations on structures", link: "/operations" },
  { text: "Rays and radiological depth", link: "/rays" },
];
const trust = [
  { text: "Validation", link: "/validation" },
  { text: "Energy deposition kernels", link: "/kernels" },
  { text: "How fast it is", link: "/speed" },
  { text: "What is synthetic", link: "/synthetic" },
];
const decisions = [
  { text: "All decisions", link: "/decisions/" },
  { text: "1 Workspace and layers", link: "/decisions/0001-workspace-and-layers" },
  { text: "2 Beam data from a kernel", link: "/decisions/0002-beam-data-from-a-kernel" },
  { text: "3 One schema for plans", link: "/decisions/0003-one-schema-for-plans" },
  { text: "4 Goals of the weights", link: "/decisions/0004-goals-of-the-weights" },
  { text: "5 Vacuum outside the body", link: "/decisions/0005-vacuum-outside-the-body" },
  { text: "6 Commander 14", link: "/decisions/0006-commander-14" },
  { text: "7 Structures from contours", link: "/decisions/0007-structures-from-contours" },
  { text: "8 Regions are fractions", link: "/decisions/0008-regions-are-fractions" },
  { text: "9 Kernels in C", link: "/decisions/0009-kernels-in-c" },
];

export default defineConfig({
  title: "Isodose",
  description:
    "Stereotactic radiosurgery dose for spine lesions, for research and teaching. Not for clinical use.",
  lang: "en",
  cleanUrls: true,
  // A page that links to the code in the repository leaves the site.
  ignoreDeadLinks: [/^\.{1,2}\/.*(README|CONTRIBUTING|LICENSE)/],
  themeConfig: {
    outline: [2, 3],
    search: { provider: "local" },
    nav: [
      { text: "Start", link: "/getting-started" },
      { text: "Concepts", link: "/conventions" },
      { text: "Validation", link: "/validation" },
    ],
    sidebar: [
      { text: "Isodose", items: [{ text: "What it is", link: "/" }, ...guide] },
      { text: "Concepts", items: concepts },
      { text: "Analysis of a dose", items: analysis },
      { text: "Geometry", items: geometry },
      { text: "How far to trust it", items: trust },
      { text: "Decisions", collapsed: true, items: decisions },
    ],
    footer: { message: "For research and teaching. Not for clinical use.", copyright: "Apache-2.0" },
  },
});
