import { posix } from 'node:path';
import type { Call } from '../shell/call.ts';
import { UNKNOWN } from '../shell/placeholders.ts';
import type { Nested } from '../shell/programs.ts';
import { commandsInCode } from './commands-in-code.ts';
import { programCandidates } from './program-candidates.ts';

/** Programs that run the code on their input. */
const READS_CODE = new Set(['python', 'node', 'ruby', 'perl', 'php']);

/** Options that take code; `-r` of node names a module, where code does no harm. */
const TAKES_CODE = /^(?:-[a-zA-Z]*[ceErp]|--eval|--print|eval)$/;

/**
 * What the interpreter of another language runs: `python -m module`, `python file`, `php artisan …`
 * under the name of the module or file, and the commands in code on the command line or the input.
 */
export function nestedInInterpreter(call: Call): Nested[] {
  const { program, args, input } = call;
  const module = program === 'python' ? args.indexOf('-m') : -1;
  if (module >= 0) return [{ words: args.slice(module + 1) }];
  const code = args.filter((_, index) => TAKES_CODE.test(args[index - 1] ?? ''));
  if (code.length > 0) return nestedInCode(code.join('\n'), call);
  const readsInput = args.every((arg) => /^-(?!h|[vV]$|-help|-version)/.test(arg));
  if (readsInput && READS_CODE.has(program)) {
    if (typeof input !== 'string') return nestedInCode(input.join('\n'), call);
    return input === 'unknown' ? [{ text: UNKNOWN, positional: [] }] : [];
  }
  // An unknown file is a script like any other, and scripts in files are not read.
  return programCandidates(args, {})
    .filter(([first]) => !first?.startsWith(UNKNOWN))
    .map(([first = '', ...rest]) => ({ words: [posix.basename(first), ...rest] }));
}

/** What the program of an awk call runs. */
export function nestedInAwk(call: Call): Nested[] {
  return nestedInCode(call.args.join('\n'), call);
}

function nestedInCode(code: string, { cwd }: Call): Nested[] {
  return commandsInCode(code, cwd).map((command) => ({ ...command, positional: [] }));
}
