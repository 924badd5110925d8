import type { Element, Elements, Engine, Site } from 'claude-code';
import { type RunView, type TaskLine, toRunView, type WaveView } from '../run-view.ts';
import { byAttention, statusHeading } from '../status-labels.ts';
import { readInPane, SUMMARY } from './actions.ts';
import { closePane } from './open-pane.ts';
import {
  type Drawing,
  isAskedAbout,
  isAsking,
  isUnfinished,
  type OpenText,
  paneState,
  type SubscribedRun,
  shownRun,
  shownRuns,
} from './pane-state.ts';
import { COLORS, confirmCancel, drawActions, drawConfirmation, drawTask } from './task.tsx';

/** Most tasks in a section above the waves, which it must not push out of sight. */
const MAX_IN_SECTION = 5;

/** Lines from which on the pane has room for headings, empty lines and the goal. */
const ROOMY = 14;

/** Draws the pane: the chosen run, or the text that is being read. */
export async function drawPane($: Engine, site: Site): Promise<Element> {
  const elements = $.ui.resolve(site);
  // Everything below is drawn from one state: an update may come while the client is asked.
  const now = await $.clock.now();
  const run = shownRun();
  if (!run) return drawNothing(elements);
  if (paneState.text) return drawText($, elements, paneState.text, site);
  const view = toRunView(run.status, {
    now,
    isInactive: !run.atWork,
    isUnfolded: paneState.unfolded === run.run,
  });
  const drawing = { elements, run };
  const { Box } = elements;
  if (isSmall(site)) return drawCompact($, drawing, view, site);
  return (
    <Box flexDirection="column" rowGap={1}>
      {drawHead($, drawing, view)}
      {drawSection($, drawing, statusHeading('input_required'), view.waiting)}
      {drawSection($, drawing, statusHeading('failed'), view.failed)}
      {view.waves.map((wave) => drawWave($, drawing, wave, site.props.bodyColumns))}
      {drawFoot($, drawing, site)}
    </Box>
  );
}

function isSmall({ props: { scroll } }: Site): boolean {
  return scroll !== undefined && scroll.bodyRows < ROOMY;
}

/**
 * The pane in a few lines, as above the prompt of a small terminal: outcome, buttons, and the tasks
 * that need attention first.
 */
function drawCompact($: Engine, drawing: Drawing, view: RunView, site: Site): Element {
  const { Box, Text } = drawing.elements;
  const tasks = view.waves.flatMap((wave) => wave.tasks).sort(byAttention);
  return (
    <Box flexDirection="column">
      <Text color={COLORS[view.status]} wrap="truncate-end">
        {view.outcome}
      </Text>
      {drawFoot($, drawing, site)}
      {drawRunSwitch($, drawing)}
      {drawSection($, drawing, statusHeading('input_required'), view.waiting)}
      {tasks.map((task) => drawTask($, drawing, task, site.props.bodyColumns))}
    </Box>
  );
}

function drawNothing({ Box, Text }: Elements): Element {
  return (
    <Box>
      <Text dimColor>No swarm run is active.</Text>
    </Box>
  );
}

function drawText($: Engine, elements: Elements, open: OpenText, site: Site) {
  const { Box, Text, Button, Link, Markdown } = elements;
  const back = () => {
    paneState.text = null;
    $.ui.invalidate('ui.render');
  };
  const place =
    site.surface === 'terminal' ? (
      <Link href={toFileUrl(open.path)} label="open the file" />
    ) : (
      <Text dimColor>{open.path}</Text>
    );
  return (
    <Box flexDirection="column" rowGap={isSmall(site) ? 0 : 1}>
      <Box columnGap={2} flexWrap="wrap">
        <Button key="back" label="back" hotkey="b" plain onPress={back} />
        <Text weight="bold">{open.title}</Text>
        {!isSmall(site) && place}
      </Box>
      <Markdown text={open.text} />
    </Box>
  );
}

