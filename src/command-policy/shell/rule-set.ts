import type { Call } from './call.ts';

/** Why something is irreversible. */
export interface Verdict {
  /** The kind of harm, such as `force-push`. */
  rule: string;
  /** One sentence. */
  reason: string;
  /** Whether no agent may do it, so that not even a person is asked. */
  isForbidden?: boolean;
}

/** What the interpreter may meet that it cannot follow. */
export type Obstacle = 'unknown program' | 'unknown script' | 'too large' | 'internal error';

/** What the interpreter asks about each thing that a command would do. */
export interface RuleSet {
  /** @param isWrapped whether another program is assumed to run it, as in `sudo program` */
  checkCall(call: Call, isWrapped: boolean): Verdict | null;
  /** Checks a file that output is written to, as in `> target`. */
  checkTarget(
    target: string,
    how: Pick<Call, 'cwd' | 'place'> & { isAppended: boolean },
  ): Verdict | null;
  /** Checks a file that is emptied, as in `> target` without a program. */
  checkEmptied(target: string, cwd: string): Verdict | null;
  /** Checks a text that is not valid shell syntax. */
  checkUnreadable(text: string): Verdict | null;
  readonly obstacles: Readonly<Record<Obstacle, Verdict>>;
}
