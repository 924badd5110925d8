import { gitOrThrow } from '../../platform/git.ts';

/**
 * The new files whose names differ only in case from others. A file system that ignores case, as on
 * macOS and Windows, keeps only one of them.
 * @returns groups of such names
 */
export async function caseCollisions(root: string, base: string, tip: string): Promise<string[][]> {
  const diff = ['diff', '--name-only', '--no-renames', '--diff-filter=A', '-z', base, tip];
  const added = new Set((await list(root, diff)).map(fold));
  if (added.size === 0) return [];
  const groups = new Map<string, string[]>();
  for (const name of await list(root, ['ls-tree', '-r', '--name-only', '-z', tip])) {
    const key = fold(name);
    if (added.has(key)) groups.set(key, [...(groups.get(key) ?? []), name]);
  }
  return [...groups.values()].filter(({ length }) => length > 1);
}

const fold = (name: string): string => name.normalize('NFC').toLowerCase();

async function list(root: string, args: readonly string[]): Promise<string[]> {
  return (await gitOrThrow(root, args)).split('\0').filter(Boolean);
}
