// src/plan/waves.ts
function planWaves(tasks) {
  const waves = [];
  const placed = /* @__PURE__ */ new Set();
  let rest = [...tasks];
  while (rest.length > 0) {
    const wave = rest.filter((task) => task.needs.every((need) => placed.has(need)));
    if (wave.length === 0) break;
    waves.push(wave.map((task) => task.id));
    for (const { id } of wave) placed.add(id);
    rest = rest.filter((task) => !placed.has(task.id));
  }
  return waves;
}

// src/text/format.ts
function formatDuration(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1e3));
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m ${pad(seconds % 60)}s`;
  return `${Math.floor(minutes / 60)}h ${pad(minutes % 60)}m`;
}
function formatLimit(ms) {
  return ms < 1e3 ? `${ms}ms` : formatDuration(ms).replace(/ 00[ms]$/, "");
}
function pad(value) {
  return String(value).padStart(2, "0");
}
function progressBar(percent, width) {
  const filled = Math.round(Math.min(100, Math.max(0, percent)) / 100 * width);
  return "\u2588".repeat(filled) + "\u2591".repeat(width - filled);
}
function plural(count, noun) {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

// src/text/strip-control-characters.ts
var INVISIBLE = /(?![\t\n])\p{Cc}|[\p{DI}\ufff9-\ufffb]/gu;
var JOINER = /(?<=(?!\p{DI})[^\0-\x7f]\ufe0f?)[\u200c\u200d](?=(?!\p{DI})[^\0-\x7f])|(?<=(?!\p{DI})[^\0-\x7f])[\ufe0e\ufe0f]/u;
var NOT_SHOWN = new RegExp(`(?!${JOINER.source})(?:${INVISIBLE.source})`, "gu");
function stripControlCharacters(text) {
  return text.replace(NOT_SHOWN, "");
}
var UNSEEN = new RegExp(`${NOT_SHOWN.source}|(?! )\\p{Zs}`, "gu");

// src/view/describe-rest.ts
function describeRest({ expectedEndAt }, now) {
  const left = expectedEndAt === null ? 0 : Date.parse(expectedEndAt) - now;
  return left > 0 ? `, about ${formatDuration(left)} left` : "";
}

// src/run/usage-limit.ts
var MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
function describeTime(at) {
  return `${at.slice(0, 16).replace("T", " ")} UTC`;
}

// src/text/format-cost.ts
function formatUsd(usd) {
  if (usd >= 0.01 || usd === 0) return `$${usd.toFixed(2)}`;
  const digits = Math.min(20, 1 - Math.floor(Math.log10(usd)));
  return `$${usd.toFixed(digits).replace(/0$/, "")}`;
}
function formatCount(count) {
  if (count < 1e3) return String(count);
  return count < 1e6 ? `${(count / 1e3).toFixed(1)}k` : `${(count / 1e6).toFixed(1)}M`;
}
function formatAmount(unit, amount) {
  return unit === "usd" ? formatUsd(amount) : `${formatCount(amount)} tokens`;
}

// src/view/status-labels.ts
var STATUS_ICONS = {
  pending: "\u25CB",
  working: "\u25D0",
  input_required: "?",
  completed: "\u2714",
  failed: "\u2716",
  cancelled: "\u2298"
};
function statusLabel(status) {
  return status === "input_required" ? "waiting for approval" : status;
}
function taskLabel({ status, verified }) {
  if (status !== "completed") return statusLabel(status);
  return verified ? "completed (verified)" : "completed (unverified)";
}
function statusHeading(status) {
  const label = statusLabel(status);
  return label.charAt(0).toUpperCase() + label.slice(1);
}
var ATTENTION = {
  input_required: 0,
  failed: 1,
  working: 2,
  pending: 3,
  cancelled: 4,
  completed: 5
};
function byAttention(a, b) {
  return ATTENTION[a.status] - ATTENTION[b.status];
}
var INACTIVE = "inactive";
var STATUSES = Object.keys(STATUS_ICONS);
function outcomeLine(status) {
  const { counts, tasks } = status;
  const others = STATUSES.filter((name) => name !== "completed" && counts[name] > 0).map(
    (name) => `${counts[name]} ${statusLabel(name)}`
  );
  const completed = `${counts.completed} of ${plural(tasks.length, "task")} completed`;
  const parts = [`${completed}${describeProof(status)}`, ...others];
  const { budget } = status;
  if (budget?.spent)
    parts.push(`budget of ${formatAmount(budget.spent, budget[budget.spent] ?? 0)} spent`);
  if (status.pausedUntil) parts.push(`paused until ${describeTime(status.pausedUntil)}`);
  if (status.loweredLimit !== null) parts.push(`parallel limit lowered to ${status.loweredLimit}`);
  if (status.merge) parts.push(describeMergeState(status.merge));
  if (status.endedAt)
    parts.push(`in ${formatDuration(Date.parse(status.endedAt) - Date.parse(status.startedAt))}`);
  return parts.join(", ");
}
function describeMergeState({ status, tasks }) {
  const merged = tasks.filter(({ outcome }) => outcome === "merged").length;
  if (status === "working") return `merging, ${merged} so far`;
  const all = plural(tasks.length, "task");
  return merged === tasks.length ? `${all} merged` : `${merged} of ${all} merged`;
}
function describeProof({ counts, tasks, verified }) {
  const proved = tasks.filter((task) => task.status === "completed" && task.verified).length;
  const unproved = counts.completed - proved;
  const isMixed = proved > 0 && unproved > 0;
  const parts = [
    ...proved > 0 ? [isMixed ? `${proved} verified` : "verified"] : [],
    ...unproved > 0 ? [isMixed ? `${unproved} unverified` : "unverified"] : [],
    ...verified ? ["run verified"] : []
  ];
  return parts.length > 0 ? ` (${parts.join(", ")})` : "";
}
function progressOf({ tasks }) {
  const share = ({ status, percent }) => {
    if (status === "completed") return 1;
    return status === "failed" || status === "cancelled" ? 0 : percent / 100;
  };
  return tasks.length === 0 ? 1 : tasks.reduce((sum, task) => sum + share(task), 0) / tasks.length;
}
function cancellation({ message }) {
  if (!message) return "cancelled";
  return message.startsWith("cancelled") ? message : `cancelled, ${message}`;
}
function attemptText(task) {
  const isRetry = task.attempts > 1 && task.status !== "pending";
  const where = task.status === "working" && task.machine ? `on ${task.machine}: ` : "";
  return `${isRetry ? `attempt ${task.attempts}: ` : ""}${where}${taskText(task)}`;
}
function taskText(task) {
  const { status, title, message, needs, error, reusedFrom } = task;
  if (error) return `${error.category}: ${error.message}`;
  if (status === "completed") {
    const notes = [
      task.verified ? "verified" : [],
      reusedFrom ? `reused from ${reusedFrom}` : []
    ].flat();
    return notes.length > 0 ? `${title} (${notes.join(", ")})` : title;
  }
  if (status !== "pending" || message) return message ?? title;
  return needs.length > 0 ? `${title} (needs ${needs.join(", ")})` : title;
}

// src/view/run-changes.ts
function changesBetween(before, after) {
  const changes = after.tasks.flatMap((task, index) => taskChange(before?.tasks[index], task));
  const hasEnded = after.endedAt !== null && before?.status !== after.status;
  return hasEnded ? [...changes, { kind: "end", status: after }] : changes;
}
function taskChange(before, task) {
  const isWorking = task.status === "working";
  const hasNewStatus = (before?.status ?? "pending") !== task.status;
  const hasProgress = before?.percent !== task.percent || before?.message !== task.message;
  const hasNewMessage = isWorking && hasProgress && Boolean(task.message);
  const hasStalled = isWorking && task.error !== null && before?.error === null;
  return hasNewStatus || hasNewMessage || hasStalled ? [{ kind: "task", task, hasNewStatus }] : [];
}
function needsAttention(change2) {
  if (change2.kind === "end") return true;
  const { status } = change2.task;
  return change2.hasNewStatus && (status === "failed" || status === "input_required");
}
function describeChange(change2, clean) {
  if (change2.kind === "end") {
    const { status, run } = change2.status;
    return `${STATUS_ICONS[status]} run ${run} ${status}: ${outcomeLine(change2.status)}`;
  }
  const { task } = change2;
  return `${STATUS_ICONS[task.status]} ${task.id} ${clean(describeTask(task))}`;
}
function describeTask(task) {
  const { status, percent, message, error, result, reusedFrom } = task;
  const label = taskLabel(task);
  if (status === "cancelled") return cancellation(task);
  if (error) return `${label} (${error.category}): ${error.message}`;
  if (status === "working") {
    const where = task.machine ? ` on ${task.machine}` : "";
    return message ? `${label}${where} ${percent}% ${message}` : `${label}${where}`;
  }
  if (status === "completed") {
    return `${label} ${result ?? ""}${reusedFrom ? ` (reused from ${reusedFrom})` : ""}`;
  }
  return message ? `${label}: ${message}` : label;
}

// src/view/task-time.ts
function taskTime({ startedAt, endedAt, deadlineAt }, now) {
  const until = endedAt ? Date.parse(endedAt) : now;
  if (!startedAt || until === null) return "";
  const start = Date.parse(startedAt);
  const elapsed = formatDuration(until - start);
  return deadlineAt ? `${elapsed} of ${formatLimit(Date.parse(deadlineAt) - start)}` : elapsed;
}

// src/view/run-view.ts
var MAX_LISTED = 40;
var BAR_CELLS = 10;
function toAgentLine(status, agent, now) {
  const task = status.tasks.find(({ agentId }) => agentId === agent);
  if (!task) return null;
  const agents = status.tasks.filter(({ agentId }) => agentId !== null);
  return toTaskLine(task, widthsOf(agents, now), now);
}
function toRunView(status, options) {
  const isInactive = options.isInactive === true && status.status === "working";
  const now = isInactive ? null : options.now;
  const widths = widthsOf(status.tasks, now);
  const lines = new Map(status.tasks.map((task) => [task.id, toTaskLine(task, widths, now)]));
  const linesOf = (name) => [...lines.values()].filter((line) => line.status === name);
  const isFolded = status.tasks.length > MAX_LISTED && !options.isUnfolded;
  return {
    run: status.run,
    goal: toLine(status.goal),
    status: status.status,
    outcome: describeOutcome(status, now),
    share: progressOf(status),
    waiting: linesOf("input_required"),
    failed: linesOf("failed"),
    waves: planWaves(status.tasks).map(
      (ids, index) => toWave(
        ids.flatMap((id) => lines.get(id) ?? []),
        index + 1,
        isFolded
      )
    )
  };
}
function describeOutcome(status, now) {
  if (now === null) return `${STATUS_ICONS.pending} ${INACTIVE}: ${outcomeLine(status)}`;
  const time = formatDuration(now - Date.parse(status.startedAt));
  const elapsed = status.endedAt ? "" : `, ${time}${describeRest(status, now)}`;
  return `${STATUS_ICONS[status.status]} ${statusLabel(status.status)}: ${outcomeLine(status)}${elapsed}`;
}
function toWave(tasks, number, isFolded) {
  const count = (name) => tasks.filter(({ status }) => status === name).length;
  const hidden = isFolded ? ["completed", "pending", "cancelled"] : [];
  const folded = hidden.filter((name) => count(name) > 0).map((name) => `${STATUS_ICONS[name]} ${count(name)} ${statusLabel(name)}`);
  return {
    title: `Wave ${number}: ${count("completed")} of ${tasks.length} completed`,
    tasks: tasks.filter(({ status }) => !hidden.some((name) => name === status)),
    folded: folded.join(", ")
  };
}
function widthsOf(tasks, now) {
  return {
    id: Math.max(...tasks.map(({ id }) => id.length)),
    time: Math.max(...tasks.map((task) => taskTime(task, now).length))
  };
}
function toTaskLine(task, widths, now) {
  const { id, status } = task;
  const text = toLine(attemptText(task));
  const time = taskTime(task, now);
  const percent = `${task.percent}%`;
  return {
    id,
    status,
    name: `${STATUS_ICONS[status]} ${id.padEnd(widths.id)}`,
    percent: percent.padStart(4),
    bar: progressBar(task.percent, BAR_CELLS),
    time: time.padStart(widths.time),
    text,
    spoken: [id, taskLabel(task), percent, time, text].filter((part) => part !== "").join(", ")
  };
}
function toLine(text) {
  return stripControlCharacters(text).replace(/\s+/g, " ").trim();
}
function notificationsBetween(before, after) {
  return changesBetween(before, after).filter(needsAttention).map((change2) => describeChange(change2, toLine));
}

// src/view/pane/pane-state.ts
var paneState = {
  runs: /* @__PURE__ */ new Map(),
  /** The session that this client shows; runs of other sessions are marked. */
  session: "",
  /** The run that is drawn; null: the newest. */
  run: null,
  /** The open task, as `<run>/<task>`: another run may have a task of the same name. */
  task: null,
  /** The run whose tasks are all listed. */
  unfolded: null,
  /** `<run>` or `<run>/<task>` whose cancellation may be waiting, see {@link isAskedAbout}. */
  confirming: null,
  text: null,
  /** Whether a `swarm watch` process feeds the pane. */
  isSubscribed: false,
  /**
   * `waiting`: open, but the terminal is too narrow to place it unasked. `closed`: by the person,
   * who can open it again.
   */
  pane: "none",
  /** Why the pane is no longer updated; null while it is. */
  trouble: null
};
function shownRuns() {
  return [...paneState.runs.values()].sort((a, b) => a.run < b.run ? 1 : -1);
}
function shownRun() {
  return paneState.runs.get(paneState.run ?? "") ?? shownRuns()[0];
}
function isUnfinished({ status }) {
  return status.endedAt === null;
}
function isAskedAbout({ run, status }, task) {
  if (paneState.confirming !== (task === null ? run : `${run}/${task}`)) return false;
  const target = task === null ? status : status.tasks.find(({ id }) => id === task);
  return ["pending", "working", "input_required"].includes(target?.status ?? "");
}
function isAsking(run) {
  return isAskedAbout(run, null) || run.status.tasks.some(({ id }) => isAskedAbout(run, id));
}

// src/view/pane/tables-to-lists.ts
var SEPARATOR = /(?<!\\)\|/;
var RULE = /^\|(?:\s*:?-+:?\s*\|)+$/;
var BAR = /[█░]+ */g;
function tablesToLists(summary) {
  const lines = summary.split("\n");
  let headings = [];
  return lines.flatMap((line, index) => {
    if (RULE.test(line)) return [];
    if (RULE.test(lines[index + 1] ?? "")) {
      headings = cellsOf(line);
      return [];
    }
    return line.startsWith("|") ? toItem(cellsOf(line), headings) : line;
  }).join("\n");
}
function cellsOf(row) {
  const cells = row.split(SEPARATOR).slice(1, -1);
  return cells.map((cell) => cell.replace(BAR, "").trim());
}
function toItem(cells, headings) {
  const parts = cells.map((cell, index) => {
    if (headings[index] !== "attempts") return cell;
    return Number(cell) > 1 ? `${cell} attempts` : "";
  });
  return `- ${parts.filter((part) => part !== "").join(" \xB7 ")}`;
}

// src/view/pane/actions.ts
async function change($, action, run, task) {
  paneState.confirming = null;
  const name = task === null ? run.run : `${run.run}/${task}`;
  const argv = [`${$.plugin.root}/bin/swarm`, action, name];
  const { exitCode, stdout, stderr } = await $.process.run(argv, { cwd: run.dir });
  if (exitCode !== 0) {
    $.ui.toast(firstLine(stderr || stdout) || `swarm ${action} exited with code ${exitCode}`);
  } else if (action === "retry" && run.session === paneState.session) {
    await $.prompt.submit({ text: stdout.trim() });
  } else {
    $.ui.toast(firstLine(stdout));
  }
  $.ui.invalidate("ui.render");
}
function firstLine(text) {
  return stripControlCharacters(text.trim().split("\n")[0] ?? "");
}
var SUMMARY = "SUMMARY.md";
var MAX_BYTES = 65536;
async function readInPane($, run, path, title) {
  try {
    const file = `${run.dir}/${path}`;
    const { kind, size, realPath } = await $.fs.stat(file, { resolve: true });
    const { realPath: realDir } = await $.fs.stat(run.dir, { resolve: true });
    if (kind !== "file" || !realPath?.startsWith(`${realDir}/`))
      throw new Error(`${path}: expected a file in the run's directory`);
    const text = await $.fs.read(file, { offset: 0, length: MAX_BYTES });
    const end = size <= MAX_BYTES ? "" : `

\u2026 the rest is in ${file}`;
    const shown = path === SUMMARY ? tablesToLists(text) : text;
    paneState.text = { title, path: file, text: stripControlCharacters(shown) + end };
  } catch (error) {
    $.ui.toast(firstLine(error instanceof Error ? error.message : String(error)));
  }
  $.ui.invalidate("ui.render");
}
async function viewTranscript($, agentId, name) {
  try {
    const shown = await $.ui.view({ agentId });
    if (shown?.deny) $.ui.toast(firstLine(shown.deny));
  } catch {
    $.ui.toast(`Claude Code cannot show it here: swarm logs ${name}`);
  }
}

