import { matchPattern } from '../programs/command-pattern.ts';
import { READS_ONLY, SHOWS, TELLS, WRITES_AFTER_ALL } from '../rules/reading-programs.ts';
import type { Call } from '../shell/call.ts';

/** Whether a call is known to change nothing, apart from what it has others run. */
export function readsOnly({ program, args }: Call): boolean {
  if (args.some((arg) => TELLS.test(arg))) return true;
  const writes = WRITES_AFTER_ALL.get(program);
  if (READS_ONLY.has(program)) return !writes || !args.some((arg) => writes.test(arg));
  return (SHOWS.get(program) ?? []).some((one) => matchPattern(one, program, args)?.isSure);
}
