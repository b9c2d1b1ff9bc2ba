/** The facts of one host, in three cards. */
import { Card, Code, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { Facts } from '@/components/Facts'
import { memoryText } from '@/lib/ages'
import type { Agent } from '@/lib/types'
import { texts } from '../texts'
import { Fingerprint } from './Fingerprint'
import { Revision } from './hostColumns'
import { Meter } from './Meter'

function FactCard({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Card withBorder radius="md" padding="md" component="section" aria-label={title}>
      <Title order={2} size="h5" mb="sm">
        {title}
      </Title>
      {children}
    </Card>
  )
}

export function StandingCard({ host }: { host: Agent }) {
  return (
    <FactCard title="Standing">
      <Facts
        facts={[
          ['Revision', <Revision key="revision" host={host} />],
          ['Follows it', host.converged ? 'yes, converged' : host.cause || 'not yet'],
          ['Admission', host.admission],
          ['Cordoned', host.cordoned ? 'yes, takes nothing new' : 'no'],
          ['Agent', host.version],
          ['Agent id', <Code key="id">{host.id}</Code>],
        ]}
      />
      <Text size="sm" c="dimmed" mt="sm" mb={4}>
        {texts.fingerprint}
      </Text>
      <Fingerprint text={host.fingerprint} />
    </FactCard>
  )
}

export function LoadCard({ host }: { host: Agent }) {
  const { load, capacity } = host
  const share = (used: number, total: number) => (total === 0 ? 0 : (100 * used) / total)
  return (
    <FactCard title="Load">
      <Stack gap="sm">
        <Meter
          label="Cameras"
          percent={share(capacity.cameras_used, capacity.cameras)}
          text={`${capacity.cameras_used} of ${capacity.cameras}`}
        />
        {load === null ? (
          <Text size="sm" c="dimmed">
            {texts.noLoad}
          </Text>
        ) : (
          <>
            <Meter label="CPU" percent={load.cpu_percent} text={`${load.cpu_percent.toFixed(0)} %`} />
            <Meter
              label="Memory"
              percent={share(load.memory_used_mib, load.memory_total_mib)}
              text={`${memoryText(load.memory_used_mib)} of ${memoryText(load.memory_total_mib)}`}
            />
            <Meter
              label="Disk"
              percent={share(load.disk_total_mib - load.disk_free_mib, load.disk_total_mib)}
              text={`${memoryText(load.disk_free_mib)} free`}
            />
          </>
        )}
      </Stack>
    </FactCard>
  )
}

export function InventoryCard({ host: { inventory } }: { host: Agent }) {
  const { engine } = inventory
  return (
    <FactCard title="Inventory">
      <Facts
        facts={[
          ['Host name', inventory.hostname],
          ['System', `${inventory.operating_system}, ${inventory.kernel}`],
          ['Platform', inventory.platform],
          ['CPU', `${inventory.cpu_model}, ${inventory.cpu_cores} cores`],
          ['Memory', memoryText(inventory.memory_mib)],
          ...gpuFacts(inventory.gpus),
          ['Container engine', engine.reachable ? `Docker ${engine.version ?? ''}` : 'does not answer'],
        ]}
      />
    </FactCard>
  )
}

function gpuFacts(gpus: Agent['inventory']['gpus']): [string, string][] {
  if (gpus.length === 0) return [['GPU', 'none']]
  return gpus.map((gpu) => {
    const memory = gpu.memory_mib === null ? '' : `, ${memoryText(gpu.memory_mib)}`
    const driver = gpu.driver_version === null ? '' : `, driver ${gpu.driver_version}`
    return [`GPU ${gpu.index}`, `${gpu.name}${memory}${driver}`]
  })
}
