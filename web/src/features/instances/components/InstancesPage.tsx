/** All instances. */
import { Button, Text } from '@mantine/core'
import { IconBox, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { DataTable } from '@/components/DataTable'
import { Empty } from '@/components/Empty'
import { Loaded } from '@/components/Loaded'
import { PageHeader } from '@/components/PageHeader'
import { agentsQuery, instancesQuery, pipelinesQuery } from '@/lib/resources'
import type { Instance } from '@/lib/types'
import { filterInstances, type InstanceFilter } from '../filter'
import { texts } from '../texts'
import { instanceColumns, type InstanceRow } from './instanceColumns'
import { InstanceDialog } from './InstanceDialog'
import { InstanceFilters } from './InstanceFilters'

const route = getRouteApi('/instances')

export function InstancesPage() {
  const instances = useQuery(instancesQuery)
  const hosts = useQuery(agentsQuery)
  const filter = route.useSearch()
  const navigate = route.useNavigate()
  const [creating, setCreating] = useState(false)
  const setFilter = (search: InstanceFilter) => void navigate({ search, replace: true })
  const add = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setCreating(true)}>
      {texts.add}
    </Button>
  )
  return (
    <>
      <PageHeader title={texts.title} text={texts.intro} actions={add} />
      <InstanceFilters filter={filter} hosts={hosts.data?.items ?? []} onChange={setFilter} />
      <Loaded query={instances} what="the instances">
        {({ items, next_cursor }) =>
          items.length === 0 ? (
            <Empty icon={IconBox} title={texts.empty.title} text={texts.empty.text} action={add} />
          ) : (
            <>
              <InstanceList instances={filterInstances(items, filter)} onClear={() => setFilter({})} />
              {next_cursor && <Text c="dimmed">Only the first {items.length} instances are shown.</Text>}
            </>
          )
        }
      </Loaded>
      {creating && <InstanceDialog instance={null} onClose={() => setCreating(false)} />}
    </>
  )
}

function InstanceList({ instances, onClear }: { instances: Instance[]; onClear: () => void }) {
  const hosts = useQuery(agentsQuery).data?.items
  const pipelines = useQuery(pipelinesQuery).data?.items
  const rows = useMemo((): InstanceRow[] => {
    const hostNames = new Map(hosts?.map(({ id, name }) => [id, name]))
    const pipelineNames = new Map(pipelines?.map(({ id, name }) => [id, name]))
    return instances.map((instance) => ({
      instance,
      hostName: hostNames.get(instance.agent_id) ?? null,
      pipelineName: pipelineNames.get(instance.pipeline_id) ?? null,
    }))
  }, [instances, hosts, pipelines])
  if (rows.length === 0) {
    const clear = (
      <Button variant="light" onClick={onClear}>
        {texts.noMatch.clear}
      </Button>
    )
    return <Empty icon={IconBox} title={texts.noMatch.title} text={texts.noMatch.text} action={clear} />
  }
  return (
    <DataTable
      label={texts.title}
      columns={instanceColumns}
      rows={rows}
      rowId={({ instance }) => instance.id}
    />
  )
}
