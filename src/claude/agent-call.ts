/**
 * What an `Agent` call can set, as of clients 2.1.198 to 2.1.332. A call with another model is
 * refused. Clients that know no `effort` for agents, such as 2.1.198, ignore it.
 */
const MODELS: ReadonlySet<string> = new Set(['sonnet', 'opus', 'haiku', 'fable']);

/** The models that an agent of a conversation can be given, in words. */
export const AGENT_MODELS = 'sonnet, opus, haiku or fable';

/** Whether an agent of a conversation can be given a model. Without one, it inherits. */
export function isModelOfAgent(model: string): boolean {
  return MODELS.has(model) || model === 'inherit';
}

/**
 * The fields of an `Agent` call for what a task asks for, as far as the client takes it.
 * @param model null if the agent's own is asked for, and so for `effort`
 */
export function agentCallOptions(
  model: string | null,
  effort: string | null,
): { model?: string; effort?: string } {
  return {
    ...(model !== null && MODELS.has(model) ? { model } : {}),
    ...(effort === null ? {} : { effort }),
  };
}
