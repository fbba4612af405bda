// Deletes from node_modules what no user of this project needs: onnxruntime-node's binaries of other platforms, and
// source maps of TensorFlow.js (its published bundles) and onnxruntime-web. `npm start` does it after it installs;
// `npm run trim` at any time. `npm ci` brings everything back.
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Files below a folder that end in `.map`.
 *
 * @param {string} folder
 * @returns {string[]}
 */
function sourceMaps(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourceMaps(path);
    return entry.name.endsWith('.map') ? [path] : [];
  });
}

/**
 * Folders `napi-vN/PLATFORM/ARCH` of onnxruntime-node that this machine cannot load.
 *
 * @param {string} folder
 */
function foreignBinaries(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((api) =>
    readdirSync(join(folder, api)).flatMap((platform) => {
      const own = platform === process.platform;
      if (!own) return [join(folder, api, platform)];
      return readdirSync(join(folder, api, platform))
        .filter((arch) => arch !== process.arch)
        .map((arch) => join(folder, api, platform, arch));
    }),
  );
}

/**
 * @param {string} path
 * @returns {number}
 */
function bytesBelow(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.size;
  return readdirSync(path).reduce((sum, name) => sum + bytesBelow(join(path, name)), 0);
}

/**
 * @param {string} root the folder that holds node_modules
 * @returns {number} bytes freed
 */
export function trimPackages(root) {
  const packages = join(root, 'node_modules');
  const unneeded = [
    ...foreignBinaries(join(packages, 'onnxruntime-node', 'bin')),
    ...sourceMaps(join(packages, '@tensorflow')),
    ...sourceMaps(join(packages, 'onnxruntime-web', 'dist')),
  ];
  let freed = 0;
  for (const path of unneeded) {
    freed += bytesBelow(path);
    rmSync(path, { recursive: true });
  }
  return freed;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const freed = trimPackages(dirname(dirname(fileURLToPath(import.meta.url))));
  console.log(`freed ${(freed / 1e6).toFixed(0)} MB of node_modules`);
}
