/** One array of a layer, e.g. `kernel`, float32, row-major in Keras' order. */
export interface WeightArray {
  name: string;
  shape: number[];
  values: Float32Array;
}

/** The arrays of each layer of a weight file by layer name, in the file's order; layers without any are absent. */
export interface WeightMap {
  /** Where they came from, for error messages. */
  origin: string;
  layers: Map<string, WeightArray[]>;
  /** Names of all layers that the file tells of, those without weights included; absent where it does not. */
  layerNames?: string[];
  /** Topology of a whole Keras model as JSON. */
  modelConfig?: string;
}