// src/view/pane/task.tsx
var COLORS = {
  pending: "inactive",
  working: "suggestion",
  input_required: "warning",
  completed: "success",
  failed: "error",
  cancelled: "inactive"
};
var BAR_COLUMNS = 56;
var TEXT_COLUMNS = 32;
function drawTask($, drawing, task, columns) {
  const { Box, Text, Button } = drawing.elements;
  const name = `${drawing.run.run}/${task.id}`;
  const isChosen = paneState.task === name;
  const choose = () => {
    paneState.task = isChosen ? null : name;
    paneState.confirming = null;
    $.ui.invalidate("ui.render");
  };
  const bar = columns < BAR_COLUMNS ? "" : ` ${task.bar}`;
  const rest = columns < TEXT_COLUMNS ? "" : `  ${task.time}  ${task.text}`;
  const isDim = task.status === "pending" || task.status === "cancelled";
  return /* @__PURE__ */ h(Box, { flexDirection: "column" }, /* @__PURE__ */ h(Box, null, /* @__PURE__ */ h(Button, { key: `task:${task.id}`, label: task.spoken, plain: true, onPress: choose }, /* @__PURE__ */ h(Text, { color: COLORS[task.status] }, `${task.name}${bar} ${task.percent}`)), /* @__PURE__ */ h(Text, { dimColor: isDim, wrap: "truncate-end" }, rest)), isChosen && drawDetails($, drawing, task));
}
function drawDetails($, drawing, task) {
  const { Box, Text } = drawing.elements;
  const entry = drawing.run.status.tasks.find(({ id }) => id === task.id);
  const facts = [
    entry?.title,
    entry?.agent,
    entry?.tier,
    ...entry?.model ? [entry.model] : [],
    ...entry?.machine ? [`on ${entry.machine}`] : [],
    ...(entry?.needs ?? []).map((need) => `needs ${need}`)
  ];
  return /* @__PURE__ */ h(Box, { flexDirection: "column", paddingLeft: 2 }, /* @__PURE__ */ h(Text, { dimColor: true, wrap: "wrap", maxLines: 2 }, facts.join(" \xB7 ")), /* @__PURE__ */ h(Text, { wrap: "wrap", maxLines: 6 }, task.text), drawActions($, drawing, task, "row"));
}
function actionsOf(status, hasRunEnded) {
  if (status === "input_required") return ["approve", "deny", "cancel"];
  if (status === "failed" || status === "cancelled" && !hasRunEnded) return ["retry"];
  return status === "working" || status === "pending" ? ["cancel"] : [];
}
function drawActions($, drawing, task, place) {
  const { elements, run } = drawing;
  const { Box, Button } = elements;
  const name = `${run.run}/${task.id}`;
  const entry = run.status.tasks.find(({ id }) => id === task.id);
  const path = entry?.result;
  const agentId = run.session === paneState.session ? entry?.agentId : null;
  if (isAskedAbout(run, task.id)) return drawConfirmation($, drawing, task.id);
  return /* @__PURE__ */ h(Box, { columnGap: 1, flexWrap: "wrap" }, actionsOf(task.status, run.status.endedAt !== null).map((action) => /* @__PURE__ */ h(
    Button,
    {
      key: `${place}:${action}:${task.id}`,
      label: action,
      onPress: () => action === "cancel" ? confirmCancel($, name) : change($, action, run, task.id)
    }
  )), path && /* @__PURE__ */ h(
    Button,
    {
      key: `${place}:report:${task.id}`,
      label: "report",
      onPress: () => readInPane($, run, path, `Report of ${task.id}`)
    }
  ), agentId && /* @__PURE__ */ h(
    Button,
    {
      key: `${place}:transcript:${task.id}`,
      label: "transcript",
      onPress: () => viewTranscript($, agentId, name)
    }
  ));
}
function confirmCancel($, name) {
  paneState.confirming = name;
  $.ui.invalidate("ui.render");
}
function drawConfirmation($, { elements, run }, task) {
  const { Box, Text, Button } = elements;
  const leave = () => {
    paneState.confirming = null;
    $.ui.invalidate("ui.render");
  };
  return /* @__PURE__ */ h(Box, { columnGap: 2, flexWrap: "wrap" }, /* @__PURE__ */ h(Text, { color: "warning" }, "Cancel ", task ?? "the whole run", "?"), /* @__PURE__ */ h(
    Button,
    {
      key: "confirm",
      label: "yes, cancel",
      hotkey: "y",
      plain: true,
      onPress: () => change($, "cancel", run, task)
    }
  ), /* @__PURE__ */ h(Button, { key: "leave", label: "no, leave it running", hotkey: "n", plain: true, onPress: leave }));
}

