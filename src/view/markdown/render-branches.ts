import type { RunState } from '../../run/run-state.ts';
import type { StatusDocument } from '../../run/status-schema.ts';
import { describeBranch } from '../../run/worktree-state.ts';
import { escapeMarkdown } from '../../text/escape-markdown.ts';
import { plural } from '../../text/format.ts';
import type { Reader } from '../reader.ts';

/** The branches with the changes of tasks, and how they become one. */
export function renderBranches(state: RunState, reader: Reader): string[] {
  const branches = [...state.worktrees].flatMap(([task, worktree]) =>
    worktree.changes
      ? `- **${task}**: \`${worktree.branch}\`, ${escapeMarkdown(describeBranch(worktree))}`
      : [],
  );
  if (branches.length === 0) return [];
  const { run } = state.opened;
  const next = state.merge?.endedAt ? '' : ` ${reader.howToMerge(run)}`;
  const trees = `The worktrees are in \`.swarm/worktrees/${run}\`.${next}`;
  return [`## Branches\n\n${branches.join('\n')}\n\n${trees}`];
}

/** The branch onto which the others are merged, and which of them are not. */
export function renderMerge({ merge }: StatusDocument): string[] {
  if (!merge) return [];
  const merged = merge.tasks.filter(({ outcome }) => outcome === 'merged').length;
  const proof =
    merge.verified === null ? '' : merge.verified ? ' (verified)' : ' (its check fails)';
  const all = `${merged} of ${plural(merge.tasks.length, 'task')}`;
  const head =
    merge.status === 'working'
      ? `Merging onto \`${merge.branch}\`: ${merged} merged so far.`
      : `\`${merge.branch}\` has ${all}${proof}.`;
  const open = merge.tasks.flatMap((task) => (task.outcome === 'merged' ? [] : mergeLine(task)));
  const list = open.length > 0 ? `\n\n${open.join('\n')}` : '';
  return [`## Merge\n\n${head}${list}`];
}

type Merged = NonNullable<StatusDocument['merge']>['tasks'][number];

function mergeLine({ id, outcome, others, files, output }: Merged): string {
  const link = output ? `: [${output}](${output})` : '';
  const names = files.slice(0, 8).map(escapeMarkdown).join(', ');
  const why = others.length > 0 ? others.join(', ') : '';
  switch (outcome) {
    case 'conflict':
      return `- ✖ **${id}**: conflicts with ${why || 'what was merged before it'} in ${names}${link}`;
    case 'reverted':
      return `- ✖ **${id}**: the check fails with it, so it was taken back${link}`;
    case 'skipped':
      return `- ⊘ **${id}**: skipped${why ? `, it needs ${why}` : ''}`;
    default:
      return `- ✖ **${id}**: git could not merge it`;
  }
}
