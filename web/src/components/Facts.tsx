/** Names and values, one pair a line. */
import { Text } from '@mantine/core'
import { Fragment, type ReactNode } from 'react'

export function Facts({ facts }: { facts: [string, ReactNode][] }) {
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <Fragment key={name}>
          <Text component="dt" size="sm" c="dimmed">
            {name}
          </Text>
          <Text component="dd" size="sm">
            {value}
          </Text>
        </Fragment>
      ))}
    </dl>
  )
}
