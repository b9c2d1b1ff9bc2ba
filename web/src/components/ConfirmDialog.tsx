/** Asks before something is done that cannot be undone; a refusal is shown in the dialog. */
import { Button, Group, Stack, Text } from '@mantine/core'
import { Dialog } from './Dialog'
import type { ReactNode } from 'react'
import { ProblemAlert } from './Problem'

interface ConfirmDialogProps {
  title: string
  children: ReactNode
  confirm: string
  busy: boolean
  error: unknown
  onConfirm: () => void
  onClose: () => void
}

export function ConfirmDialog(props: ConfirmDialogProps) {
  return (
    <Dialog onClose={props.onClose} title={props.title}>
      <Stack>
        <Text component="div" size="sm">
          {props.children}
        </Text>
        {props.error !== null && props.error !== undefined && <ProblemAlert error={props.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={props.onClose} data-autofocus>
            Cancel
          </Button>
          <Button color="red" loading={props.busy} onClick={props.onConfirm}>
            {props.confirm}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  )
}
