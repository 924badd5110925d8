import type { Color, Element, Elements, Engine } from 'claude-code';
import type { TaskLine } from '../run-view.ts';
import { type Action, change, readInPane } from './actions.ts';
import { paneState, type SubscribedRun } from './pane-state.ts';

export const COLORS: Record<TaskLine['status'], Color> = {
  pending: 'inactive',
  working: 'suggestion',
  input_required: 'warning',
  completed: 'success',
  failed: 'error',
  cancelled: 'inactive',
};

/** Columns below which the bars, and below which all but name and percent, are left out. */
const NARROW = 56;
const VERY_NARROW = 32;

/** One task in a line that opens and closes what can be done with it. */
export function drawTask(
  $: Engine,
  elements: Elements,
  run: SubscribedRun,
  task: TaskLine,
  columns: number,
): Element {
  const { Box, Text, Button } = elements;
  const isChosen = paneState.task === task.id;
  const choose = () => {
    paneState.task = isChosen ? null : task.id;
    paneState.confirming = null;
    $.ui.invalidate('ui.render');
  };
  const bar = columns < NARROW ? '' : ` ${task.bar}`;
  const rest = columns < VERY_NARROW ? '' : `  ${task.time}  ${task.text}`;
  const isOver = task.status === 'pending' || task.status === 'cancelled';
  return (
    <Box flexDirection="column">
      <Box>
        <Button key={`task:${task.id}`} label={task.spoken} plain onPress={choose}>
          <Text color={COLORS[task.status]}>{`${task.name}${bar} ${task.percent}`}</Text>
        </Button>
        <Text dimColor={isOver} wrap="truncate-end">
          {rest}
        </Text>
      </Box>
      {isChosen && drawDetails($, elements, run, task)}
    </Box>
  );
}

function drawDetails($: Engine, elements: Elements, run: SubscribedRun, task: TaskLine): Element {
  const { Box, Text } = elements;
  const entry = run.status.tasks.find(({ id }) => id === task.id);
  const facts = [
    entry?.title,
    entry?.agent,
    entry?.tier,
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
      {drawActions($, elements, run, task, 'row')}
    </Box>
  );
}

/** The changes that the command line accepts for a task in this state. */
function actionsOf(status: TaskLine['status'], isEnded: boolean): Action[] {
  if (status === 'input_required') return ['approve', 'deny', 'cancel'];
  if (status === 'failed' || (status === 'cancelled' && !isEnded)) return ['retry'];
  return status === 'working' || status === 'pending' ? ['cancel'] : [];
}

/** @param place tells the buttons of one task in two places apart */
export function drawActions(
  $: Engine,
  elements: Elements,
  run: SubscribedRun,
  task: TaskLine,
  place: string,
): Element {
  const { Box, Button } = elements;
  const name = `${run.run}/${task.id}`;
  const path = run.status.tasks.find(({ id }) => id === task.id)?.result;
  if (paneState.confirming === name) return drawQuestion($, elements, run, task.id);
  return (
    <Box columnGap={1} flexWrap="wrap">
      {actionsOf(task.status, run.status.endedAt !== null).map((action) => (
        <Button
          key={`${place}:${action}:${task.id}`}
          label={action}
          onPress={() => (action === 'cancel' ? ask($, name) : change($, action, run, task.id))}
        />
      ))}
      {path && (
        <Button
          key={`${place}:report:${task.id}`}
          label="report"
          onPress={() => readInPane($, run, path, `Report of ${task.id}`)}
        />
      )}
    </Box>
  );
}

/** @param name `<run>` or `<run>/<task>` */
export function ask($: Engine, name: string): void {
  paneState.confirming = name;
  $.ui.invalidate('ui.render');
}

/** Asks once whether to cancel. */
export function drawQuestion(
  $: Engine,
  { Box, Text, Button }: Elements,
  run: SubscribedRun,
  task: string | null,
): Element {
  const leave = () => {
    paneState.confirming = null;
    $.ui.invalidate('ui.render');
  };
  return (
    <Box columnGap={2} flexWrap="wrap">
      <Text color="warning">Cancel {task ?? 'the whole run'}?</Text>
      <Button
        key="confirm"
        label="cancel it"
        hotkey="y"
        plain
        onPress={() => change($, 'cancel', run, task)}
      />
      <Button key="leave" label="let it work" hotkey="l" plain onPress={leave} />
    </Box>
  );
}
