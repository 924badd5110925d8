import type { Call } from '../shell/call.ts';
import { UNKNOWN } from '../shell/placeholders.ts';
import type { Nested } from '../shell/programs.ts';
import { filesBelow, findPaths } from './find-paths.ts';
import { lengthOf, limitWords, programCandidates } from './program-candidates.ts';
import { programOf } from './program-name.ts';

const XARGS_FLAGS = '0ioprtx';

/** What xargs runs: once with all lines of its input, or once for each line with `-I`. */
export function nestedInXargs({ args, input }: Call): Nested[] {
  const programs = programCandidates(args, { flags: XARGS_FLAGS });
  const options = args.slice(0, args.length - (programs.at(-1)?.length ?? 0));
  const isKnown =
    typeof input !== 'string' && !options.some((arg) => /^(?:-a|--arg-file)/.test(arg));
  const lines = isKnown ? input.filter(Boolean) : [UNKNOWN];
  const mark = replacedMark(options);
  return programs.flatMap((words): Nested[] => {
    if (mark === null) {
      return [{ words: [...words, ...lines.flatMap((line) => line.split(/\s+/))] }];
    }
    if (words[0] === mark && (words.length > 1 || programs.length > 1)) return [];
    limitItems(words.join(' '), lines, (text) => text.split(mark).length - 1);
    return lines.map((line) => ({ words: words.map((word) => word.replaceAll(mark, () => line)) }));
  });
}

/** The text that xargs replaces by a line; null if it appends the lines. */
function replacedMark(options: readonly string[]): string | null {
  const at = options.findIndex((arg) => /^(?:-[IJi]|--replace)/.test(arg));
  if (at < 0) return null;
  const option = options[at] ?? '';
  const attached = /^(?:-[IJi]|--replace=?)(.+)$/.exec(option)?.[1];
  return attached ?? (/^-[IJ]$/.test(option) ? options[at + 1] : '{}') ?? '{}';
}

/** @throws {RangeError} if putting each item in the places of a text makes too much of it */
function limitItems(
  text: string,
  items: readonly string[],
  countPlaces: (text: string) => number,
): void {
  const length = text.length * items.length + countPlaces(text) * lengthOf(items);
  limitWords(text.split(' ').length * items.length, length);
}

/** Where `parallel` puts an argument, as in `{}` and `{.}`. */
const PLACE = /\{[^{}\s]*\}/;
const PLACES = new RegExp(PLACE, 'g');

/** What `parallel command ::: arguments` runs; without `:::`, the arguments are on its input. */
export function nestedInParallel({ args, input }: Call): Nested[] {
  const end = args.findIndex((arg) => /^:::/.test(arg));
  const given = end < 0 ? [] : args.slice(end + 1).filter((arg) => !/^:::/.test(arg));
  const lines = typeof input === 'string' ? [UNKNOWN] : input;
  const items = end < 0 ? lines : given;
  const command = end < 0 ? args : args.slice(0, end);
  return programCandidates(command, { flags: '0kXm' }).flatMap((words) => {
    const text = words.join(' ');
    const template = PLACE.test(text) ? text : `${text} {}`;
    limitItems(template, items, (all) => all.match(PLACES)?.length ?? 0);
    return items.map((item) => ({
      text: template.replace(PLACES, () => item),
      positional: [],
    }));
  });
}

const FIND_RUNS = /^-(?:exec|execdir|ok|okdir)$/;
const FD_RUNS = /^(?:-x|-X|--exec|--exec-batch)$/;

/** What find or fd runs on each path that it visits. */
export function nestedInFind({ program, args }: Call): Nested[] {
  const runs = program === 'find' ? FIND_RUNS : FD_RUNS;
  const paths = program === 'find' ? findPaths(args) : fdPaths(args);
  limitWords(args.length * paths.length, lengthOf(args) * lengthOf(paths));
  return partsBetween(args, runs).flatMap(([name = '', ...rest]) => {
    // On every path that find visits, rm deletes as much as `rm -r` does.
    const words = programOf(name) === 'rm' ? [name, '-r', ...rest] : [name, ...rest];
    const isPlaced = words.some((word) => word.includes('{'));
    return paths.map((path) => ({
      words: isPlaced
        ? words.map((word) => word.replace(/\{(?:\/{0,2}|\.|\/\.)\}/g, () => path))
        : [...words, path],
    }));
  });
}

/** The commands after options such as `-exec`, up to `;` or `{} +`. */
function partsBetween(args: readonly string[], runs: RegExp): string[][] {
  const parts: string[][] = [];
  let open: string[] | undefined;
  for (const [index, arg] of args.entries()) {
    const ends = arg === ';' || (arg === '+' && args[index - 1] === '{}');
    if (open && !ends) open.push(arg);
    else open = undefined;
    if (!open && runs.test(arg)) {
      open = [];
      parts.push(open);
    }
  }
  return parts;
}

function fdPaths(args: readonly string[]): string[] {
  const end = args.findIndex((arg) => FD_RUNS.test(arg));
  const [, ...starts] = args.slice(0, end < 0 ? undefined : end).filter((arg) => !/^-/.test(arg));
  return filesBelow(starts);
}
