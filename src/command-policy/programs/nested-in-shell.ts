import { type Call, STDIN } from '../shell/call.ts';
import { UNKNOWN } from '../shell/placeholders.ts';
import type { Nested } from '../shell/programs.ts';

/** What `sh` and its relatives run: `-c script`, a file, or their input. */
export function nestedInShell({ args, input }: Call): Nested[] {
  const end = endOfOptions(args);
  const options = args.slice(0, end);
  const operands = args.slice(end);
  if (options.some((arg) => /^-[a-zA-Z]*c[a-zA-Z]*$|^--command$/.test(arg))) {
    const [text = '', , ...positional] = operands;
    return [{ text, positional }];
  }
  if (options.some((arg) => /^-[a-z]*n[a-z]*$|^--version$/.test(arg))) return [];
  const readsInput =
    operands.length === 0 || options.some((arg) => /^-(?:[a-z]*s[a-z]*)?$/.test(arg));
  const [file = '', ...positional] = operands;
  // A script in a file is not read, so an unknown file makes no difference.
  if (!readsInput && file.startsWith(UNKNOWN)) return [];
  if (!readsInput && !STDIN.test(file)) {
    return [{ words: [file.includes('/') ? file : `./${file}`, ...positional] }];
  }
  if (typeof input !== 'string') {
    return [{ text: input.join('\n'), positional: operands, isInput: true }];
  }
  return input === 'unknown' ? [{ text: UNKNOWN, positional: [] }] : [];
}

/** Finds where the shell's own options end; `-o`, `-O`, `--rcfile` and `--init-file` take a value. */
function endOfOptions(args: readonly string[]): number {
  let index = 0;
  for (; /^[-+]/.test(args[index] ?? ''); index += 1) {
    if (args[index] === '--') return index + 1;
    if (/^(?:[-+][a-zA-Z]*[oO]|--rcfile|--init-file)$/.test(args[index] ?? '')) index += 1;
  }
  return index;
}
