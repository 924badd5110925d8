import { posix } from 'node:path';
import type { Call } from '../shell/call.ts';
import { UNKNOWN } from '../shell/placeholders.ts';
import type { Nested } from '../shell/programs.ts';
import { codeOf } from './code-of-call.ts';
import { commandsInCode } from './commands-in-code.ts';
import { programCandidates } from './program-candidates.ts';

/**
 * What the interpreter of another language runs: `python -m module`, `python file`, `php artisan …`
 * under the name of the module or file, and the commands in code.
 */
export function nestedInInterpreter(call: Call): Nested[] {
  const { program, args } = call;
  const module = program === 'python' ? args.indexOf('-m') : -1;
  if (module >= 0) return [{ words: args.slice(module + 1) }];
  const code = codeOf(call);
  if (code !== null) return nestedInCode(code, call);
  // An unknown file is a script like any other, and scripts in files are not read.
  return programCandidates(args, {})
    .filter(([first]) => !first?.startsWith(UNKNOWN))
    .map(([first = '', ...rest]) => ({ words: [posix.basename(first), ...rest] }));
}

/** What the program of an awk call runs. */
export function nestedInAwk(call: Call): Nested[] {
  return nestedInCode(call.args.join('\n'), call);
}

/** The commands that code runs. */
export function nestedInCode(code: string, { program, cwd }: Call): Nested[] {
  if (code.trim() === UNKNOWN) return [{ text: UNKNOWN, positional: [] }];
  return commandsInCode(code, program, cwd).map((command) => ({ ...command, positional: [] }));
}
