import * as z from 'zod/mini';

/** Why an attempt did not complete. */
export const errorCategory = z.enum([
  'transient',
  'fatal',
  'timeout',
  'stalled',
  'empty',
  'lost',
  'denied',
]);
export type ErrorCategory = z.infer<typeof errorCategory>;
