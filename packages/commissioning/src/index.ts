export * from "./commission/index.ts";
export * from "./pencil/index.ts";
export * from "./reference/index.ts";
