import type { Element, Engine, Site } from 'claude-code';
import { toRunView } from '../run-view.ts';
import { openPane } from './open-pane.ts';
import { shownRun } from './pane-state.ts';
import { COLORS } from './task.tsx';

/** One line above the prompt, for terminals that are too narrow to place the pane unasked. */
export async function drawBanner($: Engine, site: Site): Promise<Element | null> {
  const run = shownRun();
  if (!run) return null;
  const { Box, Text, Button } = $.ui.resolve(site);
  const view = toRunView(run.status, {
    now: await $.clock.now(),
    isInactive: !run.atWork,
    isUnfolded: false,
  });
  return (
    <Box columnGap={1}>
      <Text color={COLORS[view.status]} wrap="truncate-end">
        swarm {view.outcome}
      </Text>
      <Button key="show" label="show" hotkey="s" onPress={() => openPane($)} />
    </Box>
  );
}
