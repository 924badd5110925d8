import { type Gate, gateLine } from '../../run/gate.ts';
import { pendingGates } from '../../run/pending-gates.ts';
import type { RunState } from '../../run/run-state.ts';
import { escapeMarkdown } from '../../text/escape-markdown.ts';

/** The decisions on irreversible commands, and the files changed outside `writes`. */
export function renderDecisions(state: RunState): string[] {
  const waiting = new Set(pendingGates(state).map(({ gate }) => gate));
  const gates = [...state.tasks].flatMap(([id, { attempts }]) =>
    attempts
      .flatMap((attempt) => attempt.gates)
      .filter((gate) => !waiting.has(gate))
      .map((gate) => gateDecision(id, gate)),
  );
  const edits = [...state.tasks].flatMap(([id, { undeclaredWrites }]) =>
    editLines(id, undeclaredWrites),
  );
  return [
    ...(gates.length > 0 ? [`## Irreversible commands\n\n${gates.join('\n')}`] : []),
    ...(edits.length > 0 ? [`## Files outside \`writes\`\n\n${edits.join('\n')}`] : []),
  ];
}

const DECISIONS: Record<Gate['status'], string> = {
  asked: 'not answered',
  approved: 'approved, not run yet',
  denied: 'denied',
  used: 'approved',
};

function gateDecision(task: string, gate: Gate): string {
  const { status, decidedAt, rule } = gate;
  const when = decidedAt ? ` ${placeOf(gate)} at ${decidedAt.slice(11, 19)}` : '';
  return `- **${task}** ${DECISIONS[status]}${when} (${rule}): ${escapeMarkdown(gateLine(gate))}`;
}

function placeOf({ where, decidedBy }: Gate): string {
  if (decidedBy !== null) return `through ${escapeMarkdown(decidedBy)}`;
  return where === 'session' ? 'in the session' : 'with swarm';
}

/** Files beyond this number are counted, not listed. */
const MAX_FILES = 10;

function editLines(
  task: string,
  edits: readonly { path: string; claimedBy: string | null }[],
): string[] {
  const lines = edits.slice(0, MAX_FILES).map(({ path, claimedBy }) => {
    const name = `**${task}**`;
    return claimedBy === null
      ? `- ${name} changed ${escapeMarkdown(path)}`
      : `- ${name} was not allowed to change ${escapeMarkdown(path)}, which ${claimedBy} claims`;
  });
  const more = edits.length - lines.length;
  return more > 0 ? [...lines, `- **${task}** and ${more} more`] : lines;
}
