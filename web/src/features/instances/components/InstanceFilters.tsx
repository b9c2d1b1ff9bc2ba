/** Search and filters of the instance table. */
import { Group, Select } from '@mantine/core'
import { SearchInput } from '@/components/SearchInput'
import { instanceStates } from '@/components/StateBadge'
import type { Agent, InstanceState } from '@/lib/types'
import type { InstanceFilter } from '../filter'
import { texts } from '../texts'

interface InstanceFiltersProps {
  filter: InstanceFilter
  hosts: Agent[]
  onChange: (filter: InstanceFilter) => void
}

export function InstanceFilters({ filter, hosts, onChange }: InstanceFiltersProps) {
  const states = Object.entries(instanceStates).map(([value, { text }]) => ({ value, label: text }))
  return (
    <Group gap="sm" mb="md">
      <SearchInput
        label={texts.search}
        value={filter.q ?? ''}
        onChange={(q) => onChange({ ...filter, q: q || undefined })}
      />
      <Select
        aria-label="State"
        placeholder={texts.anyState}
        clearable
        data={states}
        value={filter.state ?? null}
        onChange={(state) => onChange({ ...filter, state: (state as InstanceState | null) ?? undefined })}
        w={170}
      />
      <Select
        aria-label="Host"
        placeholder={texts.anyHost}
        clearable
        searchable
        data={hosts.map(({ id, name }) => ({ value: id, label: name }))}
        value={filter.host ?? null}
        onChange={(host) => onChange({ ...filter, host: host ?? undefined })}
        w={170}
      />
    </Group>
  )
}
