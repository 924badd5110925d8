import { expect, test } from 'vitest';
import { findClaude } from '../support/claude-client.ts';
import { bash } from '../support/orchestrator.ts';
import { CLIENT_VERSIONS, RECORDED_CLIENTS } from '../support/recording.ts';
import { playSession } from '../support/swarm-session.ts';

/** The model and the effort that a plan asks for, in a conversation. */

const TIMEOUT_MS = 300_000;

const PLAN = `---
goal: Test the swarm
tasks:
  - {id: cheap, title: Work on the cheap part, model: haiku, effort: low}
  - {id: named, title: Work on the named part, model: claude-opus-4-5}
---
## cheap
Do it.

## named
Do it.
`;

/** Clients that ignore the effort of an agent. */
const WITHOUT_EFFORT: readonly string[] = ['2.1.198'];

test.for(CLIENT_VERSIONS)(
  'reach the agent in client %s',
  {
    tags: ['long'],
    timeout: TIMEOUT_MS,
  },
  async (version) => {
    const agent = [bash('true'), { text: 'Done.' }];
    await using session = await playSession({
      plan: PLAN,
      agents: { default: agent },
      claude: findClaude(RECORDED_CLIENTS[version]),
      args: ['--allowedTools', 'Agent,Bash'],
    });

    const requestsOf = (task: string) =>
      session.requests.filter(
        ({ isAgent, firstUserText }) => isAgent && firstUserText.includes(`# Your task: ${task}`),
      );
    const [cheap] = requestsOf('cheap');
    expect(cheap?.raw.model).toMatch(/haiku/);
    if (!WITHOUT_EFFORT.includes(version)) {
      expect(cheap?.raw.output_config).toMatchObject({ effort: 'low' });
    }
    const [named] = requestsOf('named');
    const { tasks, status } = session.run.status;
    expect(status).toBe('completed');
    expect(tasks).toMatchObject([
      { id: 'cheap', model: cheap?.raw.model, warnings: [] },
      { id: 'named', model: named?.raw.model, warnings: ['other_model'] },
    ]);
    expect(session.run.summary).toContain(`named: it ran on ${named?.raw.model}`);
  },
);
