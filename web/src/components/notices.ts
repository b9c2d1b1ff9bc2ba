/** Short messages in the corner of the page. */
import { notifications } from '@mantine/notifications'
import { asProblem, sentence } from '@/lib/problems'

/** Something was done. */
export function sayDone(message: string, title?: string): void {
  notifications.show({ message, title, color: 'green', autoClose: 5000, role: 'status' })
}

/** Something failed that no form on screen can show. */
export function sayFailed(error: unknown): void {
  const message = asProblem(error).problems.map(sentence).join(' ')
  notifications.show({ message, title: 'That did not work', color: 'red', autoClose: 10_000, role: 'alert' })
}
