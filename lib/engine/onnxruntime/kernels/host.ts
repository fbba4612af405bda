import { operation } from './registry';

/** Kernels that TF.js's own CPU kernels compute, and why; none is in a network's forward or backward pass. */
const ON_HOST: Record<string, readonly string[]> = {
  'it handles strings': ['StaticRegexReplace', 'StringNGrams', 'StringSplit', 'StringToHashBucketFast'],
  'the shape of its result depends on the data': [
    'NonMaxSuppressionV3',
    'NonMaxSuppressionV4',
    'NonMaxSuppressionV5',
    'Unique',
    'BroadcastArgs',
  ],
  'ONNX has no sparse and ragged tensors': [
    'RaggedGather',
    'RaggedRange',
    'RaggedTensorToTensor',
    'SparseFillEmptyRows',
    'SparseReshape',
    'SparseSegmentMean',
    'SparseSegmentSum',
  ],
  'ONNX has no operator that counts, searches or draws like it': [
    'Bincount',
    'DenseBincount',
    'SearchSorted',
    'LowerBound',
    'UpperBound',
    'Multinomial',
  ],
  'ONNX has no operator of this geometry or morphology': [
    'CropAndResize',
    'Transform',
    'RotateWithOffset',
    'Dilation2D',
    'Dilation2DBackpropInput',
    'Dilation2DBackpropFilter',
    'MatrixBandPart',
    'BitwiseAnd',
  ],
};

for (const [onHost, names] of Object.entries(ON_HOST)) for (const name of names) operation({ name, onHost });
