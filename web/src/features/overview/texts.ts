/** What the overview says. */
export const texts = {
  title: 'Overview',
  intro: 'How the fleet is just now.',
  needsYou: 'What needs you',
  allWell: 'Nothing needs you.',
  running: 'Running update requests',
  noneRunning: 'No update request is under way.',
  links: 'Links',
  messenger: 'Messages to the hosts',
  database: 'Database',
  since: 'since',
  up: 'reachable',
  down: 'unreachable',
  none: 'None yet.',
  total: 'in all',
} as const
