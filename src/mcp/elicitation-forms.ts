import type { PendingGate } from '../run/pending-gates.ts';
import type { StatusDocument } from '../run/status-schema.ts';
import { sanitize, sanitizeLine } from '../text/sanitize.ts';
import { describeRunChoice } from '../view/describe-cancel-question.ts';
import { inDirectory } from '../view/describe-gates.ts';

/** A request to the person, in the form that MCP has for it. */
export interface ElicitationForm {
  method: 'elicitation/create';
  params: {
    mode: 'form';
    message: string;
    requestedSchema: {
      type: 'object';
      properties: Record<string, { type: 'string'; title: string; oneOf: Choice[] }>;
      required: string[];
    };
  };
}

interface Choice {
  const: string;
  title: string;
}

const FIELD = 'decision';

/**
 * Claude Code 2.1.330 shows the first three lines of a form's message and cuts each at the width of
 * the terminal. A command that does not fit is not shown for approval.
 */
const MOST_LINES = 2;
const LONGEST_LINE = 70;

/**
 * Asks the person about a gate: the task, every character of the command, and the reason. Unlike
 * tool results, a form is read by the person who set up the server, so it names CLI commands.
 */
export function gateForm({ name, task, gate }: PendingGate): ElicitationForm {
  const lines = sanitize(gate.command)
    .split('\n')
    .flatMap((line) => line.match(LINES) ?? ['']);
  const deny = { const: 'deny', title: 'Deny; the task fails' };
  if (lines.length > MOST_LINES) {
    return form(
      `Task ${task} wants to run a command that cannot be undone (${gate.rule}).\nIt is too long for this form. \`swarm status\` shows it,\n\`swarm approve ${name}\` approves it.`,
      'Decision',
      [{ const: 'later', title: 'Decide in a terminal' }, deny],
    );
  }
  const head = `Task ${task} wants to run this${inDirectory(gate)}, which cannot be undone (${gate.rule}):`;
  return form(
    [head, ...lines.map((line) => `  ${line}`), sanitizeLine(gate.reason, 300)].join('\n'),
    'Decision',
    [{ const: 'approve', title: 'Approve exactly this command, once' }, deny],
  );
}

const LINES = new RegExp(`.{1,${LONGEST_LINE}}`, 'gu');

/** Asks whether to resume a run whose process is gone. */
export function resumeForm(run: string, goal: string): ElicitationForm {
  return form(
    `The process that executed run ${run} (${sanitize(goal)}) is gone. Completed tasks are kept.`,
    'What now?',
    [
      { const: 'go-on', title: 'Resume it' },
      { const: 'cancel', title: 'Cancel the rest' },
    ],
  );
}

/** The choice of a form that asks whether to cancel. */
export const CONFIRMED = 'cancel';

/** Asks before work is ended. @param question the lines of the question */
export function cancelForm(question: readonly string[]): ElicitationForm {
  return form(question.join('\n'), 'Cancel?', [
    { const: CONFIRMED, title: 'Cancel it' },
    { const: 'keep', title: 'Leave it running' },
  ]);
}

/** Asks which run to cancel. */
export function chooseRunForm(
  runs: readonly Pick<StatusDocument, 'run' | 'goal'>[],
): ElicitationForm {
  return form('Which run should be cancelled?', 'Run', [
    ...runs.map((run) => ({ const: run.run, title: describeRunChoice(run) })),
    { const: 'keep', title: 'None; leave them running' },
  ]);
}

/** @returns what the person chose; `null` if the form was closed or not filled in */
export function readForm(response: unknown): string | null {
  const { action, content } = (response ?? {}) as {
    action?: unknown;
    content?: Record<string, unknown>;
  };
  if (action === 'decline') return 'deny';
  const choice = action === 'accept' ? content?.[FIELD] : null;
  return typeof choice === 'string' ? choice : null;
}

function form(message: string, title: string, oneOf: Choice[]): ElicitationForm {
  return {
    method: 'elicitation/create',
    params: {
      mode: 'form',
      message,
      requestedSchema: {
        type: 'object',
        properties: { [FIELD]: { type: 'string', title, oneOf } },
        required: [FIELD],
      },
    },
  };
}
