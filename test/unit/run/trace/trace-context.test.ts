import { expect, it } from 'vitest';
import { traceContextOf, traceparentOf } from '../../../../src/run/trace/trace-context.ts';

const [TRACE, PARENT] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7'];

it.each([
  ['a sampled one', `00-${TRACE}-${PARENT}-01`, { parentId: PARENT, isSampled: true }],
  ['one that is not sampled', `00-${TRACE}-${PARENT}-00`, { parentId: PARENT, isSampled: false }],
  ['a later version', `cc-${TRACE}-${PARENT}-03-more`, { parentId: PARENT, isSampled: true }],
])('a run joins the trace around it: %s', (_, traceparent, expected) => {
  expect(traceContextOf('run', traceparent)).toEqual({ traceId: TRACE, ...expected });
});

it.each([
  ['nothing', undefined],
  ['an invalid version', `ff-${TRACE}-${PARENT}-01`],
  ['a trace of zeros', `00-${'0'.repeat(32)}-${PARENT}-01`],
  ['a parent of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
  ['capital letters', `00-${TRACE.toUpperCase()}-${PARENT}-01`],
  ['garbage', 'x'],
])('a run begins a trace of its own, always the same one, around which there is %s', (_, outer) => {
  const context = traceContextOf('run', outer);
  expect(context).toMatchObject({ parentId: null, isSampled: true });
  expect(context.traceId).toMatch(/^[\da-f]{32}$/);
  expect(traceContextOf('run', outer)).toEqual(context);
  expect(traceContextOf('other run', outer).traceId).not.toBe(context.traceId);
});

it("the client of an attempt gets the trace of the run, and the attempt's span as its parent", () => {
  const one = traceparentOf('run', 'attempt-1', `00-${TRACE}-${PARENT}-01`);
  expect(one).toMatch(new RegExp(`^00-${TRACE}-(?!${PARENT})[\\da-f]{16}-01$`));
  expect(traceparentOf('run', 'attempt-2', `00-${TRACE}-${PARENT}-01`)).not.toBe(one);
  expect(traceparentOf('run', 'attempt-1', `00-${TRACE}-${PARENT}-00`)).toMatch(/-00$/);
});
