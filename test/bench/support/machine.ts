import { readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { processorFlags } from '../../../lib/engine/index';

/** Instructions that decide how fast networks are. */
const TELLING = /^(avx2|fma|avx512f|avx512_vnni|avx_vnni|amx_int8|amx_bf16|avx512_bf16|asimd|asimddp)$/;

/** The machine that figures belong to. */
export interface Machine {
  processor: string;
  cores: number;
  /** Instructions for vectors that it has. */
  flags: string[];
}

/** This machine. */
export function thisMachine(): Machine {
  const flags = processorFlags()
    .split(' ')
    .filter((flag) => TELLING.test(flag));
  return { processor: cpus()[0]?.model.trim() ?? 'unknown', cores: availableParallelism(), flags };
}

const COUNTER = '/sys/class/powercap/intel-rapl:0';

/**
 * Energy that the processor took since this call.
 *
 * @returns a function that gives joules, or null where the counter (RAPL) cannot be read
 */
export function startEnergy(): () => number | null {
  const read = (name: string): number | null => {
    try {
      return Number(readFileSync(`${COUNTER}/${name}`, 'utf8'));
    } catch {
      return null;
    }
  };
  const before = read('energy_uj');
  return () => {
    const [after, range] = [read('energy_uj'), read('max_energy_range_uj') ?? 0];
    if (before === null || after === null) return null;
    return (after >= before ? after - before : after - before + range) / 1e6;
  };
}
