import { h } from 'preact';
import type { StatusDocument } from '../run/status-schema.ts';
import { stripControlCharacters } from '../text/strip-control-characters.ts';

type Merge = NonNullable<StatusDocument['merge']>;
type MergedTask = Merge['tasks'][number];

/** What became of each branch of a run when they were merged. */
export function MergeState({ run, merge }: { run: string; merge: Merge }) {
  const { branch, status, tasks, verified } = merge;
  return (
    <section class="merge checks" aria-labelledby="merge">
      <h2 id="merge">
        Merge <small>{stateOf(status, verified)}</small>
      </h2>
      <ul>
        {tasks.map((task) => (
          <li class={task.outcome === 'merged' ? 'completed' : 'failed'}>
            <a href={`#task-${task.id}`}>{task.id}</a> {describeOutcome(task)}
            {task.output !== null && task.outcome !== 'merged' && (
              <span>
                {' '}
                <a href={`/runs/${run}/tasks/${task.id}/merge`}>Output</a>
              </span>
            )}
          </li>
        ))}
      </ul>
      {status !== 'working' && (
        <p class="hint">
          On the branch <code>{branch}</code>; <code>swarm merge {run}</code> shows how to take it
          over{status === 'incomplete' && ', and tries again what is not merged'}.
        </p>
      )}
    </section>
  );
}

function stateOf(status: Merge['status'], verified: boolean | null): string {
  if (status === 'working') return 'working';
  const proof = verified ? ', verified' : '';
  return `${status === 'merged' ? 'complete' : 'incomplete'}${proof}`;
}

function describeOutcome({ outcome, others, files }: MergedTask): string {
  const names = others.join(', ');
  switch (outcome) {
    case 'merged':
      return 'merged';
    case 'conflict':
      return `conflicts with ${names || 'what is merged before it'} in ${files.map(stripControlCharacters).join(', ')}`;
    case 'reverted':
      return 'not merged: with it, the check fails';
    case 'skipped':
      return names ? `skipped: it needs ${names}` : 'skipped';
    case 'failed':
      return 'could not be merged';
  }
}
