/**
 * Thrown when a backbone's weights are neither on disk nor reachable. The message names the file and the
 * folder where it may be put by hand; notebook 04 prints it in the "not run" row of its table.
 */
export class WeightsUnavailableError extends Error {
  override readonly name = 'WeightsUnavailableError';

  /**
   * @param backbone name of the backbone whose weights are missing
   * @param file absolute path at which the file (or folder) would be picked up
   * @param reason what was tried and what came back
   * @param source where the file can be had, for a person to fetch it
   */
  constructor(
    readonly backbone: string,
    readonly file: string,
    readonly reason: string,
    readonly source: string,
    options?: ErrorOptions,
  ) {
    super(
      `weights of ${backbone} are not available: ${reason}. ` +
        `Fetch ${source} on a connected machine and put it at ${file}, ` +
        'or set DOGBREEDS_WEIGHTS to a folder that holds it.',
      options,
    );
  }
}
