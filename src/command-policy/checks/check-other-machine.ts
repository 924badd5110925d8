import { findNested } from '../programs/find-nested.ts';
import {
  CHANGES_OTHER_MACHINE,
  COPIES_TO_LAST,
  MAY_BE_WRITTEN,
  ON_OTHER_MACHINE,
} from '../rules/remote-rules.ts';
import { hasFlag, hasLongOption } from '../shell/arguments.ts';
import type { Call, Place } from '../shell/call.ts';
import type { Verdict } from '../shell/rule-set.ts';
import { readsOnly } from './reads-only.ts';

/** Checks whether a call changes something on another machine. */
export function checkOtherMachine(call: Call): Verdict | null {
  if (COPIES_TO_LAST.has(call.program)) return copiesThere(call) ? CHANGES_OTHER_MACHINE : null;
  if (call.place !== 'other machine' || readsOnly(call)) return null;
  // What it runs in turn is checked in turn.
  return findNested(call).length > 0 ? null : CHANGES_OTHER_MACHINE;
}

/** Checks a file that output is written to. */
export function checkTargetThere(target: string, place: Place | undefined): Verdict | null {
  return place === 'other machine' && !MAY_BE_WRITTEN.test(target) ? CHANGES_OTHER_MACHINE : null;
}

function copiesThere({ program, args }: Call): boolean {
  if (program === 'rsync' && (hasFlag(args, 'n') || hasLongOption(args, '--dry-run'))) return false;
  const target = args.findLast((arg) => !arg.startsWith('-')) ?? '';
  return ON_OTHER_MACHINE.test(target);
}
