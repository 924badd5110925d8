import type { Color, Element, Engine } from 'claude-code';
import type { TaskLine } from '../run-view.ts';
import { type Action, change, readInPane, viewTranscript } from './actions.ts';
import { type Drawing, isAskedAbout, paneState } from './pane-state.ts';

export const COLORS: Record<TaskLine['status'], Color> = {
  pending: 'inactive',
  working: 'suggestion',
  input_required: 'warning',
  completed: 'success',
  failed: 'error',
  cancelled: 'inactive',
};

/** Minimum columns for the progress bars. */
const BAR_COLUMNS = 56;
/** Minimum columns for the time and the message. */
const TEXT_COLUMNS = 32;

/** One task in a line that expands to its details and buttons. */
export function drawTask($: Engine, drawing: Drawing, task: TaskLine, columns: number): Element {
  const { Box, Text, Button } = drawing.elements;
  const name = `${drawing.run.run}/${task.id}`;
  const isChosen = paneState.task === name;
  const choose = () => {
    paneState.task = isChosen ? null : name;
    paneState.confirming = null;
    $.ui.invalidate('ui.render');
  };
  const bar = columns < BAR_COLUMNS ? '' : ` ${task.bar}`;
  const rest = columns < TEXT_COLUMNS ? '' : `  ${task.time}  ${task.text}`;
  const isDim = task.status === 'pending' || task.status === 'cancelled';
  return (
    <Box flexDirection="column">
      <Box>
        <Button key={`task:${task.id}`} label={task.spoken} plain onPress={choose}>
          <Text color={COLORS[task.status]}>{`${task.name}${bar} ${task.percent}`}</Text>
        </Button>
        <Text dimColor={isDim} wrap="truncate-end">
          {rest}
        </Text>
      </Box>
      {isChosen && drawDetails($, drawing, task)}
    </Box>
  );
}

function drawDetails($: Engine, drawing: Drawing, task: TaskLine): Element {
  const { Box, Text } = drawing.elements;
  const entry = drawing.run.status.tasks.find(({ id }) => id === task.id);
  const facts = [
    entry?.title,
    entry?.agent,
    entry?.tier,
    ...(entry?.model ? [entry.model] : []),
    ...(entry?.machine ? [`on ${entry.machine}`] : []),
    ...(entry?.needs ?? []).map((need) => `needs ${need}`),
  ];
  return (
    <Box flexDirection="column" paddingLeft={2}>
      <Text dimColor wrap="wrap" maxLines={2}>
        {facts.join(' · ')}
      </Text>
      <Text wrap="wrap" maxLines={6}>
        {task.text}
      </Text>
      {drawActions($, drawing, task, 'row')}
    </Box>
  );
}

/** The commands that accept a task in this state. */
function actionsOf(status: TaskLine['status'], hasRunEnded: boolean): Action[] {
  if (status === 'input_required') return ['approve', 'deny', 'cancel'];
  if (status === 'failed' || (status === 'cancelled' && !hasRunEnded)) return ['retry'];
  return status === 'working' || status === 'pending' ? ['cancel'] : [];
}

/** @param place distinguishes the keys of the buttons when one task is drawn twice */
export function drawActions($: Engine, drawing: Drawing, task: TaskLine, place: string): Element {
  const { elements, run } = drawing;
  const { Box, Button } = elements;
  const name = `${run.run}/${task.id}`;
  const entry = run.status.tasks.find(({ id }) => id === task.id);
  const path = entry?.result;
  // Other sessions' agents, and the processes of `swarm run`, are not the client's.
  const agentId = run.session === paneState.session ? entry?.agentId : null;
  if (isAskedAbout(run, task.id)) return drawConfirmation($, drawing, task.id);
  return (
    <Box columnGap={1} flexWrap="wrap">
      {actionsOf(task.status, run.status.endedAt !== null).map((action) => (
        <Button
          key={`${place}:${action}:${task.id}`}
          label={action}
          onPress={() =>
            action === 'cancel' ? confirmCancel($, name) : change($, action, run, task.id)
          }
        />
      ))}
      {path && (
        <Button
          key={`${place}:report:${task.id}`}
          label="report"
          onPress={() => readInPane($, run, path, `Report of ${task.id}`)}
        />
      )}
      {agentId && (
        <Button
          key={`${place}:transcript:${task.id}`}
          label="transcript"
          onPress={() => viewTranscript($, agentId, name)}
        />
      )}
    </Box>
  );
}

/**
 * Asks for confirmation before cancelling.
 * @param name `<run>` or `<run>/<task>`
 */
export function confirmCancel($: Engine, name: string): void {
  paneState.confirming = name;
  $.ui.invalidate('ui.render');
}

/** The question whether to cancel. @param task null for the whole run */
export function drawConfirmation(
  $: Engine,
  { elements, run }: Drawing,
  task: string | null,
): Element {
  const { Box, Text, Button } = elements;
  const leave = () => {
    paneState.confirming = null;
    $.ui.invalidate('ui.render');
  };
  return (
    <Box columnGap={2} flexWrap="wrap">
      <Text color="warning">Cancel {task ?? 'the whole run'}?</Text>
      <Button
        key="confirm"
        label="yes, cancel"
        hotkey="y"
        plain
        onPress={() => change($, 'cancel', run, task)}
      />
      <Button key="leave" label="no, leave it running" hotkey="n" plain onPress={leave} />
    </Box>
  );
}
