import { describe, expect, it } from 'vitest';
import { resolveAgentType } from '../../../src/claude/agent-types.ts';

describe('resolveAgentType', () => {
  it.each([
    ['swarm-worker', true, 'swarm-parallel:swarm-worker'],
    ['swarm-researcher', true, 'swarm-parallel:swarm-researcher'],
    ['swarm-reviewer', true, 'swarm-parallel:swarm-reviewer'],
    ['swarm-worker', false, 'swarm-worker'],
    ['Explore', true, 'Explore'],
    ['other:swarm-worker', true, 'other:swarm-worker'],
  ])('resolves %s (plugin: %s) to %s', (agent, isPlugin, type) => {
    expect(resolveAgentType(agent, isPlugin)).toBe(type);
  });
});
