import type { Theme } from "vitepress";
import DefaultTheme from "vitepress/theme";
import { h } from "vue";
import "./notice.css";

// The default theme hides its footer beside a sidebar: the notice stands above every page instead.
export default {
  extends: DefaultTheme,
  Layout: () =>
    h(DefaultTheme.Layout, null, {
      "doc-before": () => h("p", { class: "notice" }, "For research and teaching. Not for clinical use."),
      "doc-footer-before": () =>
        h("p", { class: "notice" }, "For research and teaching. Not for clinical use."),
    }),
} satisfies Theme;
