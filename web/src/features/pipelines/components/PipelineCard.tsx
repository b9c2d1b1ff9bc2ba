/** One pipeline and its versions, newest first. */
import { Badge, Button, Card, Code, Group, Table, Text, Title } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { Ago } from '@/components/Age'
import { RowMenu } from '@/components/RowMenu'
import { counted } from '@/lib/ages'
import type { Pipeline } from '@/lib/types'
import { texts } from '../texts'

interface PipelineCardProps {
  pipeline: Pipeline
  onNewVersion: () => void
  onRemove: () => void
}

export function PipelineCard({ pipeline, onNewVersion, onRemove }: PipelineCardProps) {
  return (
    <Card withBorder radius="md" padding="md" component="article" aria-label={pipeline.name}>
      <Group justify="space-between" align="flex-start" mb="sm">
        <div>
          <Group gap="xs">
            <Title order={2} size="h4">
              {pipeline.name}
            </Title>
            <Badge variant="default" size="sm">
              {pipeline.kind}
            </Badge>
            <Text size="sm" c="dimmed">
              {counted(pipeline.instances, 'instance')}
            </Text>
          </Group>
          {pipeline.description !== '' && <Text size="sm">{pipeline.description}</Text>}
        </div>
        <Group gap="xs">
          <Button
            variant="default"
            size="xs"
            leftSection={<IconPlus size={15} aria-hidden />}
            onClick={onNewVersion}
          >
            {texts.addVersion}
          </Button>
          <RowMenu
            of={pipeline.name}
            actions={[{ text: texts.remove, icon: IconTrash, colour: 'red', onClick: onRemove }]}
          />
        </Group>
      </Group>
      <Versions pipeline={pipeline} />
    </Card>
  )
}

function Versions({ pipeline }: { pipeline: Pipeline }) {
  return (
    <Table.ScrollContainer minWidth={620}>
      <Table aria-label={`Versions of ${pipeline.name}`} verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Version</Table.Th>
            <Table.Th>Image</Table.Th>
            <Table.Th>Cameras</Table.Th>
            <Table.Th>Picture</Table.Th>
            <Table.Th>Frames counted by</Table.Th>
            <Table.Th>Made</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {pipeline.versions.map((version) => (
            <Table.Tr key={version.version}>
              <Table.Td className="figure">{version.version}</Table.Td>
              <Table.Td>
                <Code className="address">{version.image}</Code>
              </Table.Td>
              <Table.Td className="figure">up to {version.cameras}</Table.Td>
              <Table.Td className="figure">
                {version.width} × {version.height}
              </Table.Td>
              <Table.Td>{version.frame_counting}</Table.Td>
              <Table.Td>
                <Ago moment={version.created_at} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}
