import { expect, it } from 'vitest';
import type { Evidence } from '../../../../src/run/evidence/warnings.ts';
import { canHaveChanged } from '../../../../src/worktrees/snapshots/can-have-changed.ts';

const span = { task: 'a', launchedAt: '', from: '', until: null };

function evidence(more: Partial<Evidence>): Evidence {
  const nothing = { toolCalls: {}, filesChanged: [], moreFiles: 0, permissionDenials: [] };
  return { ...nothing, model: null, usage: null, ...more };
}

it.each([
  ['no tool', {}],
  ['tools that read', { toolCalls: { Read: 2, Grep: 1 } }],
  ['tools that changed another file', { toolCalls: { Edit: 1 }, filesChanged: ['other'] }],
])('an agent that called %s did not change a file', (_, more) => {
  expect(canHaveChanged({ ...span, evidence: evidence(more) }, 'file')).toBe(false);
});

it.each([
  ['changed it with a tool', { toolCalls: { Edit: 1 }, filesChanged: ['file'] }],
  ['ran commands', { toolCalls: { Bash: 1 } }],
  ['called a tool of another program', { toolCalls: { mcp__files__write: 1 } }],
  ['changed more files than are known', { moreFiles: 1 }],
  ['left agents of its own running', { openAgents: 1 }],
])('an agent that %s can have changed it', (_, more) => {
  expect(canHaveChanged({ ...span, evidence: evidence(more) }, 'file')).toBe(true);
});

it('an agent of which nothing is known can have changed every file', () => {
  expect(canHaveChanged({ ...span, evidence: null }, 'file')).toBe(true);
});