// src/view/pane/agent-row.tsx
async function drawAgentRow($, site) {
  const { id, body } = site.props;
  if (body !== void 0) return null;
  const now = await $.clock.now();
  const [line] = shownRuns().flatMap(({ status }) => toAgentLine(status, id, now) ?? []);
  if (!line) return null;
  const { Box, Text } = $.ui.resolve(site);
  return /* @__PURE__ */ h(Box, null, /* @__PURE__ */ h(Box, { flexShrink: 0 }, /* @__PURE__ */ h(Text, { color: COLORS[line.status] }, `${line.name} ${line.bar} ${line.percent}`)), /* @__PURE__ */ h(Text, { wrap: "truncate-end" }, `  ${line.time}  ${line.text}`));
}

// src/view/pane/open-pane.ts
var PANE = "swarm";
async function openPane($) {
  const { isPlaced } = await $.ui.open({ id: PANE, title: "Swarm" });
  paneState.pane = isPlaced ? "placed" : "waiting";
  $.ui.invalidate("ui.render");
}
async function closePane($) {
  paneState.pane = "closed";
  await $.ui.close({ id: PANE });
}

// src/view/pane/banner.tsx
async function drawBanner($, site) {
  const run = shownRun();
  if (!run) return null;
  const { Box, Text, Button } = $.ui.resolve(site);
  const view = toRunView(run.status, {
    now: await $.clock.now(),
    isInactive: !run.atWork,
    isUnfolded: false
  });
  return /* @__PURE__ */ h(Box, { columnGap: 1 }, /* @__PURE__ */ h(Text, { color: COLORS[view.status], wrap: "truncate-end" }, "swarm ", view.outcome), /* @__PURE__ */ h(Button, { key: "show", label: "show", hotkey: "s", onPress: () => openPane($) }));
}

