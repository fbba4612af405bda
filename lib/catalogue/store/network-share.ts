import { statfsSync } from 'node:fs';

/** Numbers of Linux's statfs(2) for file systems whose locks do not hold between machines. */
const NETWORK_TYPES: Record<number, string> = {
  26985: 'NFS',
  4283649346: 'CIFS',
  4266872130: 'SMB',
  20859: 'SMB',
  1650746742: 'AFS',
  16914836: '9P',
};

/**
 * SQLite's write-ahead log needs one machine: on a network share two machines would spoil the file.
 *
 * @throws Error when the folder lies on one (Linux only; elsewhere it cannot be told)
 */
export function refuseNetworkShare(folder: string): void {
  if (process.platform !== 'linux') return;
  const kind = NETWORK_TYPES[statfsSync(folder).type >>> 0];
  if (kind !== undefined && kind !== '9P')
    throw new Error(
      `expected a place for the catalogue on this machine, ${folder} is on a network share (${kind}): give --catalogue a local file; the photos themselves may lie on the share`,
    );
}
