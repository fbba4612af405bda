import type { Message } from '../kernel/messages';
import type { CodeCell, MimeBundle, Output } from '../notebook-file';

/** Longer text of one cell's streams is cut, so that a runaway loop cannot fill the disk. */
const STREAM_LIMIT = 1_000_000;

/** Puts a kernel's messages into the outputs of its cells; see {@link createOutputCollector}. */
export interface OutputCollector {
  /** From now on messages that answer request `id` belong to `cell`. */
  begin(id: string, cell: CodeCell): void;
  /** Takes one iopub message; ignores those that are no output. */
  receive(message: Message): void;
}

/**
 * Keeps outputs as Jupyter's frontends do: texts of one stream that follow each other are joined, a display with
 * an id is overwritten in place wherever it stands, `clear_output` empties its cell. Late output goes to the cell
 * that asked for it.
 *
 * @param onOutput called after each change, with the cell and the output
 */
export function createOutputCollector(onOutput: (cell: CodeCell, output: Output) => void): OutputCollector {
  const cells = new Map<string, CodeCell>();
  const displays = new Map<string, { data: MimeBundle; metadata: Record<string, unknown> }[]>();
  const clearing = new Set<CodeCell>();
  const streamed = new Map<CodeCell, number>();

  const add = (cell: CodeCell, output: Output) => {
    if (clearing.delete(cell)) cell.outputs.length = 0;
    cell.outputs.push(output);
    onOutput(cell, output);
  };

  const addStream = (cell: CodeCell, name: 'stdout' | 'stderr', text: string) => {
    const before = streamed.get(cell) ?? 0;
    streamed.set(cell, before + text.length);
    if (before >= STREAM_LIMIT) return;
    const cut = before + text.length > STREAM_LIMIT;
    const kept = cut
      ? `${text.slice(0, STREAM_LIMIT - before)}\n[the cell printed more; it is left out beyond ${STREAM_LIMIT} characters]\n`
      : text;
    const last = cell.outputs.at(-1);
    if (!clearing.has(cell) && last?.output_type === 'stream' && last.name === name) {
      last.text += kept;
      onOutput(cell, { ...last, text: kept });
    } else add(cell, { output_type: 'stream', name, text: kept });
  };

  return {
    begin(id, cell) {
      cells.set(id, cell);
    },
    receive(message) {
      const { content } = message;
      const data = content.data as MimeBundle;
      const metadata = (content.metadata ?? {}) as Record<string, unknown>;
      const displayId = (content.transient as { display_id?: string } | undefined)?.display_id;
      if (message.header.msg_type === 'update_display_data') {
        for (const shown of displays.get(displayId ?? '') ?? []) Object.assign(shown, { data, metadata });
        const cell = cells.get(message.parent_header.msg_id ?? '');
        if (cell) onOutput(cell, { output_type: 'display_data', data, metadata });
        return;
      }
      const cell = cells.get(message.parent_header.msg_id ?? '');
      if (!cell) return;
      switch (message.header.msg_type) {
        case 'stream':
          return addStream(cell, content.name as 'stdout' | 'stderr', content.text as string);
        case 'display_data':
        case 'execute_result': {
          const output: Output =
            message.header.msg_type === 'display_data'
              ? { output_type: 'display_data', data, metadata }
              : { output_type: 'execute_result', data, metadata, execution_count: cell.execution_count };
          if (displayId) displays.set(displayId, [...(displays.get(displayId) ?? []), output]);
          return add(cell, output);
        }
        case 'error': {
          const { ename, evalue, traceback } = content as {
            ename: string;
            evalue: string;
            traceback: string[];
          };
          return add(cell, { output_type: 'error', ename, evalue, traceback });
        }
        case 'clear_output':
          if (content.wait) clearing.add(cell);
          else cell.outputs.length = 0;
      }
    },
  };
}
