import { hasFlag, hasOption, operandsOf, valuesOf } from '../shell/arguments.ts';
import type { Call } from '../shell/call.ts';

/** An operand that stands for everything in a directory. */
const EVERYTHING_IN = /(?:^|\/)(?:\.|\*)$/;

/**
 * The directory into which a call puts many files whose names it does not mention.
 * @returns undefined if there is none
 */
export function unpackedTo({ program, args }: Call): string | undefined {
  switch (program) {
    case 'tar':
      return unpackedByTar(args);
    case 'unzip':
      return hasFlag(args, 'l', 't', 'p', 'Z', 'v')
        ? undefined
        : (valuesOf(args, '-d').at(-1) ?? '.');
    case 'cp':
      return hasFlag(args, 'r', 'R', 'a')
        ? targetIfAnySource(args, (path) => EVERYTHING_IN.test(path))
        : undefined;
    case 'rsync':
      return targetIfAnySource(args, (path) => path.endsWith('/'));
    default:
      return undefined;
  }
}

function unpackedByTar(args: readonly string[]): string | undefined {
  const extracts =
    /^-?[a-zA-Z]*x/.test(args[0] ?? '') ||
    hasFlag(args, 'x') ||
    hasOption(args, '--extract', '--get');
  const isToFiles = !hasFlag(args, 'O') && !hasOption(args, '--to-stdout');
  return extracts && isToFiles ? (valuesOf(args, '-C', '--directory').at(-1) ?? '.') : undefined;
}

function targetIfAnySource(
  args: readonly string[],
  test: (path: string) => boolean,
): string | undefined {
  const operands = operandsOf(args);
  return operands.slice(0, -1).some(test) ? operands.at(-1) : undefined;
}
