import { didYouMean } from '../../text/did-you-mean.ts';

/** What was expected instead of a time zone. @returns null if it is one */
export function explainTimezone(timezone: string): string | null {
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone });
    return null;
  } catch {
    const known = Intl.supportedValuesOf('timeZone');
    return `a time zone such as "Europe/Rome"${didYouMean(timezone, known)}`;
  }
}
