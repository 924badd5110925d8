import { isDeepStrictEqual } from 'node:util';
import type { HookGroup, HookGroups } from '../claude/hook-groups.ts';
import { type DropInSettings, isDropInHandler, isDropInStatusLine } from './drop-in.ts';
import { appendJson, removeJson } from './edit-json.ts';
import { type Settings, STATUS_LINE, toSettings } from './parse-settings.ts';

/** Adds our hooks after the existing ones, and our status line if no other is set. */
export function addDropIn(
  settings: Settings,
  { hooks, subagentStatusLine }: DropInSettings,
): Settings {
  const text = addHooks(settings, hooks);
  const isTaken = settings.subagentStatusLine !== undefined;
  const edited = isTaken ? text : appendJson(text, [], subagentStatusLine, STATUS_LINE);
  return toSettings(edited, settings.mark);
}

function addHooks(settings: Settings, hooks: HookGroups): string {
  if (!Object.hasOwn(JSON.parse(settings.text), 'hooks')) {
    return appendJson(settings.text, [], hooks, 'hooks');
  }
  let { text } = settings;
  for (const [event, groups] of Object.entries(hooks)) {
    if (!Object.hasOwn(settings.hooks, event)) {
      text = appendJson(text, ['hooks'], groups, event);
    } else {
      for (const group of groups) text = appendJson(text, ['hooks', event], group);
    }
  }
  return text;
}

/** Removes every entry of the drop-in, and the lists and objects that contained nothing else. */
export function removeDropIn(settings: Settings): Settings {
  const hooks = findRemovable(settings.hooks);
  const path = isDropInStatusLine(settings.subagentStatusLine)
    ? [STATUS_LINE]
    : hooks && ['hooks', ...hooks];
  if (!path) return settings;
  return removeDropIn(toSettings(removeJson(settings.text, path), settings.mark));
}

/** The path of the outermost part that is only the drop-in's; null if there is none. */
function findRemovable(hooks: HookGroups): (string | number)[] | null {
  const events = Object.entries(hooks);
  if (events.length > 0 && events.every(([, groups]) => isOnlyDropIn(groups))) return [];
  for (const [event, groups] of events) {
    if (isOnlyDropIn(groups)) return [event];
    for (const [index, group] of groups.entries()) {
      if (isOnlyDropIn([group])) return [event, index];
      const handler = group.hooks.findIndex(isDropInHandler);
      if (handler !== -1) return [event, index, 'hooks', handler];
    }
  }
  return null;
}

function isOnlyDropIn(groups: readonly HookGroup[]): boolean {
  return (
    groups.length > 0 &&
    groups.every(({ hooks }) => hooks.length > 0 && hooks.every(isDropInHandler))
  );
}

/** The groups that contain a hook of the drop-in. */
export function dropInHooksOf({ hooks }: Settings): HookGroups {
  const entries = Object.entries(hooks).flatMap(([event, groups]) => {
    const ours = groups.filter((group) => group.hooks.some(isDropInHandler));
    return ours.length > 0 ? [[event, ours] as const] : [];
  });
  return Object.fromEntries(entries);
}

/** Whether the settings contain exactly the entries of this version of the drop-in. */
export function hasDropIn(
  settings: Settings,
  { hooks, subagentStatusLine }: DropInSettings,
): boolean {
  const current = settings.subagentStatusLine;
  const isStatusLineSet = isDropInStatusLine(current)
    ? isDeepStrictEqual(current, subagentStatusLine)
    : current !== undefined;
  return isStatusLineSet && isDeepStrictEqual(dropInHooksOf(settings), hooks);
}
