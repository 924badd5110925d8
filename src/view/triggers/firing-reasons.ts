/** What a firing waits for, in words. @param isBuffered whether it was decided that it waits */
export function describeWait(isBuffered: boolean): string {
  return isBuffered ? 'an earlier run is working' : 'the hub has not taken it up yet';
}

/** Why a firing was skipped, in words. */
const SKIPPED: Readonly<Record<string, string>> = {
  overlap: 'an earlier run was still working',
  buffer_full: 'an earlier run was still working, and another firing was already waiting',
  rate: 'the rate limit of the webhook was reached',
  removed: 'it is no longer in the configuration',
  paused: 'the schedule was paused',
  event: 'the event is not among those of the webhook',
};

export function describeSkip(reason: string): string {
  return SKIPPED[reason] ?? reason;
}
