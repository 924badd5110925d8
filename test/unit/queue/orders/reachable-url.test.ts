import { expect, test } from 'vitest';
import { reachableUrl } from '../../../../src/queue/orders/order-repository.ts';

test.each([
  ['https://user:token@git.example/a/b.git', 'https://git.example/a/b.git'],
  ['https://ghp_abc@github.com/a/b', 'https://github.com/a/b'],
  ['ssh://git@git.example:2222/a/b.git', 'ssh://git@git.example:2222/a/b.git'],
  ['ssh://git:password@git.example/a/b.git', 'ssh://git@git.example/a/b.git'],
  ['git@github.com:a/b.git', 'git@github.com:a/b.git'],
])('a worker may fetch from %s', (url, expected) => {
  expect(reachableUrl(url)).toBe(expected);
});

test.each(['/srv/git/a.git', '../a.git', 'file:///srv/git/a.git', 'ext::sh -c id', 'C:\\a.git'])(
  'a worker may not fetch from %s',
  (url) => {
    expect(reachableUrl(url)).toBeNull();
  },
);
