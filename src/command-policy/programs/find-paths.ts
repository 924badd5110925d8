/** Some name that is unknown, as opposed to every name. */
const SOME_NAME = 'x*';

/** Tests of find that select files by more than their kind and depth. */
const NARROWS =
  /^-(?:i?name|i?path|i?wholename|i?regex|empty|newer.*|[acm](?:time|min|newer)|size|user|group|uid|gid|nouser|nogroup|perm|i?lname|samefile|inum|links)$/;
/** Kinds of which there are few, such as links. */
const NARROW_KIND = /^[lpsbc]$/;
const NAMES = /^-i?name$/;
const PATHS = /^-(?:i?path|i?wholename)$/;

/** The paths that find may visit, with wildcards for what its tests leave open. */
export function findPaths(args: readonly string[]): string[] {
  const first = args.findIndex((arg) => !/^-(?:[HLPEXdsx]+|O\d|D)$/.test(arg));
  const operands = first < 0 ? [] : args.slice(first);
  const end = operands.findIndex((arg) => /^[-!(]/.test(arg) && arg !== '-');
  const starts = end < 0 ? operands : operands.slice(0, end);
  const tails = findTails(end < 0 ? [] : operands.slice(end));
  return (starts.length > 0 ? starts : ['.']).flatMap((start) =>
    tails.map((tail) => (tail.startsWith('/') ? tail : `${start}/${tail}`)),
  );
}

function findTails(all: readonly string[]): string[] {
  const narrow = narrowTests(all);
  // Without a test, find starts with the directory itself.
  if (narrow.length === 0) return ['.', '*'];
  const names = narrow.filter(({ test }) => NAMES.test(test)).map(({ value }) => `*/${value}`);
  if (names.length > 0) return names;
  const paths = narrow.filter(({ test }) => PATHS.test(test)).map(({ value }) => value);
  return paths.length > 0 ? paths.map((path) => path.replace(/^\.\//, '')) : [`*/${SOME_NAME}`];
}

interface FindTest {
  test: string;
  value: string;
}

function narrowTests(all: readonly string[]): FindTest[] {
  // What comes before `-prune -o` is left alone.
  const pruned = all.findLastIndex(
    (test, index) => test === '-prune' && /^-or?$/.test(all[index + 1] ?? ''),
  );
  const expression = all.slice(pruned + 1);
  const isNegated = (index: number) => /^(?:!|-not)$/.test(expression[index - 1] ?? '');
  return expression.flatMap((test, index): FindTest[] => {
    const value = expression[index + 1] ?? '';
    const isNarrow = NARROWS.test(test) || (/^-x?type$/.test(test) && NARROW_KIND.test(value));
    const isAnyName = NAMES.test(test) && /^\*+$/.test(value);
    return isNarrow && !isNegated(index) && !isAnyName ? [{ test, value }] : [];
  });
}

/** The paths of files somewhere below the directories, or below the current one. */
export function filesBelow(directories: readonly string[]): string[] {
  return (directories.length > 0 ? directories : ['.']).map((path) => `${path}/*/${SOME_NAME}`);
}

/** What a list of names may be after a filter has removed some. */
export function narrowNames(names: readonly string[]): string[] {
  return names
    .filter((name) => !/(?:^|\/)\.$/.test(name))
    .map((name) => name.replace(/(^|\/)\*$/, `$1${SOME_NAME}`));
}
