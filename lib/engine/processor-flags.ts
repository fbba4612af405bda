import { readFileSync } from 'node:fs';

/** The flags of this machine's first processor; empty where the system does not tell. */
export function processorFlags(): string {
  try {
    return /^(?:flags|Features)\s*:\s*(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? '';
  } catch {
    return '';
  }
}
