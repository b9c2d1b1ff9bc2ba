/** An instance's files: draft, as sent, and as read back from the container, two at a time side by side. */
import { Alert, Button, Group, SegmentedControl, Select, Stack, Text } from '@mantine/core'
import { IconCheck, IconFileSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Ago } from '@/components/Age'
import { Loaded } from '@/components/Loaded'
import { FormProblemsAlert, ProblemAlert } from '@/components/Problem'
import type { ConfigurationFile, InstanceConfiguration } from '@/lib/types'
import { configurationQuery } from '../api/configuration'
import { texts } from '../texts'
import { DifferenceView } from './DifferenceView'

type View = 'draft' | 'observed'

const say = texts.configuration

export function ConfigurationView({ instanceId }: { instanceId: string }) {
  const [view, setView] = useState<View>('draft')
  const plain = useQuery(configurationQuery(instanceId, false))
  const readBack = useQuery({ ...configurationQuery(instanceId, true), enabled: false })
  const read = () => {
    setView('observed')
    void readBack.refetch()
  }
  return (
    <Stack>
      <Group justify="space-between">
        <SegmentedControl
          aria-label={say.view}
          value={view}
          onChange={(value) => setView(value)}
          data={[
            { value: 'draft', label: say.draftSent },
            { value: 'observed', label: say.sentObserved },
          ]}
        />
        <Button
          variant="default"
          leftSection={<IconFileSearch size={16} aria-hidden />}
          loading={readBack.isFetching}
          onClick={read}
        >
          {say.readBack}
        </Button>
      </Group>
      {readBack.isError && <ProblemAlert error={readBack.error} />}
      {readBack.data && view === 'observed' && <Verdict configuration={readBack.data} />}
      <Loaded query={plain} what="the configuration">
        {(shown) => (
          <Files configuration={view === 'observed' ? (readBack.data ?? shown) : shown} view={view} />
        )}
      </Loaded>
      <Text size="xs" c="dimmed">
        {say.masked}
      </Text>
    </Stack>
  )
}

function Verdict({ configuration }: { configuration: InstanceConfiguration }) {
  if (configuration.observed_problem) return <FormProblemsAlert problems={[configuration.observed_problem]} />
  const matches = configuration.observed_matches_sent === true
  return (
    <Alert color={matches ? 'green' : 'red'} icon={matches ? <IconCheck /> : undefined} role="status">
      <Text size="sm" component="div">
        {matches ? say.matches : say.differs} {say.readAt} <Ago moment={configuration.observed_at} />.
      </Text>
    </Alert>
  )
}

function Files({ configuration, view }: { configuration: InstanceConfiguration; view: View }) {
  const { draft, sent, observed } = configuration
  const other = view === 'draft' ? draft : (observed ?? null)
  const paths = [...new Set([...(sent ?? []), ...(other ?? [])].map((file) => file.path))].sort()
  const [chosen, setChosen] = useState<string | null>(null)
  const path = chosen !== null && paths.includes(chosen) ? chosen : (paths[0] ?? null)
  return (
    <Stack gap="sm">
      {paths.length > 1 && (
        <Select label={say.file} data={paths} value={path} onChange={setChosen} allowDeselect={false} />
      )}
      {path !== null && (
        <DifferenceView
          path={path}
          left={{
            title: say.sent(configuration.sent_revision),
            text: textOf(sent, path),
            absent: say.neverSent,
          }}
          right={
            view === 'draft'
              ? { title: say.draft, text: textOf(draft, path), absent: '' }
              : { title: say.observed, text: textOf(observed, path), absent: say.notRead }
          }
        />
      )}
    </Stack>
  )
}

/** The content of a file; null where these files are not known at all, empty where this one is not among them. */
function textOf(files: ConfigurationFile[] | null | undefined, path: string): string | null {
  if (!files) return null
  return files.find((file) => file.path === path)?.content ?? ''
}
