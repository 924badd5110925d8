import { valuesOf } from '../shell/arguments.ts';
import type { Call } from '../shell/call.ts';
import { UNKNOWN } from '../shell/placeholders.ts';
import type { Nested } from '../shell/programs.ts';
import { resolvePath } from '../shell/resolve-path.ts';
import { type CommandPattern, matchPattern, readPatterns } from './command-pattern.ts';
import { programCandidates } from './program-candidates.ts';
import { WRAPPERS, type Wrapper } from './wrapper-table.ts';

const WRAPPERS_OF_PROGRAM = new Map<string, { wrapper: Wrapper; pattern: CommandPattern }[]>();
for (const wrapper of WRAPPERS) {
  for (const pattern of readPatterns(wrapper.commands)) {
    const known = WRAPPERS_OF_PROGRAM.get(pattern.program) ?? [];
    WRAPPERS_OF_PROGRAM.set(pattern.program, [...known, { wrapper, pattern }]);
  }
}

/** What the programs of the table of wrappers run. */
export function nestedInWrapper(call: Call): Nested[] {
  const wrappers = WRAPPERS_OF_PROGRAM.get(call.program) ?? [];
  return wrappers.flatMap(({ wrapper, pattern }) => {
    const match = matchPattern(pattern, call.program, call.args);
    return match?.isSure ? nestedAfter(match.rest, wrapper, call) : [];
  });
}

/** @param start the index of the first argument after the words of the pattern */
function nestedAfter(start: number, wrapper: Wrapper, call: Call): Nested[] {
  const args = call.args.slice(start);
  if (args.some((arg) => wrapper.unless?.test(arg))) return [];
  const found = programCandidates(args, wrapper);
  const programs = wrapper.mayBeUnknown
    ? found.filter(([name]) => !name?.includes(UNKNOWN))
    : found;
  const cwd = directoryOf(wrapper, programs, call);
  const { place } = wrapper;
  const asScript = (text: string) => ({ text, positional: [], cwd, place });
  if (wrapper.text === 'joined') {
    if (programs.length > 0) return programs.map((words) => asScript(words.join(' ')));
    const { input } = call;
    if (typeof input !== 'string') return [{ ...asScript(input.join('\n')), isInput: true }];
    // What other machines run is never a script that somebody here could read first.
    return input === 'a file' && place === 'other machine' ? [asScript(UNKNOWN)] : [];
  }
  return [
    ...programs.map((words) => ({ words, cwd, place })),
    ...scriptsAmong(args, wrapper.text).map(asScript),
  ];
}

/** The directory in which a wrapper runs the programs. */
function directoryOf(
  { directory = [], place }: Wrapper,
  programs: readonly (readonly string[])[],
  { args, cwd }: Call,
): string {
  const options = args.slice(0, args.length - (programs.at(-1)?.length ?? 0));
  const [path] = valuesOf(options, ...directory);
  if (place) return UNKNOWN;
  return path === undefined ? cwd : resolvePath(cwd, path);
}

/** The arguments that are scripts of their own. */
function scriptsAmong(args: readonly string[], text: RegExp | 'spaced' | undefined): string[] {
  if (text === undefined) return [];
  if (text === 'spaced') return args.filter((arg) => /\s/.test(arg));
  return args.flatMap((arg, index) => {
    const [option = '', attached] = arg.split(/=(.*)/s, 2);
    if (attached !== undefined && text.test(option)) return [attached];
    return text.test(args[index - 1] ?? '') ? [arg] : [];
  });
}
