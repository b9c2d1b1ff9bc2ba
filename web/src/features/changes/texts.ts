/** What the views of pending changes say. */
import { counted } from '@/lib/ages'

export const texts = {
  title: 'Pending changes',
  intro: 'Your edits are a draft. Nothing reaches a host before you file an update request.',
  bar: (count: number) => `${counted(count, 'pending change')} not sent to the hosts yet`,
  review: 'Review and send',
  nothing: {
    title: 'Nothing to send',
    text: 'Every host was already told all of this. Edits made from now on gather here.',
  },
  summary: (hosts: number, cameras: number) =>
    `${counted(hosts, 'host')} will change; ${cameras === 0 ? 'no camera blinks' : `${counted(cameras, 'camera')} will blink`}.`,
  blink: 'A camera that blinks loses its frames for the seconds in which its container is made anew.',
  include: (host: string) => `Include ${host}`,
  note: 'Note',
  noteHint: 'For whoever reads the history later. Optional.',
  send: (hosts: number) => (hosts === 1 ? 'Update 1 host' : `Update ${hosts} hosts`),
  choose: 'Choose at least one host.',
  outdatedTitle: 'The draft has changed since',
  outdated:
    'Somebody edited it while you were reading. This is the plan as it is now; look at it and send again.',
  follow: 'Follow it',
} as const

export const actionTexts = {
  create: 'created',
  recreate: 'recreated',
  remove: 'removed',
  stop: 'stopped',
  start: 'started',
  nothing: 'unchanged',
} as const
