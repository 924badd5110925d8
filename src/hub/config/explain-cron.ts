import { cronTimes } from '../schedules/cron-times.ts';

const A_CRON = 'a cron expression such as "0 9 * * MON,FRI"';

const RANGES: Readonly<Record<string, string>> = {
  minute: '0 to 59',
  hour: '0 to 23',
  day: '1 to 31',
  month: '1 to 12 or JAN to DEC',
  dayOfWeek: '0 to 7 or SUN to SAT',
};

/**
 * What was expected of a cron expression instead.
 * @param now any time, from which it must have a next one; milliseconds
 * @returns null if nothing is wrong with it
 */
export function explainCron(cron: string, now: number): string | null {
  try {
    const hasTime = cronTimes(cron, 'UTC').next(now) !== null;
    return hasTime ? null : `${A_CRON} that has a next time`;
  } catch (error) {
    return `${A_CRON} (${explainError((error as Error).message, cron)})`;
  }
}

function explainError(message: string, cron: string): string {
  const fields = cron.trim().split(/\s+/).filter(Boolean);
  if (!cron.startsWith('@') && fields.length !== 5) {
    return `five fields: minute, hour, day of the month, month, day of the week; these are ${fields.length}`;
  }
  const [, field = '', value] = /Invalid value for (\w+): (\S+)/.exec(message) ?? [];
  if (field in RANGES) return `${field} ${RANGES[field]}, not ${value}`;
  return message.replace(/^CronPattern: /, '').replace(/\.$/, '');
}
