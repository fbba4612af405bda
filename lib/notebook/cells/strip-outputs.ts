import { readFileSync } from 'node:fs';
import { formatNotebook, parseNotebook, stripNotebook } from '../notebook-file';

// git's filter for notebooks (see install-filter.ts): standard input to standard output, without outputs, execution
// counts and what a run noted. What is no notebook passes as it is: a filter must not stop a commit.
const text = readFileSync(0, 'utf8');
try {
  process.stdout.write(formatNotebook(stripNotebook(parseNotebook(text, 'standard input'))));
} catch {
  process.stdout.write(text);
}