function drawHead($: Engine, drawing: Drawing, view: RunView) {
  const { elements, run } = drawing;
  const { Box, Text, Progress } = elements;
  const isForeign = run.session !== paneState.session;
  return (
    <Box flexDirection="column">
      <Text weight="bold" wrap="wrap" maxLines={3}>
        {view.goal}
      </Text>
      <Text color={COLORS[view.status]} wrap="wrap">
        {view.outcome}
      </Text>
      {isUnfinished(run) && (
        <Progress label="progress" value={view.share} color={COLORS[view.status]} />
      )}
      {isForeign && <Text dimColor>{describeOrigin(run.status)}</Text>}
      {drawRunSwitch($, drawing)}
      {paneState.trouble && (
        <Text color="warning">This view is no longer updated: {paneState.trouble}</Text>
      )}
    </Box>
  );
}

function describeOrigin({ startedBy }: SubscribedRun['status']): string {
  if (!startedBy) return 'Started outside this session.';
  return `Started by the ${startedBy.trigger} ${startedBy.name}.`;
}

/** The way to the other runs, where there are any. */
function drawRunSwitch($: Engine, { elements, run }: Drawing) {
  const { Box, Text, Button } = elements;
  const runs = shownRuns();
  if (runs.length < 2) return null;
  const index = runs.findIndex((one) => one.run === run.run);
  const showNext = () => {
    paneState.run = runs[(index + 1) % runs.length]?.run ?? null;
    paneState.confirming = null;
    $.ui.invalidate('ui.render');
  };
  // The key is the answer to an open question.
  const nextKey = isAsking(run) ? {} : { hotkey: 'n' };
  return (
    <Box columnGap={2}>
      <Text dimColor>
        Run {index + 1} of {runs.length}
      </Text>
      <Button key="next" label="next run" {...nextKey} plain onPress={showNext} />
    </Box>
  );
}

/** Tasks that need attention, listed above the waves with their whole reason. */
function drawSection($: Engine, drawing: Drawing, title: string, tasks: readonly TaskLine[]) {
  const { Box, Text } = drawing.elements;
  if (tasks.length === 0) return null;
  return (
    <Box flexDirection="column">
      <Text weight="bold">{title}</Text>
      {tasks.slice(0, MAX_IN_SECTION).map((task) => (
        <Box flexDirection="column">
          <Text color={COLORS[task.status]} wrap="wrap" maxLines={4}>
            {task.name.trimEnd()} {task.text}
          </Text>
          {drawActions($, drawing, task, 'top')}
        </Box>
      ))}
      {tasks.length > MAX_IN_SECTION && (
        <Text dimColor>and {tasks.length - MAX_IN_SECTION} more below</Text>
      )}
    </Box>
  );
}

function drawWave($: Engine, drawing: Drawing, wave: WaveView, columns: number) {
  const { Box, Text, Button } = drawing.elements;
  const unfold = () => {
    paneState.unfolded = drawing.run.run;
    $.ui.invalidate('ui.render');
  };
  return (
    <Box flexDirection="column">
      <Text dimColor>{wave.title}</Text>
      {wave.tasks.map((task) => drawTask($, drawing, task, columns))}
      {wave.folded !== '' && (
        <Button key={`unfold:${wave.title}`} plain dimColor label={wave.folded} onPress={unfold} />
      )}
    </Box>
  );
}

function drawFoot($: Engine, drawing: Drawing, site: Site) {
  const { elements, run } = drawing;
  const { Box, Text, Button } = elements;
  if (isAskedAbout(run, null)) return drawConfirmation($, drawing, null);
  const needsFocus = site.surface === 'terminal' && !site.props.isFocused;
  return (
    <Box columnGap={2} flexWrap="wrap">
      <Button
        key="summary"
        label="summary"
        hotkey="s"
        plain
        onPress={() => readInPane($, run, SUMMARY, 'Summary')}
      />
      {isUnfinished(run) && (
        <Button
          key="cancel"
          label="cancel run"
          hotkey="c"
          plain
          onPress={() => confirmCancel($, run.run)}
        />
      )}
      <Button key="close" label="close" hotkey="q" plain onPress={() => closePane($)} />
      {needsFocus && <Text dimColor>keys: ctrl+x tab</Text>}
    </Box>
  );
}

function toFileUrl(path: string): string {
  return `file://${path.split('/').map(encodeURIComponent).join('/')}`;
}
