import { toPlainText } from './plain-text.ts';
import { inDirectory, type WaitingGate } from './waiting-gates.ts';

/** A request to the person, in the form that MCP has for it. */
export interface PersonForm {
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

/** Puts a gate before the person: who asks, why, and every character of the command. */
export function gateForm({ task, gate }: WaitingGate): PersonForm {
  const command = toPlainText(gate.command).replace(/^/gm, '    ');
  return form(
    `Task ${task} wants to do what cannot be undone (${gate.rule}). ${gate.reason} It wants to run${inDirectory(gate)}:\n\n${command}`,
    'Decision',
    [
      { const: 'approve', title: 'Approve exactly this, once' },
      { const: 'deny', title: 'Deny; the task fails' },
    ],
  );
}

/** Asks whether a run is to go on that nobody executes any more. */
export function goOnForm(run: string, goal: string): PersonForm {
  return form(
    `The process that executed run ${run} (${toPlainText(goal)}) is gone. What completed is kept.`,
    'What now?',
    [
      { const: 'go-on', title: 'Go on with it' },
      { const: 'cancel', title: 'Cancel what is left' },
    ],
  );
}

/** @returns what the person chose; `null` where the form was closed or not filled in */
export function readForm(response: unknown): string | null {
  const { action, content } = (response ?? {}) as {
    action?: unknown;
    content?: Record<string, unknown>;
  };
  if (action === 'decline') return 'deny';
  const choice = action === 'accept' ? content?.[FIELD] : null;
  return typeof choice === 'string' ? choice : null;
}

function form(message: string, title: string, oneOf: Choice[]): PersonForm {
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
