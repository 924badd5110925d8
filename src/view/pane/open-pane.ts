import type { Engine } from 'claude-code';
import { paneState } from './pane-state.ts';

export const PANE = 'swarm';

/** Opens the pane. In a narrow terminal the client places it only when a person asks for it. */
export async function openPane($: Engine): Promise<void> {
  const { isPlaced } = await $.ui.open({ id: PANE, title: 'Swarm' });
  paneState.pane = isPlaced ? 'placed' : 'waiting';
  $.ui.invalidate('ui.render');
}

/** Closes the pane. The next run opens it again, and so can the person. */
export async function closePane($: Engine): Promise<void> {
  paneState.pane = 'closed';
  await $.ui.close({ id: PANE });
}
