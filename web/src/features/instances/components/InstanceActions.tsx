/** What can be done with one instance. */
import { Button } from '@mantine/core'
import {
  IconPencil,
  IconPlayerPlay,
  IconPlayerStop,
  IconReload,
  IconTrash,
  IconZoomReset,
} from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { sayDone, sayFailed } from '@/components/notices'
import { RowMenu } from '@/components/RowMenu'
import type { Instance } from '@/lib/types'
import { useEditInstance, useRetryInstance } from '../api/changes'
import { texts } from '../texts'
import { InstanceDialog } from './InstanceDialog'
import { RemoveInstanceDialog } from './RemoveInstanceDialog'
import { RestartDialog } from './RestartDialog'

type Dialog = 'edit' | 'remove' | 'restart'

export function InstanceActions({ instance }: { instance: Instance }) {
  const [dialog, setDialog] = useState<Dialog | null>(null)
  const edit = useEditInstance(instance.id)
  const retry = useRetryInstance(instance.id)
  const navigate = useNavigate()
  const close = () => setDialog(null)
  const isOn = instance.power === 'on'
  const isHeldUp = instance.state === 'failed' || instance.state === 'backoff'
  const turn = () =>
    edit.mutate({ power: isOn ? 'off' : 'on' }, { onSuccess: () => sayDone(texts.draft), onError: sayFailed })
  const tryAgain = () =>
    retry.mutate(undefined, { onSuccess: (request) => sayDone(request.message), onError: sayFailed })
  return (
    <>
      {isHeldUp && (
        <Button
          leftSection={<IconZoomReset size={16} aria-hidden />}
          loading={retry.isPending}
          onClick={tryAgain}
        >
          {texts.retry}
        </Button>
      )}
      <Button
        variant="default"
        leftSection={<IconPencil size={16} aria-hidden />}
        onClick={() => setDialog('edit')}
      >
        {texts.edit}
      </Button>
      <RowMenu
        of={instance.name}
        actions={[
          isOn
            ? { text: texts.turnOff, icon: IconPlayerStop, onClick: turn }
            : { text: texts.turnOn, icon: IconPlayerPlay, onClick: turn },
          { text: texts.restart, icon: IconReload, onClick: () => setDialog('restart') },
          { text: texts.remove, icon: IconTrash, colour: 'red', onClick: () => setDialog('remove') },
        ]}
      />
      {dialog === 'edit' && <InstanceDialog instance={instance} onClose={close} />}
      {dialog === 'restart' && <RestartDialog instance={instance} onClose={close} />}
      {dialog === 'remove' && (
        <RemoveInstanceDialog
          instance={instance}
          onClose={close}
          onRemoved={() => void navigate({ to: '/instances' })}
        />
      )}
    </>
  )
}
