import { sha256 } from '../../platform/sha256.ts';

/** Where the spans of a run belong. Ids are lower-case hexadecimal, as in W3C Trace Context. */
export interface TraceContext {
  /** 32 digits. */
  traceId: string;
  /** The span that the run is a part of, 16 digits; null if the run is the root of its trace. */
  parentId: string | null;
  isSampled: boolean;
}

/** Version, trace, parent and flags; a later version may append fields. */
const TRACEPARENT =
  /^(?!ff)[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})(?:-.*)?$/;

/**
 * The trace of a run. Every process derives the same one from the run's id, so nobody has to store it.
 * @param traceparent what surrounds the run, in the format of W3C Trace Context; ignored if malformed
 */
export function traceContextOf(run: string, traceparent: string | undefined): TraceContext {
  const [, traceId, parentId, flags] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  if (traceId === undefined || parentId === undefined) {
    return { traceId: sha256(`trace ${run}`).slice(0, 32), parentId: null, isSampled: true };
  }
  return { traceId, parentId, isSampled: (Number.parseInt(flags ?? '', 16) & 1) === 1 };
}

/** The id of a span: of a run, of a task by run and task, or of an attempt by its id. */
export function spanIdOf(...names: readonly string[]): string {
  return sha256(`span ${names.join(' ')}`).slice(0, 16);
}

/** What makes the spans of an attempt's client children of the attempt's span. */
export function traceparentOf(run: string, attempt: string, outer: string | undefined): string {
  const { traceId, isSampled } = traceContextOf(run, outer);
  return `00-${traceId}-${spanIdOf(attempt)}-${isSampled ? '01' : '00'}`;
}
