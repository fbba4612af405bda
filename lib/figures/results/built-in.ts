import { decodedPicture, pictureFile, tensor, typedArray } from './arrays';
import { history, layersModel, plotlyFigure } from './models';
import type { Representation } from './registry';
import { arqueroTable, dataFrame, map, records } from './tables';

const error: Representation<Error> = {
  name: 'error',
  is: (value) => value instanceof Error,
  show(value) {
    const lines = (value.stack ?? String(value)).split('\n');
    // The kernel's own frames say nothing.
    return {
      'text/plain': lines.filter((line) => !/data\/cache\/kernel\/|node:internal/.test(line)).join('\n'),
    };
  },
};

/** What notebooks hold most, asked before a class's own way of showing itself: those packages have poorer ones. */
export const BEFORE_OWN = [
  dataFrame,
  arqueroTable,
  tensor,
  pictureFile,
  decodedPicture,
  layersModel,
  plotlyFigure,
  history,
] as Representation[];

/** Asked last. */
export const AFTER_OWN = [error, typedArray, records, map] as Representation[];
