/** Builds the page's objects and shows it. */
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from '@/app/App'
import { makeQueryClient } from '@/app/queries'
import { ServerClock } from '@/lib/clock'
import { LiveUpdates } from '@/lib/live'

const place = document.getElementById('root')
if (place === null) throw new Error('The page has no place to be drawn.')

const queries = makeQueryClient()
const clock = new ServerClock()
const live = new LiveUpdates(queries, clock)

createRoot(place).render(
  <StrictMode>
    <App queries={queries} services={{ clock, live }} />
  </StrictMode>,
)
