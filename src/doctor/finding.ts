import { sanitizeLine } from '../text/sanitize.ts';

export type FindingLevel = 'ok' | 'note' | 'warning' | 'error';

/** What `swarm doctor` found out about one thing. */
export interface DoctorFinding {
  /** The check, such as `node`; it may find several things. */
  id: string;
  level: FindingLevel;
  /** One line of plain text. */
  message: string;
  /** What to do; null where nothing is to be done. */
  fix: string | null;
}

const MAX_LINE = 600;

/** Messages quote files and programs, so they are made one plain line here. */
export function finding(
  id: string,
  level: FindingLevel,
  message: string,
  fix: string | null = null,
): DoctorFinding {
  return {
    id,
    level,
    message: sanitizeLine(message, MAX_LINE),
    fix: fix === null ? null : sanitizeLine(fix, MAX_LINE),
  };
}
