/** The columns of the host table. */
import { Badge, Group, Stack, Text } from '@mantine/core'
import { createColumnHelper } from '@tanstack/react-table'
import { Ago } from '@/components/Age'
import { LabelTags } from '@/components/Labels'
import { PageLink } from '@/components/links'
import { Pending } from '@/components/Pending'
import { admissionStates, linkStates, StateBadge } from '@/components/StateBadge'
import type { Agent } from '@/lib/types'
import { hardwareText } from '../hardware'
import { texts } from '../texts'
import { Meter } from './Meter'

const column = createColumnHelper<Agent>()

export const hostColumns = [
  column.accessor('name', {
    header: 'Host',
    cell: ({ row: { original } }) => (
      <Stack gap={0}>
        <Group gap={6}>
          <PageLink to="/hosts/$hostId" params={{ hostId: original.id }} fw={600} size="sm">
            {original.name}
          </PageLink>
          {original.cordoned && (
            <Badge size="sm" variant="outline" color="yellow">
              {texts.cordoned.toLowerCase()}
            </Badge>
          )}
          <Pending pending={original.pending} />
        </Group>
        <Text size="xs" c="dimmed">
          {hardwareText(original.inventory)}
        </Text>
      </Stack>
    ),
  }),
  column.accessor('link', {
    header: 'State',
    cell: ({ row: { original } }) => <HostState host={original} />,
  }),
  column.accessor((host) => host.last_seen ?? '', {
    id: 'seen',
    header: 'Last heard',
    cell: ({ row: { original } }) => <Ago moment={original.last_seen} />,
  }),
  column.accessor((host) => host.capacity.cameras_used, {
    id: 'capacity',
    header: 'Cameras',
    cell: ({ row: { original } }) => <Capacity host={original} />,
  }),
  column.accessor('desired_revision', {
    header: 'Revision',
    cell: ({ row: { original } }) => <Revision host={original} />,
  }),
  column.display({
    id: 'labels',
    header: 'Labels',
    cell: ({ row: { original } }) => <LabelTags labels={original.labels} />,
  }),
]

/** Link and, where it is not the plain case, admission; an engine that does not answer is named too. */
export function HostState({ host }: { host: Agent }) {
  const { engine } = host.inventory
  return (
    <Group gap={6}>
      {host.admission !== 'admitted' && <StateBadge look={admissionStates[host.admission]} />}
      <StateBadge look={linkStates[host.link]} />
      {!engine.reachable && (
        <Badge color="red" variant="light">
          engine away
        </Badge>
      )}
    </Group>
  )
}

export function Capacity({ host }: { host: Agent }) {
  const { cameras, cameras_used } = host.capacity
  const percent = cameras === 0 ? 0 : (100 * cameras_used) / cameras
  return <Meter label="" percent={percent} text={`${cameras_used} of ${cameras}`} />
}

/** The revision a host should have, and the one it follows where that differs. */
export function Revision({ host }: { host: Agent }) {
  const same = host.desired_revision === host.observed_revision
  return (
    <Text size="sm" className="figure" component="span">
      {same ? host.desired_revision : `${host.observed_revision} → ${host.desired_revision}`}
    </Text>
  )
}
