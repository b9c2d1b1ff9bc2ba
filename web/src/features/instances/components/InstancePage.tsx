/** One instance: how it does and why, its cameras, its configuration. */
import { Box, Stack, Tabs } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { PageLink } from '@/components/links'
import { Loaded } from '@/components/Loaded'
import { PageHeader } from '@/components/PageHeader'
import { Pending } from '@/components/Pending'
import { instanceQuery } from '@/lib/resources'
import type { Instance } from '@/lib/types'
import type { InstanceTab } from '../filter'
import { texts } from '../texts'
import { ConfigurationView } from './ConfigurationView'
import { InstanceActions } from './InstanceActions'
import { InstanceCameras } from './InstanceCameras'
import { InstanceSummary, StateLine } from './InstanceSummary'

const route = getRouteApi('/instances/$instanceId')

export function InstancePage() {
  const { instanceId } = route.useParams()
  const instance = useQuery(instanceQuery(instanceId))
  return (
    <Stack gap={0}>
      <Box>
        <PageLink to="/instances" size="sm">
          ← {texts.back}
        </PageLink>
      </Box>
      <Loaded query={instance} what="the instance">
        {(shown) => <InstanceView instance={shown} />}
      </Loaded>
    </Stack>
  )
}

function InstanceView({ instance }: { instance: Instance }) {
  const { tab = 'cameras' } = route.useSearch()
  const navigate = route.useNavigate()
  const show = (next: string | null) => {
    const chosen = next as InstanceTab | null
    void navigate({ search: { tab: chosen === 'configuration' ? chosen : undefined }, replace: true })
  }
  return (
    <Box>
      <PageHeader
        title={instance.name}
        text={<StateLine instance={instance} mark={<Pending pending={instance.pending} />} />}
        actions={<InstanceActions instance={instance} />}
      />
      <Stack gap="lg">
        <InstanceSummary instance={instance} />
        <Tabs value={tab} onChange={show} keepMounted={false}>
          <Tabs.List mb="md">
            <Tabs.Tab value="cameras">{texts.tabs.cameras}</Tabs.Tab>
            <Tabs.Tab value="configuration">{texts.tabs.configuration}</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="cameras">
            <InstanceCameras instance={instance} />
          </Tabs.Panel>
          <Tabs.Panel value="configuration">
            <ConfigurationView instanceId={instance.id} />
          </Tabs.Panel>
        </Tabs>
      </Stack>
    </Box>
  )
}
