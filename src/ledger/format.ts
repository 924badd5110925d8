import { EXIT, SwarmError } from '../errors/swarm-error.ts';

/**
 * The ledger format that this version writes, and the newest one that it reads. `run.opened` names
 * it; a ledger whose `run.opened` names none has format 1. When to raise it is decided in
 * docs/decisions/0017-ledger-format-version.md.
 */
export const LEDGER_FORMAT = 1;

/**
 * A ledger was written in a format that this version cannot read. Whoever catches it must leave the
 * run as it is: no append, no projection, no clean-up.
 */
export class NewerLedgerError extends SwarmError {
  /** @param path of the ledger @param format that its `run.opened` names */
  constructor(path: string, format: number) {
    super(
      `${path}: expected ledger format ${LEDGER_FORMAT} at most, found ${format}, which a newer version of swarm-parallel writes; update swarm-parallel to use this run (nothing was changed)`,
      EXIT.badInput,
    );
  }
}

/**
 * The format of a ledger that is too new for this version.
 * @param event a line of the ledger, parsed as JSON but by no schema: that of a newer `run.opened`
 *   is not known here, except for its field `format`
 * @returns null for every other event
 */
export function newerFormat(event: unknown): number | null {
  if (typeof event !== 'object' || event === null) return null;
  const { event: name, format } = event as { event?: unknown; format?: unknown };
  if (name !== 'run.opened' || typeof format !== 'number') return null;
  return Number.isInteger(format) && format > LEDGER_FORMAT ? format : null;
}
