import type { Element, Elements, Engine, Site } from 'claude-code';
import { type RunView, type TaskLine, toRunView, type WaveView } from '../run-view.ts';
import { readInPane } from './actions.ts';
import { closePane } from './open-pane.ts';
import {
  isWorking,
  type OpenText,
  paneState,
  type SubscribedRun,
  shownRun,
  shownRuns,
} from './pane-state.ts';
import { ask, COLORS, drawActions, drawQuestion, drawTask } from './task.tsx';

/** A section must not push the waves out of sight. */
const MOST_IN_SECTION = 5;

/** Draws the pane: the run that is chosen, or the text that is being read. */
export async function drawPane($: Engine, site: Site): Promise<Element> {
  const elements = $.ui.resolve(site);
  const run = shownRun();
  if (!run) return drawNothing(elements);
  if (paneState.text) return drawText($, elements, paneState.text, site);
  const view = toRunView(run.status, {
    now: await $.clock.now(),
    isUnfolded: paneState.isUnfolded,
  });
  const { Box } = elements;
  const columns = site.props.bodyColumns;
  return (
    <Box flexDirection="column" rowGap={1}>
      {drawHead($, elements, run, view)}
      {drawSection($, elements, run, 'Waits for you', view.waiting)}
      {drawSection($, elements, run, 'Failed', view.failed)}
      {view.waves.map((wave) => drawWave($, elements, run, wave, columns))}
      {drawFoot($, elements, run, site)}
    </Box>
  );
}

function drawNothing({ Box, Text }: Elements): Element {
  return (
    <Box>
      <Text dimColor>No swarm run is at work.</Text>
    </Box>
  );
}

function drawText($: Engine, elements: Elements, open: OpenText, site: Site) {
  const { Box, Text, Button, Link, Markdown } = elements;
  const back = () => {
    paneState.text = null;
    $.ui.invalidate('ui.render');
  };
  return (
    <Box flexDirection="column" rowGap={1}>
      <Box columnGap={2} flexWrap="wrap">
        <Button key="back" label="back" hotkey="b" plain onPress={back} />
        <Text weight="bold">{open.title}</Text>
        {site.surface === 'terminal' ? (
          <Link href={toFileUrl(open.path)} label="open the file" />
        ) : (
          <Text dimColor>{open.path}</Text>
        )}
      </Box>
      <Markdown text={open.text} />
    </Box>
  );
}

function drawHead(
  $: Engine,
  { Box, Text, Progress, Button }: Elements,
  run: SubscribedRun,
  view: RunView,
) {
  const runs = shownRuns();
  const at = runs.indexOf(run);
  const next = runs[(at + 1) % runs.length];
  const showNext = () => {
    paneState.run = next?.run ?? null;
    paneState.task = null;
    $.ui.invalidate('ui.render');
  };
  const isForeign = run.session !== paneState.session;
  return (
    <Box flexDirection="column">
      <Text weight="bold" wrap="wrap" maxLines={3}>
        {view.goal}
      </Text>
      <Text color={COLORS[view.status]} wrap="wrap">
        {view.outcome}
      </Text>
      {isWorking(run) && <Progress label="done" value={view.share} color={COLORS[view.status]} />}
      {isForeign && <Text dimColor>Started outside of this session.</Text>}
      {runs.length > 1 && (
        <Box columnGap={2}>
          <Text dimColor>
            Run {at + 1} of {runs.length}
          </Text>
          <Button key="next" label="next run" hotkey="n" plain onPress={showNext} />
        </Box>
      )}
      {paneState.trouble && <Text color="warning">The view stands still: {paneState.trouble}</Text>}
    </Box>
  );
}

/** What a person should not have to look for stands above the waves, with its reason in full. */
function drawSection(
  $: Engine,
  elements: Elements,
  run: SubscribedRun,
  title: string,
  tasks: readonly TaskLine[],
) {
  const { Box, Text } = elements;
  if (tasks.length === 0) return null;
  return (
    <Box flexDirection="column">
      <Text weight="bold">{title}</Text>
      {tasks.slice(0, MOST_IN_SECTION).map((task) => (
        <Box flexDirection="column">
          <Text color={COLORS[task.status]} wrap="wrap" maxLines={4}>
            {task.name.trimEnd()} {task.text}
          </Text>
          {drawActions($, elements, run, task, 'top')}
        </Box>
      ))}
      {tasks.length > MOST_IN_SECTION && (
        <Text dimColor>and {tasks.length - MOST_IN_SECTION} more below</Text>
      )}
    </Box>
  );
}

function drawWave(
  $: Engine,
  elements: Elements,
  run: SubscribedRun,
  wave: WaveView,
  columns: number,
) {
  const { Box, Text, Button } = elements;
  const unfold = () => {
    paneState.isUnfolded = true;
    $.ui.invalidate('ui.render');
  };
  return (
    <Box flexDirection="column">
      <Text dimColor>{wave.title}</Text>
      {wave.tasks.map((task) => drawTask($, elements, run, task, columns))}
      {wave.folded !== '' && (
        <Button key={`unfold:${wave.title}`} plain dimColor label={wave.folded} onPress={unfold} />
      )}
    </Box>
  );
}

function drawFoot($: Engine, elements: Elements, run: SubscribedRun, site: Site) {
  const { Box, Text, Button } = elements;
  const needsKeys = site.surface === 'terminal' && !site.props.isFocused;
  if (paneState.confirming === run.run) return drawQuestion($, elements, run, null);
  return (
    <Box columnGap={2} flexWrap="wrap">
      <Button
        key="summary"
        label="summary"
        hotkey="s"
        plain
        onPress={() => readInPane($, run, 'SUMMARY.md', 'Summary')}
      />
      {isWorking(run) && (
        <Button key="cancel" label="cancel run" hotkey="c" plain onPress={() => ask($, run.run)} />
      )}
      <Button key="close" label="close" hotkey="q" plain onPress={() => closePane($)} />
      {needsKeys && <Text dimColor>keys: ctrl+x tab</Text>}
    </Box>
  );
}

function toFileUrl(path: string): string {
  return `file://${path.split('/').map(encodeURIComponent).join('/')}`;
}
