import { type GitOptions, gitOrThrow } from '../../platform/git.ts';

/** A conflict that a worktree shows. */
export interface Conflict {
  /** The merges that changed the same files before: their commits, oldest first. */
  merges: string[];
  /** The conflicting parts of the files, as git shows them. */
  hunks: string;
}

/**
 * Finds out what a merge conflicts with.
 * @param path the worktree that shows the conflict
 * @param range.base where the branch began, with one merge for each task since
 * @param range.source the commit that could not be merged
 */
export async function describeConflict(
  path: string,
  files: readonly string[],
  { base, source }: { base: string; source: string },
  options: GitOptions,
): Promise<Conflict> {
  const hunks = await gitOrThrow(
    path,
    ['diff', '--no-color', '--no-ext-diff', '--no-textconv', '--diff-filter=U'],
    options,
  );
  const earlier = await earlierNames(path, files, source, options);
  const names = [...new Set([...files, ...earlier])].map((name) => `:(literal)${name}`);
  const log = ['log', '--first-parent', '--reverse', '--format=%H'];
  const merges = await gitOrThrow(path, [...log, `${base}..HEAD`, '--', ...names], options);
  return { merges: merges.split('\n').filter(Boolean), hunks };
}

/** The names that conflicting files had before the source renamed them. */
async function earlierNames(
  path: string,
  files: readonly string[],
  source: string,
  options: GitOptions,
): Promise<string[]> {
  const diff = ['diff', '--name-status', '-z', '--find-renames', '--diff-filter=R'];
  const listed = await gitOrThrow(path, [...diff, `HEAD...${source}`], options);
  const fields = listed.split('\0').filter(Boolean);
  const names: string[] = [];
  for (let at = 0; at < fields.length; at += 3) {
    const [, from = '', to = ''] = fields.slice(at, at + 3);
    if (files.includes(to) || files.includes(from)) names.push(from, to);
  }
  return names;
}
