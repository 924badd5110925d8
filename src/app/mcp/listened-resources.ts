import * as z from 'zod/mini';

const listen = z.looseObject({
  id: z.union([z.string(), z.number()]),
  method: z.literal('subscriptions/listen'),
  params: z.looseObject({
    notifications: z.looseObject({ resourceSubscriptions: z.array(z.string()) }),
  }),
});

/** One listener may have so many resources watched. */
const MOST = 100;

/** The resources that a message asks to be told of; none for any message but `subscriptions/listen`. */
export function listenedResources(message: unknown): { id: unknown; uris: string[] } {
  const parsed = listen.safeParse(message);
  if (!parsed.success) return { id: undefined, uris: [] };
  const { id, params } = parsed.data;
  return { id, uris: params.notifications.resourceSubscriptions.slice(0, MOST) };
}