// src/view/pane/find-root.ts
async function findRoot($, cwd) {
  const copy = await $.vcs.detect({ path: cwd }).catch(() => null);
  if (copy?.vcs === "git" && copy.mainRoot) return copy.mainRoot;
  for (let directory = cwd; directory !== ""; directory = parentOf(directory)) {
    if (await $.fs.exists(`${directory}/.swarm/runs`)) return directory;
  }
  return cwd;
}
function parentOf(directory) {
  return directory.slice(0, Math.max(0, directory.lastIndexOf("/")));
}

// src/view/pane/pane.tsx
var MAX_IN_SECTION = 5;
var ROOMY = 14;
async function drawPane($, site) {
  const elements = $.ui.resolve(site);
  const now = await $.clock.now();
  const run = shownRun();
  if (!run) return drawNothing(elements);
  if (paneState.text) return drawText($, elements, paneState.text, site);
  const view = toRunView(run.status, {
    now,
    isInactive: !run.atWork,
    isUnfolded: paneState.unfolded === run.run
  });
  const drawing = { elements, run };
  const { Box } = elements;
  if (isSmall(site)) return drawCompact($, drawing, view, site);
  return /* @__PURE__ */ h(Box, { flexDirection: "column", rowGap: 1 }, drawHead($, drawing, view), drawSection($, drawing, statusHeading("input_required"), view.waiting), drawSection($, drawing, statusHeading("failed"), view.failed), view.waves.map((wave) => drawWave($, drawing, wave, site.props.bodyColumns)), drawFoot($, drawing, site));
}
function isSmall({ props: { scroll } }) {
  return scroll !== void 0 && scroll.bodyRows < ROOMY;
}
function drawCompact($, drawing, view, site) {
  const { Box, Text } = drawing.elements;
  const tasks = view.waves.flatMap((wave) => wave.tasks).sort(byAttention);
  return /* @__PURE__ */ h(Box, { flexDirection: "column" }, /* @__PURE__ */ h(Text, { color: COLORS[view.status], wrap: "truncate-end" }, view.outcome), drawFoot($, drawing, site), drawRunSwitch($, drawing), drawSection($, drawing, statusHeading("input_required"), view.waiting), tasks.map((task) => drawTask($, drawing, task, site.props.bodyColumns)));
}
function drawNothing({ Box, Text }) {
  return /* @__PURE__ */ h(Box, null, /* @__PURE__ */ h(Text, { dimColor: true }, "No swarm run is active."));
}
function drawText($, elements, open, site) {
  const { Box, Text, Button, Link, Markdown } = elements;
  const back = () => {
    paneState.text = null;
    $.ui.invalidate("ui.render");
  };
  const place = site.surface === "terminal" ? /* @__PURE__ */ h(Link, { href: toFileUrl(open.path), label: "open the file" }) : /* @__PURE__ */ h(Text, { dimColor: true }, open.path);
  return /* @__PURE__ */ h(Box, { flexDirection: "column", rowGap: isSmall(site) ? 0 : 1 }, /* @__PURE__ */ h(Box, { columnGap: 2, flexWrap: "wrap" }, /* @__PURE__ */ h(Button, { key: "back", label: "back", hotkey: "b", plain: true, onPress: back }), /* @__PURE__ */ h(Text, { weight: "bold" }, open.title), !isSmall(site) && place), /* @__PURE__ */ h(Markdown, { text: open.text }));
}
function drawHead($, drawing, view) {
  const { elements, run } = drawing;
  const { Box, Text, Progress } = elements;
  const isForeign = run.session !== paneState.session;
  return /* @__PURE__ */ h(Box, { flexDirection: "column" }, /* @__PURE__ */ h(Text, { weight: "bold", wrap: "wrap", maxLines: 3 }, view.goal), /* @__PURE__ */ h(Text, { color: COLORS[view.status], wrap: "wrap" }, view.outcome), isUnfinished(run) && /* @__PURE__ */ h(Progress, { label: "progress", value: view.share, color: COLORS[view.status] }), isForeign && /* @__PURE__ */ h(Text, { dimColor: true }, describeOrigin(run.status)), drawRunSwitch($, drawing), paneState.trouble && /* @__PURE__ */ h(Text, { color: "warning" }, "This view is no longer updated: ", paneState.trouble));
}
function describeOrigin({ startedBy }) {
  if (!startedBy) return "Started outside this session.";
  return `Started by the ${startedBy.trigger} ${startedBy.name}.`;
}
function drawRunSwitch($, { elements, run }) {
  const { Box, Text, Button } = elements;
  const runs = shownRuns();
  if (runs.length < 2) return null;
  const index = runs.findIndex((one) => one.run === run.run);
  const showNext = () => {
    paneState.run = runs[(index + 1) % runs.length]?.run ?? null;
    paneState.confirming = null;
    $.ui.invalidate("ui.render");
  };
  const nextKey = isAsking(run) ? {} : { hotkey: "n" };
  return /* @__PURE__ */ h(Box, { columnGap: 2 }, /* @__PURE__ */ h(Text, { dimColor: true }, "Run ", index + 1, " of ", runs.length), /* @__PURE__ */ h(Button, { key: "next", label: "next run", ...nextKey, plain: true, onPress: showNext }));
}
function drawSection($, drawing, title, tasks) {
  const { Box, Text } = drawing.elements;
  if (tasks.length === 0) return null;
  return /* @__PURE__ */ h(Box, { flexDirection: "column" }, /* @__PURE__ */ h(Text, { weight: "bold" }, title), tasks.slice(0, MAX_IN_SECTION).map((task) => /* @__PURE__ */ h(Box, { flexDirection: "column" }, /* @__PURE__ */ h(Text, { color: COLORS[task.status], wrap: "wrap", maxLines: 4 }, task.name.trimEnd(), " ", task.text), drawActions($, drawing, task, "top"))), tasks.length > MAX_IN_SECTION && /* @__PURE__ */ h(Text, { dimColor: true }, "and ", tasks.length - MAX_IN_SECTION, " more below"));
}
function drawWave($, drawing, wave, columns) {
  const { Box, Text, Button } = drawing.elements;
  const unfold = () => {
    paneState.unfolded = drawing.run.run;
    $.ui.invalidate("ui.render");
  };
  return /* @__PURE__ */ h(Box, { flexDirection: "column" }, /* @__PURE__ */ h(Text, { dimColor: true }, wave.title), wave.tasks.map((task) => drawTask($, drawing, task, columns)), wave.folded !== "" && /* @__PURE__ */ h(Button, { key: `unfold:${wave.title}`, plain: true, dimColor: true, label: wave.folded, onPress: unfold }));
}
function drawFoot($, drawing, site) {
  const { elements, run } = drawing;
  const { Box, Text, Button } = elements;
  if (isAskedAbout(run, null)) return drawConfirmation($, drawing, null);
  const needsFocus = site.surface === "terminal" && !site.props.isFocused;
  return /* @__PURE__ */ h(Box, { columnGap: 2, flexWrap: "wrap" }, /* @__PURE__ */ h(
    Button,
    {
      key: "summary",
      label: "summary",
      hotkey: "s",
      plain: true,
      onPress: () => readInPane($, run, SUMMARY, "Summary")
    }
  ), isUnfinished(run) && /* @__PURE__ */ h(
    Button,
    {
      key: "cancel",
      label: "cancel run",
      hotkey: "c",
      plain: true,
      onPress: () => confirmCancel($, run.run)
    }
  ), /* @__PURE__ */ h(Button, { key: "close", label: "close", hotkey: "q", plain: true, onPress: () => closePane($) }), needsFocus && /* @__PURE__ */ h(Text, { dimColor: true }, "keys: ctrl+x tab"));
}
function toFileUrl(path) {
  return `file://${path.split("/").map(encodeURIComponent).join("/")}`;
}

