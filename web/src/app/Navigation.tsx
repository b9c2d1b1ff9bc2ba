/** The main navigation, with the counts that want attention. */
import { Badge, NavLink } from '@mantine/core'
import {
  IconBox,
  IconHistory,
  IconLayoutDashboard,
  IconPencil,
  IconServer2,
  IconTopologyStar3,
  IconVideo,
  type Icon,
} from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { createLink } from '@tanstack/react-router'
import { forwardRef, type AnchorHTMLAttributes } from 'react'
import type { NavLinkProps } from '@mantine/core'
import { agentsQuery, systemQuery } from '@/lib/resources'
import { texts } from './texts'

type Attributes = NavLinkProps & Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof NavLinkProps>

const NavElement = forwardRef<HTMLAnchorElement, Attributes>((props, ref) => <NavLink ref={ref} {...props} />)
NavElement.displayName = 'NavElement'

const PageNavLink = createLink(NavElement)

export function Navigation() {
  const pending = useQuery(systemQuery).data?.counts.pending_changes ?? 0
  const agents = useQuery(agentsQuery).data?.items ?? []
  const waiting = agents.filter((agent) => agent.admission === 'waiting').length
  const say = texts.nav
  return (
    <>
      <PageNavLink
        to="/"
        label={say.overview}
        leftSection={<Sign icon={IconLayoutDashboard} />}
        {...current}
      />
      <PageNavLink to="/cameras" label={say.cameras} leftSection={<Sign icon={IconVideo} />} {...current} />
      <PageNavLink to="/instances" label={say.instances} leftSection={<Sign icon={IconBox} />} {...current} />
      <PageNavLink
        to="/hosts"
        label={say.hosts}
        leftSection={<Sign icon={IconServer2} />}
        rightSection={<Count count={waiting} meaning="waiting to be let in" colour="orange" />}
        {...current}
      />
      <PageNavLink
        to="/pipelines"
        label={say.pipelines}
        leftSection={<Sign icon={IconTopologyStar3} />}
        {...current}
      />
      <PageNavLink
        to="/changes"
        label={say.changes}
        leftSection={<Sign icon={IconPencil} />}
        rightSection={<Count count={pending} meaning="not sent yet" colour="grape" />}
        {...current}
      />
      <PageNavLink
        to="/update-requests"
        label={say.updates}
        leftSection={<Sign icon={IconHistory} />}
        {...current}
      />
    </>
  )
}

const current = { activeProps: { active: true, 'aria-current': 'page' as const } }

function Sign({ icon: Shown }: { icon: Icon }) {
  return <Shown size={18} stroke={1.7} aria-hidden />
}

function Count({ count, meaning, colour }: { count: number; meaning: string; colour: string }) {
  if (count === 0) return null
  return (
    <Badge size="sm" circle color={colour} aria-label={`${count} ${meaning}`}>
      {count}
    </Badge>
  )
}
