/** The part of dcmjs that Isodose writes with. */
declare module "dcmjs" {
  /** One element: its value representation and its values. */
  interface Element {
    vr: string;
    Value: unknown;
  }
  interface DicomDict {
    dict: Record<string, Element>;
    write(options?: { allowInvalidVRLength: boolean }): ArrayBuffer;
  }
  const dcmjs: {
    readonly data: {
      readonly DicomDict: new (meta: Record<string, Element>) => DicomDict;
      readonly DicomMetaDictionary: {
        /** By keyword. */
        readonly nameMap: Readonly<Record<string, { readonly tag: string; readonly vr: string }>>;
        denaturalizeDataset(dataset: object): Record<string, Element>;
      };
    };
  };
  export default dcmjs;
}
