/** What the views of update requests say. */
export const texts = {
  title: 'Update requests',
  intro: 'Everything that was ever asked of the hosts, and how far it got.',
  one: 'Update request',
  empty: {
    title: 'No update request yet',
    text: 'Edit cameras or instances, then send the pending changes.',
  },
  back: 'All update requests',
  cancel: 'Cancel this request',
  cancelTitle: 'Cancel this update request?',
  cancelText:
    'Hosts that have not finished go back to what they were told before. Hosts that have finished stay as they are.',
  cancelled: 'Cancelled. Unfinished hosts go back to what they ran before.',
  pastDeadline: 'Past its deadline',
  stuck:
    'It has taken longer than expected. It goes on by itself as soon as it can; each host says below what it waits for.',
  deadline: 'Deadline',
  filed: 'Filed',
  by: 'by',
  progress: 'Progress per host',
} as const

/** What a host has finished when it is in this state, as one word per step. */
export const steps = ['accepted', 'sent', 'received', 'applying', 'converged'] as const
