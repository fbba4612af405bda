import { displayName, formatCount, formatPercent } from '../../base/index';
import { countOf, listWords } from './phrases';

/** What the test part of a protocol is called. @example describeTestPart('official') // 'official test list' */
export const describeTestPart = (protocol: 'official' | 'random'): string =>
  protocol === 'official' ? 'official test list' : 'test part of a random split';

/** Why a split can, or cannot, be compared with others'. */
export const claimProtocol = (protocol: 'official' | 'random'): string =>
  protocol === 'official'
    ? 'The official lists: the figure can be set beside anybody’s on the same lists.'
    : 'No official list names these photos, so 75 % train, 15 % validate and 10 % test, drawn at random: the figure can be set beside others on the same photos only.';

/**
 * What did not run, in one line, with the command that brings it.
 *
 * @param names of the networks. @param hasPhotos whether the run has photos: without, weights alone do not help
 */
export function claimNotRun(names: readonly string[], hasPhotos: boolean): string {
  if (names.length === 0) return 'All networks ran.';
  const what = names.length === 1 ? 'It needs' : 'They need';
  const whose = names.length === 1 ? 'its' : 'their';
  const how = hasPhotos
    ? `${what} weights that are not on this machine: \`npx dogbreeds weights all\` where there is internet, then run again`
    : `${what} photos, since none of ${whose} features ship: \`npx dogbreeds download && npx dogbreeds weights all\`, then run again`;
  return `${listWords(names)} did not run. ${how}.`;
}

/** How much of the input one unit of the last convolution sees. */
export function claimWindow(window: number, imageSize: number): string {
  const share = window / imageSize;
  const seen =
    share >= 1
      ? 'all of a photo'
      : share >= 0.5
        ? 'most of a dog'
        : share >= 0.25
          ? 'a part of a dog'
          : 'a patch of fur';
  return `At ${imageSize} px that is ${formatPercent(Math.min(1, share), 0)} of the width of a photo: ${seen}.`;
}

/** What the most probable answer for one photo was worth. */
export function claimAnswer(top: { breed: string; probability: number }, actual: string): string {
  const said = `${displayName(top.breed)} with ${formatPercent(top.probability, 0)}`;
  return top.breed === actual
    ? `The first answer, ${said}, is right.`
    : `The first answer, ${said}, is wrong: the photo shows ${displayName(actual)}.`;
}

/** What a run learned from, for the caption of its data. */
export const describeParts = (parts: { train: number; validation: number; test: number }): string =>
  `${formatCount(parts.train)} photos to train, ${countOf(parts.validation, 'photo')} to choose by, ${formatCount(parts.test)} to test`;
