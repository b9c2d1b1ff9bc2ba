/** What the frame of the page says. */
export const texts = {
  skip: 'Skip to the content',
  menu: 'Menu',
  nav: {
    overview: 'Overview',
    cameras: 'Cameras',
    instances: 'Instances',
    hosts: 'Hosts',
    pipelines: 'Pipelines',
    changes: 'Pending changes',
    updates: 'Update requests',
  },
  light: 'Use the light theme',
  dark: 'Use the dark theme',
  logout: 'Log out',
  demo: 'demo',
  liveLost: (since: string) =>
    `Live updates have been interrupted since ${since}. What you see is as old as that; the page tries again by itself.`,
  partDown: (part: string, since: string, detail: string) =>
    `${part} has been unreachable since ${since}. ${detail}`,
  messenger: 'The link to the hosts',
  database: 'The database',
  keepsGoing: 'The hosts go on with what they were told.',
  notLoggedIn: {
    title: 'You are not logged in',
    text: 'Open the one-time login link that the program printed when it started. Each link works once.',
    again: 'Need another one? Restart the demo, or ask whoever runs the coordinator for a new link.',
    retry: 'Try again',
  },
  notFound: { title: 'Nothing is here', text: 'This address belongs to no page.', back: 'To the overview' },
  broken: 'This page has failed',
} as const
