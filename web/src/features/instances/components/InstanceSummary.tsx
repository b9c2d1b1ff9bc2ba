/** How one instance does, and why. */
import { Alert, Anchor, Card, Code, Group, SimpleGrid, Text, Title } from '@mantine/core'
import { IconAlertTriangle, IconBug } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Ago } from '@/components/Age'
import { Copy } from '@/components/Copy'
import { Facts } from '@/components/Facts'
import { PageLink } from '@/components/links'
import { ProblemTexts } from '@/components/Problem'
import { instanceStates, StateBadge } from '@/components/StateBadge'
import { ageNow, ageText, secondsSince } from '@/lib/ages'
import { useNow } from '@/lib/context'
import { agentsQuery, pipelinesQuery } from '@/lib/resources'
import type { Instance } from '@/lib/types'
import { texts } from '../texts'
import { ModeAndPower } from './instanceColumns'

/** State, since when, and its cause in one line. */
export function StateLine({ instance, mark }: { instance: Instance; mark: ReactNode }) {
  const age = ageNow(instance.state_age_s, instance.received_at, useNow())
  return (
    <Group gap="xs" mt={4} aria-live="polite">
      <StateBadge look={instanceStates[instance.state]} stale={instance.stale} />
      {age !== null && <span className="figure">for {ageText(age)}</span>}
      <ModeAndPower instance={instance} />
      {mark}
      {instance.cause !== '' && <Text size="sm">{instance.cause}</Text>}
    </Group>
  )
}

export function InstanceSummary({ instance }: { instance: Instance }) {
  return (
    <>
      <ProblemBox instance={instance} />
      {instance.rtsp_url && <DebugLink url={instance.rtsp_url} pending={instance.pending} />}
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <WhereCard instance={instance} />
        <ContainerCard instance={instance} />
      </SimpleGrid>
    </>
  )
}

function ProblemBox({ instance }: { instance: Instance }) {
  const now = useNow()
  if (!instance.last_problem) return null
  const since = secondsSince(instance.received_at, now) ?? 0
  const next = instance.next_try_in_s === null ? null : Math.max(0, instance.next_try_in_s - since)
  return (
    <Alert color="orange" icon={<IconAlertTriangle />} title={texts.lastProblem}>
      <ProblemTexts problems={[instance.last_problem]} />
      {next !== null && (
        <Text size="sm" mt={4} className="figure">
          {next === 0 ? 'It is being tried again now.' : `Next try in ${ageText(next)}.`}
        </Text>
      )}
    </Alert>
  )
}

function DebugLink({ url, pending }: { url: string; pending: boolean }) {
  return (
    <Alert color="blue" icon={<IconBug />} title={texts.debugLink}>
      <Group gap={4}>
        <Anchor href={url} className="address" size="sm">
          {url}
        </Anchor>
        <Copy text={url} what="the address of the debug picture" />
      </Group>
      <Text size="sm">{pending ? texts.debugPending : texts.debugWarning}</Text>
    </Alert>
  )
}

function FactCard({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Card withBorder radius="md" padding="md" component="section" aria-label={title}>
      <Title order={2} size="h5" mb="sm">
        {title}
      </Title>
      {children}
    </Card>
  )
}

function WhereCard({ instance }: { instance: Instance }) {
  const host = useQuery(agentsQuery).data?.items.find(({ id }) => id === instance.agent_id)
  const pipeline = useQuery(pipelinesQuery).data?.items.find(({ id }) => id === instance.pipeline_id)
  return (
    <FactCard title="Assignment">
      <Facts
        facts={[
          [
            'Host',
            <PageLink key="host" to="/hosts/$hostId" params={{ hostId: instance.agent_id }} size="sm">
              {host?.name ?? instance.agent_id}
            </PageLink>,
          ],
          ['Pipeline', `${pipeline?.name ?? instance.pipeline_id}, version ${instance.pipeline_version}`],
          ['Mode', instance.mode],
          ['Power', instance.power],
          ['GPU', instance.gpu ?? 'none'],
          ['Ports', instance.ports.map(({ purpose, port }) => `${purpose} ${port}`).join(', ') || 'none'],
        ]}
      />
    </FactCard>
  )
}

function ContainerCard({ instance }: { instance: Instance }) {
  return (
    <FactCard title="Container">
      <Facts
        facts={[
          ['Image', <Code key="image">{instance.image}</Code>],
          [
            'Container',
            instance.container_id ? <Code key="id">{instance.container_id.slice(0, 12)}</Code> : 'none',
          ],
          ['Started', <Ago key="started" moment={instance.started_at} none="not running" />],
          ['Restarts', instance.restarts],
          ['Last exit code', instance.exit_code ?? 'none'],
          ['Revision', `desired ${instance.desired_revision}, observed ${instance.observed_revision}`],
          ['Reported', <Ago key="reported" moment={instance.received_at} none="not yet" />],
        ]}
      />
    </FactCard>
  )
}
