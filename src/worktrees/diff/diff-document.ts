import { gitOrThrow } from '../../platform/git.ts';
import type { DiffDocument } from '../../view/results.ts';
import type { DiffRange } from './diff-range.ts';

/** The changes of a task or run as a document. @param range null if none are known */
export async function diffDocument(
  run: string,
  task: string | null,
  range: DiffRange | null,
): Promise<DiffDocument> {
  if (!range) {
    const nothing = { from: null, to: null, files: [], missing: [], leftOut: [], patch: '' };
    return { run, task, isExact: true, source: null, ...nothing };
  }
  const { cwd, from, to, files, source, changedBy, missing, leftOut } = range;
  const paths = files ? ['--', ...files.map((file) => `:(literal)${file}`)] : [];
  const plain = [
    '--no-color',
    '--no-ext-diff',
    '--no-textconv',
    '--no-renames',
    from,
    to,
    ...paths,
  ];
  const numbers = await gitOrThrow(cwd, ['diff', '--numstat', '-z', ...plain]);
  const patch = await gitOrThrow(cwd, ['diff', '--binary', ...plain]);
  const isExact = changedBy === null;
  const changed = filesOf(numbers, changedBy);
  return { run, task, isExact, source, from, to, files: changed, missing, leftOut, patch };
}

function filesOf(numbers: string, changedBy: DiffRange['changedBy']): DiffDocument['files'] {
  return numbers
    .split('\0')
    .filter(Boolean)
    .map((line) => {
      const [insertions = '', deletions = '', path = ''] = line.split('\t');
      // Git prints "-" in place of the counts of a binary file.
      const count = (text: string) => (text === '-' ? null : Number(text));
      const tasks = changedBy?.get(path) ?? [];
      return { path, insertions: count(insertions), deletions: count(deletions), tasks };
    });
}
