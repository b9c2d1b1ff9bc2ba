/** Mark and name. */
import { Group, Text } from '@mantine/core'

export function Brand() {
  return (
    <Group gap={10} wrap="nowrap">
      <img src="/favicon.svg" alt="" width={28} height={28} />
      <Text fw={750} size="lg" lts={-0.2}>
        dsfleet
      </Text>
    </Group>
  )
}
