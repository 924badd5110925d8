import type { Element, Engine, Site } from 'claude-code';
import { toRunView } from '../core/run-view.ts';
import { COLORS } from './draw-task.tsx';
import { openPane } from './pane.ts';
import { shownRun } from './shown.ts';

/** One line above the prompt, where the terminal is too narrow to place the pane unasked. */
export async function drawBand($: Engine, site: Site): Promise<Element | null> {
  const run = shownRun();
  if (!run) return null;
  const { Box, Text, Button } = $.ui.resolve(site);
  const view = toRunView(run.status, { now: await $.clock.now(), isUnfolded: false });
  return (
    <Box columnGap={1}>
      <Text color={COLORS[view.status]} wrap="truncate-end">
        swarm {view.outcome}
      </Text>
      <Button key="show" label="show" hotkey="s" onPress={() => openPane($)} />
    </Box>
  );
}
