import type { Engine } from 'claude-code';
import { paneState } from './pane-state.ts';

export const PANE = 'swarm';

/** Opens the pane; below a width of the client's own choice it waits until a person asks for it. */
export async function openPane($: Engine): Promise<void> {
  const { isPlaced } = await $.ui.open({ id: PANE, title: 'Swarm' });
  paneState.pane = isPlaced ? 'placed' : 'waiting';
  $.ui.invalidate('ui.render');
}

/** Closes the pane for the person; a run that begins, or they themselves, open it again. */
export async function closePane($: Engine): Promise<void> {
  paneState.pane = 'closed';
  await $.ui.close({ id: PANE });
}
