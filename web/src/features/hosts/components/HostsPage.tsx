/** All hosts, and those that wait to be let in. */
import { Text } from '@mantine/core'
import { IconServer2 } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { DataTable } from '@/components/DataTable'
import { Empty } from '@/components/Empty'
import { Loaded } from '@/components/Loaded'
import { PageHeader } from '@/components/PageHeader'
import { agentsQuery } from '@/lib/resources'
import type { Agent } from '@/lib/types'
import { texts } from '../texts'
import { hostColumns } from './hostColumns'
import { WaitingRoom } from './WaitingRoom'

export function HostsPage() {
  const hosts = useQuery(agentsQuery)
  return (
    <>
      <PageHeader title={texts.title} text={texts.intro} />
      <Loaded query={hosts} what="the hosts">
        {({ items, next_cursor }) => (
          <>
            <HostLists hosts={items} />
            {next_cursor && <Text c="dimmed">Only the first {items.length} hosts are shown.</Text>}
          </>
        )}
      </Loaded>
    </>
  )
}

function HostLists({ hosts }: { hosts: Agent[] }) {
  const known = hosts.filter((host) => host.admission !== 'waiting')
  if (hosts.length === 0)
    return <Empty icon={IconServer2} title={texts.empty.title} text={texts.empty.text} />
  return (
    <div>
      <WaitingRoom hosts={hosts.filter((host) => host.admission === 'waiting')} />
      {known.length > 0 && (
        <DataTable label={texts.title} columns={hostColumns} rows={known} rowId={(host) => host.id} />
      )}
    </div>
  )
}
