/** What the whole page should know: parts that are down, and since when. */
import { Alert } from '@mantine/core'
import { IconDatabaseOff, IconPlugConnectedX, IconWifiOff, type Icon } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { clockText } from '@/lib/ages'
import { useLiveState, useNow } from '@/lib/context'
import { systemQuery } from '@/lib/resources'
import type { PartHealth } from '@/lib/types'
import { texts } from './texts'

/** A reconnect that takes no longer than this is not worth a word. */
const QUIET_MS = 3000

export function Banners() {
  const system = useQuery(systemQuery).data
  return (
    <>
      <LiveBanner />
      {system && <PartBanner part={texts.messenger} health={system.messenger} icon={IconPlugConnectedX} />}
      {system && <PartBanner part={texts.database} health={system.database} icon={IconDatabaseOff} />}
    </>
  )
}

function LiveBanner() {
  const { connected, since } = useLiveState()
  const now = useNow()
  if (connected || now - since < QUIET_MS) return null
  const text = texts.liveLost(clockText(new Date(since).toISOString(), now))
  return <Banner colour="yellow" icon={IconWifiOff} text={text} />
}

function PartBanner({ part, health, icon }: { part: string; health: PartHealth; icon: Icon }) {
  const now = useNow()
  if (health.ok) return null
  const text = texts.partDown(part, clockText(health.since, now), health.detail)
  return <Banner colour="red" icon={icon} text={`${text} ${texts.keepsGoing}`} />
}

function Banner({ colour, icon: Sign, text }: { colour: string; icon: Icon; text: string }) {
  return (
    <Alert color={colour} radius={0} py="xs" icon={<Sign size={18} aria-hidden />} role="alert">
      {text}
    </Alert>
  )
}
