/** One update request: who asked, how far each host is, and taking it back. */
import { Alert, Button, Group, Stack, Text, Title } from '@mantine/core'
import { IconClockExclamation, IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { Ago } from '@/components/Age'
import { ConfirmDialog } from '@/components/ConfirmDialog'
import { PageLink } from '@/components/links'
import { Loaded } from '@/components/Loaded'
import { sayDone } from '@/components/notices'
import { PageHeader } from '@/components/PageHeader'
import { StateBadge, updateStates } from '@/components/StateBadge'
import { clockText } from '@/lib/ages'
import { useNow } from '@/lib/context'
import { updateRequestQuery } from '@/lib/resources'
import type { UpdateRequest } from '@/lib/types'
import { useCancelUpdateRequest } from '../api/changes'
import { isRunning, progressText } from '../progress'
import { texts } from '../texts'
import { HostProgress } from './HostProgress'

const route = getRouteApi('/update-requests/$requestId')

export function UpdateRequestPage() {
  const { requestId } = route.useParams()
  const request = useQuery(updateRequestQuery(requestId))
  return (
    <Loaded query={request} what="the update request">
      {(shown) => <UpdateRequestView request={shown} />}
    </Loaded>
  )
}

function UpdateRequestView({ request }: { request: UpdateRequest }) {
  const [asking, setAsking] = useState(false)
  const cancel = isRunning(request) && (
    <Button variant="default" leftSection={<IconX size={16} aria-hidden />} onClick={() => setAsking(true)}>
      {texts.cancel}
    </Button>
  )
  return (
    <Stack gap="md" maw={860}>
      <div>
        <PageLink to="/update-requests" size="sm">
          ← {texts.back}
        </PageLink>
        <PageHeader title={texts.one} text={<Filed request={request} />} actions={cancel} />
      </div>
      <Group gap="sm" role="status" aria-live="polite">
        <StateBadge look={updateStates[request.state]} />
        <Text size="sm">{progressText(request)}</Text>
      </Group>
      {request.note && <Text>{request.note}</Text>}
      {request.past_deadline && isRunning(request) && (
        <Alert color="yellow" icon={<IconClockExclamation />} title={texts.pastDeadline}>
          {texts.stuck}
        </Alert>
      )}
      <Title order={2} size="h4">
        {texts.progress}
      </Title>
      {request.hosts.map((host) => (
        <HostProgress key={host.agent_id} host={host} />
      ))}
      {asking && <CancelDialog id={request.id} onClose={() => setAsking(false)} />}
    </Stack>
  )
}

function Filed({ request }: { request: UpdateRequest }) {
  const now = useNow()
  return (
    <>
      {texts.filed} <Ago moment={request.created_at} /> {texts.by} {request.created_by}. {texts.deadline}{' '}
      {clockText(request.deadline, now)}.
    </>
  )
}

function CancelDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const cancel = useCancelUpdateRequest(id)
  const confirm = () =>
    cancel.mutate(undefined, {
      onSuccess: () => {
        sayDone(texts.cancelled)
        onClose()
      },
    })
  return (
    <ConfirmDialog
      title={texts.cancelTitle}
      confirm={texts.cancel}
      busy={cancel.isPending}
      error={cancel.error}
      onConfirm={confirm}
      onClose={onClose}
    >
      {texts.cancelText}
    </ConfirmDialog>
  )
}
