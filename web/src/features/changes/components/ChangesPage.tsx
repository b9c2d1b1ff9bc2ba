/** The plan of what the draft would do, and the button that makes it so. */
import { Alert, Box, Button, Group, Stack, Text, Textarea } from '@mantine/core'
import { IconCircleCheck, IconInfoCircle, IconSend } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Empty } from '@/components/Empty'
import { Loaded } from '@/components/Loaded'
import { sayDone } from '@/components/notices'
import { PageHeader } from '@/components/PageHeader'
import { ProblemAlert } from '@/components/Problem'
import { keys, planQuery } from '@/lib/resources'
import type { Plan } from '@/lib/types'
import { planIsOutdated, useFileUpdateRequest } from '../api/file'
import { texts } from '../texts'
import { PlannedHostCard } from './PlannedHostCard'

export function ChangesPage() {
  const plan = useQuery({ ...planQuery, refetchOnMount: 'always' })
  return (
    <>
      <PageHeader title={texts.title} text={texts.intro} />
      <Loaded query={plan} what="the plan">
        {(shown) =>
          shown.nothing_to_do ? (
            <Empty icon={IconCircleCheck} title={texts.nothing.title} text={texts.nothing.text} />
          ) : (
            <PlanView plan={shown} />
          )
        }
      </Loaded>
    </>
  )
}

function PlanView({ plan }: { plan: Plan }) {
  const [leftOut, setLeftOut] = useState<ReadonlySet<string>>(new Set())
  const chosen = plan.hosts.filter((host) => !leftOut.has(host.agent_id))
  const blinking = chosen.reduce((sum, host) => sum + host.cameras_blinking, 0)
  const choose = (agentId: string, wanted: boolean) => {
    const next = new Set(leftOut)
    if (wanted) next.delete(agentId)
    else next.add(agentId)
    setLeftOut(next)
  }
  return (
    <Stack gap="md" maw={860}>
      <Box role="status">
        <Text fw={600}>{texts.summary(chosen.length, blinking)}</Text>
        {blinking > 0 && (
          <Text size="sm" c="dimmed">
            {texts.blink}
          </Text>
        )}
      </Box>
      {plan.hosts.map((host) => (
        <PlannedHostCard
          key={host.agent_id}
          host={host}
          chosen={!leftOut.has(host.agent_id)}
          onChoose={(wanted) => choose(host.agent_id, wanted)}
        />
      ))}
      <FileForm plan={plan} agentIds={chosen.map((host) => host.agent_id)} />
    </Stack>
  )
}

function FileForm({ plan, agentIds }: { plan: Plan; agentIds: string[] }) {
  const [note, setNote] = useState('')
  const queries = useQueryClient()
  const navigate = useNavigate()
  const filing = useFileUpdateRequest()
  const everyHost = agentIds.length === plan.hosts.length
  const file = () =>
    filing.mutate(
      { plan_id: plan.plan_id, agent_ids: everyHost ? null : agentIds, note: note.trim() || null },
      {
        onSuccess: (request) => {
          queries.setQueryData(keys.updateRequest(request.id), request)
          sayDone(request.message)
          void navigate({ to: '/update-requests/$requestId', params: { requestId: request.id } })
        },
        onError: () => void queries.invalidateQueries({ queryKey: keys.plan }),
      },
    )
  return (
    <Stack gap="sm">
      <Textarea
        label={texts.note}
        description={texts.noteHint}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
        autosize
        minRows={2}
        maxLength={500}
      />
      {filing.isError && <FilingProblem error={filing.error} />}
      <Group>
        <Button
          leftSection={<IconSend size={16} aria-hidden />}
          disabled={agentIds.length === 0}
          loading={filing.isPending}
          onClick={file}
        >
          {texts.send(agentIds.length)}
        </Button>
        {agentIds.length === 0 && (
          <Text size="sm" c="dimmed">
            {texts.choose}
          </Text>
        )}
      </Group>
    </Stack>
  )
}

function FilingProblem({ error }: { error: unknown }) {
  if (!planIsOutdated(error)) return <ProblemAlert error={error} />
  return (
    <Alert color="yellow" icon={<IconInfoCircle />} title={texts.outdatedTitle} role="alert">
      {texts.outdated}
    </Alert>
  )
}
