import { OVERWRITES_SECRET, REPLACES_FILES, SECRET_FILE } from '../rules/file-rules.ts';
import { hasFlag, hasOption, valuesOf } from '../shell/arguments.ts';
import type { Call } from '../shell/call.ts';
import { resolvePath } from '../shell/resolve-path.ts';
import type { Verdict } from '../shell/rule-set.ts';
import type { WrittenFile } from '../written-files.ts';

/** Checks whether a file that is overwritten or deleted holds keys or passwords. */
export function checkSecret(path: string, home: string): Verdict | null {
  const isInHome = path.startsWith(`${home}/`);
  return isInHome && SECRET_FILE.test(path.slice(home.length + 1)) ? OVERWRITES_SECRET : null;
}

/** Checks whether a call overwrites or deletes keys or passwords. */
export function checkSecrets(
  call: Call,
  written: readonly WrittenFile[],
  home: string,
): Verdict | null {
  const { program, args, cwd, input } = call;
  if (program === 'ssh-keygen') {
    // It asks before it overwrites a key, and the input answers.
    const overwrites = input !== 'nothing' && !hasFlag(args, 'y', 'l', 'F', 'R');
    const files = overwrites ? valuesOf(args, '-f') : [];
    return files.map((file) => checkSecret(resolvePath(cwd, file), home)).find(Boolean) ?? null;
  }
  const appends = program === 'tee' && (hasFlag(args, 'a') || hasOption(args, '--append'));
  if (!REPLACES_FILES.has(program) || appends) return null;
  const paths = written.flatMap(({ path, names = [] }) => [
    path,
    ...names.map((name) => `${path}/${name}`),
  ]);
  return paths.map((path) => checkSecret(path, home)).find(Boolean) ?? null;
}
