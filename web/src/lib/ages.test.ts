import { describe, expect, it } from 'vitest'
import { ageNow, ageText, counted, memoryText, rateText, secondsSince } from './ages'

const NOON = Date.parse('2026-01-01T12:00:00Z')

describe('ages', () => {
  it.each([
    [-3, '0.0 s'],
    [0.44, '0.4 s'],
    [9.94, '9.9 s'],
    [9.96, '9 s'],
    [59.9, '59 s'],
    [60, '1 min'],
    [3599, '59 min'],
    [3600, '1 h'],
    [7500, '2 h 5 min'],
    [86_400 * 3 + 5, '3 d'],
  ])('%d seconds read as %s', (seconds, text) => {
    expect(ageText(seconds)).toBe(text)
  })

  it('counts from a moment to now and knows no age without a moment', () => {
    expect(secondsSince('2026-01-01T11:59:30Z', NOON)).toBe(30)
    expect(secondsSince(null, NOON)).toBeNull()
    expect(secondsSince('not a time', NOON)).toBeNull()
  })

  it('adds the time since the report to a measured age', () => {
    expect(ageNow(0.5, '2026-01-01T11:59:50Z', NOON)).toBe(10.5)
    expect(ageNow(0.5, null, NOON)).toBe(0.5)
    expect(ageNow(null, '2026-01-01T11:59:50Z', NOON)).toBeNull()
  })

  it('never makes an age younger when the clocks are apart', () => {
    expect(ageNow(4, '2026-01-01T12:00:09Z', NOON)).toBe(4)
  })
})

describe('figures', () => {
  it('shows the expected rate only where one is known', () => {
    expect(rateText(28.34, 30)).toBe('28.3 / 30')
    expect(rateText(10, null)).toBe('10.0')
    expect(rateText(null, 12.5)).toBe('– / 12.5')
  })

  it('says memory in the larger unit where it fits', () => {
    expect(memoryText(512)).toBe('512 MiB')
    expect(memoryText(32_768)).toBe('32 GiB')
  })

  it('counts in the singular and the plural', () => {
    expect([counted(1, 'camera'), counted(0, 'camera'), counted(2, 'box', 'boxes')]).toEqual([
      '1 camera',
      '0 cameras',
      '2 boxes',
    ])
  })
})