// src/view/pane/report-measure.ts
var latest = "";
var wasActive = false;
async function reportMeasure($, limits) {
  const cwd = await $.session.cwd();
  const active = `${await findRoot($, cwd)}/.swarm/open`;
  const isActive = await $.fs.exists(active) && (await $.fs.list(active)).length > 0;
  if (!isActive && !wasActive) return;
  wasActive = isActive;
  const agents = (await $.agent.list().catch(() => [])).flatMap(
    ({ id, cost }) => cost ? { id, usd: cost.usd } : []
  );
  const text = JSON.stringify({
    agents,
    limits: limits.map(({ percentUsed, resetsAt }) => ({ percentUsed, resetsAt }))
  });
  if (text === latest || agents.length === 0 && limits.length === 0) return;
  latest = text;
  await $.process.run([`${$.plugin.root}/bin/swarm`, "measure", text], { cwd });
}

// src/view/pane/subscribe-runs.ts
var RUN_ID = /^\d{8}-\d{6}-[0-9a-z]+$/;
async function subscribeRuns($) {
  if (paneState.isSubscribed) return;
  paneState.isSubscribed = true;
  let isNeeded = false;
  try {
    const cwd = await $.session.cwd();
    isNeeded = await hasUnfinishedRun($, await findRoot($, cwd));
    if (isNeeded) void readUpdates($, cwd);
  } finally {
    if (!isNeeded) paneState.isSubscribed = false;
  }
}
async function hasUnfinishedRun($, root) {
  const active = `${root}/.swarm/open`;
  if (!await $.fs.exists(active)) return false;
  for (const { name } of await $.fs.list(active)) {
    if (RUN_ID.test(name) && await isUnfinishedOnDisk($, `${root}/.swarm/runs/${name}`))
      return true;
  }
  return false;
}
async function isUnfinishedOnDisk($, dir) {
  try {
    const status = JSON.parse(await $.fs.read(`${dir}/status.json`));
    return status.endedAt === null;
  } catch {
    return $.fs.exists(`${dir}/ledger.jsonl`);
  }
}
async function readUpdates($, cwd) {
  const clock = $.clock.every(1e3, () => redrawTimes($));
  const costs = $.clock.every(15e3, () => measureCosts($));
  let rest = "";
  let errors = "";
  try {
    paneState.trouble = null;
    const argv = [`${$.plugin.root}/bin/swarm`, "watch", "--all", "--json", "--of-session"];
    for await (const { stream, text } of $.process.spawn({ argv, cwd })) {
      if (stream === "stderr") {
        errors = (errors + text).slice(-500);
        continue;
      }
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) await applyUpdate($, line);
    }
  } catch (error) {
    errors = String(error);
  }
  for (const one of [clock, costs]) {
    if (typeof one === "function") one();
    else one.cancel();
  }
  paneState.isSubscribed = false;
  if (shownRuns().some(isUnfinished)) paneState.trouble = errors.trim() || "swarm watch has exited";
  $.ui.invalidate("ui.render");
}
function measureCosts($) {
  const isLimited = ({ status }) => (status.budget?.usd ?? null) !== null;
  if (shownRuns().some((run) => isUnfinished(run) && run.atWork && isLimited(run))) {
    void reportMeasure($, []).catch(() => {
    });
  }
}
function redrawTimes($) {
  if (paneState.pane !== "closed" && shownRuns().some((run) => isUnfinished(run) && run.atWork)) {
    $.ui.invalidate("ui.render");
  }
}
async function applyUpdate($, line) {
  const { status, ...rest } = JSON.parse(line);
  const before = paneState.runs.get(rest.run);
  if (!before && status?.endedAt) return;
  if (status) paneState.runs.set(rest.run, { ...rest, status });
  else paneState.runs.delete(rest.run);
  paneState.session = await $.session.id();
  $.ui.invalidate("ui.render");
  if (status && rest.wakes) await wake($, status);
  if (status && before) {
    for (const text of notificationsBetween(before.status, status)) $.ui.toast(text);
  } else if (status) {
    paneState.run = null;
    await openPane($);
    if (paneState.pane === "waiting") $.ui.toast(`swarm: ${outcomeLine(status)}. /swarm shows it`);
  }
}
async function wake($, { run, status, startedBy }) {
  if (!startedBy) return;
  const { trigger, name } = startedBy;
  const text = `The run ${run}, which the ${trigger} ${name} started, is ${status}. Read its result with \`swarm summary ${run}\` and tell me what matters.`;
  await $.prompt.submit({ text });
}

