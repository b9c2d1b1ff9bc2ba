/** A dialog that is on screen for as long as it is mounted, and gives the focus back when it goes. */
import { Modal } from '@mantine/core'
import { useEffect, useState, type ReactNode } from 'react'

interface DialogProps {
  title: string
  onClose: () => void
  size?: 'md' | 'lg'
  children: ReactNode
}

export function Dialog({ title, onClose, size = 'md', children }: DialogProps) {
  useFocusReturn()
  return (
    <Modal opened onClose={onClose} title={title} size={size} returnFocus={false}>
      {children}
    </Modal>
  )
}

/** The focus goes back to where it was; to the content, where that is gone (a row that was removed, a menu). */
function useFocusReturn(): void {
  const [opener] = useState(() => document.activeElement)
  useEffect(
    () => () => {
      // The dialog lets go of the focus after it has left the page, so the focus is moved after that.
      setTimeout(() => {
        if (document.querySelector('[role="dialog"]') !== null) return
        const target = opener instanceof HTMLElement && opener.isConnected ? opener : null
        const place = target ?? document.getElementById('content')
        place?.focus({ preventScroll: true })
      })
    },
    [opener],
  )
}
