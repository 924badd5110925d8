import { BREAK, UNKNOWN } from './placeholders.ts';
import type { Verdict } from './rule-set.ts';

/** A verdict, with the part of the command that it applies to, on one line. */
export interface Finding extends Verdict {
  command: string;
}

/** Keeps the finding that matters most: the first that is forbidden, or else the first of all. */
export class Findings {
  worst: Finding | null = null;

  /** @param text the part of the command that the verdict applies to */
  add(verdict: Verdict | null, text: string): void {
    if (!verdict) return;
    // Nothing forbidden may slip through together with something that a person approves.
    const isWorse = verdict.isForbidden && !this.worst?.isForbidden;
    if (!this.worst || isWorse) this.worst = { ...verdict, command: toOneLine(text) };
  }
}

const MAX_LENGTH = 160;

function toOneLine(text: string): string {
  const line = text.replaceAll(UNKNOWN, '…').replaceAll(BREAK, ' ').replace(/\s+/g, ' ').trim();
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH - 1)}…` : line;
}
