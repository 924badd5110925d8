import * as z from 'zod/mini';

/** Why an attempt did not complete; `stalled` is only shown for running ones. */
export const errorCategory = z.enum([
  'transient',
  'fatal',
  'timeout',
  'stalled',
  'empty',
  'lost',
  'denied',
  'check',
  'limit',
]);
export type ErrorCategory = z.infer<typeof errorCategory>;
