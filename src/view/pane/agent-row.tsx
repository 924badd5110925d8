import type { AgentRowSite, Element, Engine } from 'claude-code';
import { toAgentLine } from '../run-view.ts';
import { shownRuns } from './pane-state.ts';
import { COLORS } from './task.tsx';

/**
 * The row of an agent in the client's own list, unless a command of the settings draws it.
 * @returns null for an agent that belongs to none of the runs
 */
export async function drawAgentRow($: Engine, site: AgentRowSite): Promise<Element | null> {
  const { id, body } = site.props;
  if (body !== undefined) return null;
  const now = await $.clock.now();
  const [line] = shownRuns().flatMap(({ status }) => toAgentLine(status, id, now) ?? []);
  if (!line) return null;
  const { Box, Text } = $.ui.resolve(site);
  return (
    <Box>
      <Box flexShrink={0}>
        <Text color={COLORS[line.status]}>{`${line.name} ${line.bar} ${line.percent}`}</Text>
      </Box>
      <Text wrap="truncate-end">{`  ${line.time}  ${line.text}`}</Text>
    </Box>
  );
}