// src/entries/pane.tsx
function register(on) {
  subscribeWhenRunsMayStart(on);
  watchDirectoryOfRuns(on);
  showOnStatusCommand(on);
  draw(on);
  measure(on);
}
function measure(on) {
  on("session.measure", async ($, event, next) => {
    void reportMeasure($, event.rateLimits).catch(() => {
    });
    return next(event);
  });
}
async function hasInterface($) {
  return (await $.session.surfaces()).length > 0;
}
function subscribeWhenRunsMayStart(on) {
  on("session.start", async ($, event, next) => {
    if (event.isInteractive) await subscribeRuns($);
    return next(event);
  });
  on("session.attach", async ($, event, next) => {
    await subscribeRuns($);
    return next(event);
  });
  on("turn.complete", async ($, event, next) => {
    if (await hasInterface($)) await subscribeRuns($);
    return next(event);
  });
  on("agent.spawn", async ($, event, next) => {
    const result = await next(event);
    if (await hasInterface($)) await subscribeRuns($);
    return result;
  });
}
function watchDirectoryOfRuns(on) {
  on("classic.SessionStart", async ($, event, next) => {
    const result = await next(event);
    if (!await hasInterface($)) return result;
    const swarm = `${await findRoot($, event.cwd)}/.swarm`;
    const paths = await $.fs.exists(swarm) ? [`${swarm}/open`] : [swarm];
    return { ...result, watchPaths: [...result.watchPaths ?? [], ...paths] };
  });
  on("classic.FileChanged", async ($, event, next) => {
    if (event.file_path.includes("/.swarm/open/")) await subscribeRuns($);
    return next(event);
  });
}
function showOnStatusCommand(on) {
  for (const command of ["swarm-parallel:swarm", "swarm-parallel:swarm-status"]) {
    on("command.run", { command }, async ($, event, next) => {
      await subscribeRuns($);
      const canShow = await hasInterface($) && event.args.trim() === "" && shownRun();
      if (!canShow) return next(event);
      await openPane($);
      return { text: "The swarm pane is open.", isTextDisplayOnly: true };
    });
  }
}
function draw(on) {
  on("ui.close", async ($, event, next) => {
    const result = await next(event);
    if (event.id === PANE) {
      paneState.pane = "closed";
      $.ui.invalidate("ui.render");
    }
    return result;
  });
  on("ui.render", { component: "Pane", requestId: "swarm" }, ($, event) => {
    paneState.pane = "placed";
    return drawPane($, event);
  });
  on("ui.render", { component: "AgentRow" }, async ($, event, next) => {
    return await drawAgentRow($, event) ?? next(event);
  });
  on("ui.render", { component: "AbovePrompt" }, async ($, event, next) => {
    const run = shownRun();
    const isWanted = paneState.pane === "waiting" && run !== void 0 && isUnfinished(run);
    return isWanted && await drawBanner($, event) || next(event);
  });
}
export {
  register
};
