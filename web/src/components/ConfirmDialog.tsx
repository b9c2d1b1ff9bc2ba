/** Asks before something is done that cannot be undone; a refusal is shown in the dialog. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { ProblemAlert } from './Problem'

interface ConfirmDialogProps {
  opened: boolean
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
    <Modal opened={props.opened} onClose={props.onClose} title={props.title}>
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
    </Modal>
  )
}
