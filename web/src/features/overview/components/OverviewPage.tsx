/** The fleet at a glance. */
import { SimpleGrid, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Loaded } from '@/components/Loaded'
import { PageHeader } from '@/components/PageHeader'
import { admissionStates, cameraStates, instanceStates, linkStates } from '@/components/StateBadge'
import { agentsQuery, camerasQuery, instancesQuery, systemQuery, updateRequestsQuery } from '@/lib/resources'
import type { System } from '@/lib/types'
import { countHosts, needsOf } from '../needs'
import { texts } from '../texts'
import { Links } from './Links'
import { Needs } from './Needs'
import { RunningRequests } from './RunningRequests'
import { StateCard } from './StateCard'

const hostLooks = { ...linkStates, ...admissionStates }

export function OverviewPage() {
  const system = useQuery(systemQuery)
  return (
    <>
      <PageHeader title={texts.title} text={texts.intro} />
      <Loaded query={system} what="the state of the fleet">
        {(shown) => <OverviewView system={shown} />}
      </Loaded>
    </>
  )
}

function OverviewView({ system }: { system: System }) {
  const agents = useQuery(agentsQuery).data?.items ?? []
  const instances = useQuery(instancesQuery).data?.items ?? []
  const cameras = useQuery(camerasQuery).data?.items ?? []
  const requests = useQuery(updateRequestsQuery)
  const { counts } = system
  const needs = needsOf({ agents, instances, cameras, pendingChanges: counts.pending_changes })
  return (
    <Stack gap="md">
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <StateCard title="Cameras" to="/cameras" counts={counts.cameras} looks={cameraStates} />
        <StateCard title="Instances" to="/instances" counts={counts.instances} looks={instanceStates} />
        <StateCard title="Hosts" to="/hosts" counts={countHosts(agents)} looks={hostLooks} />
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Needs needs={needs} />
        <Stack gap="md">
          <Loaded query={requests} what="the update requests">
            {({ items }) => <RunningRequests requests={items} />}
          </Loaded>
          <Links system={system} />
        </Stack>
      </SimpleGrid>
    </Stack>
  )
}
