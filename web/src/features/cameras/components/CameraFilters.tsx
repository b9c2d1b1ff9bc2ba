/** Search and filters of the camera table. */
import { Group, Select } from '@mantine/core'
import { SearchInput } from '@/components/SearchInput'
import { cameraStates } from '@/components/StateBadge'
import type { CameraState, Instance } from '@/lib/types'
import type { CameraFilter } from '../filter'
import { texts } from '../texts'

interface CameraFiltersProps {
  filter: CameraFilter
  instances: Instance[]
  onChange: (filter: CameraFilter) => void
}

export function CameraFilters({ filter, instances, onChange }: CameraFiltersProps) {
  const states = Object.entries(cameraStates).map(([value, { text }]) => ({ value, label: text }))
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
        onChange={(state) => onChange({ ...filter, state: (state as CameraState | null) ?? undefined })}
        w={170}
      />
      <Select
        aria-label="Instance"
        placeholder={texts.anyInstance}
        clearable
        searchable
        data={instances.map(({ id, name }) => ({ value: id, label: name }))}
        value={filter.instance ?? null}
        onChange={(instance) => onChange({ ...filter, instance: instance ?? undefined })}
        w={190}
      />
    </Group>
  )
}
